create or replace function fulfilment_tracking_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'tracking events are never altered or deleted' using errcode = 'restrict_violation';
end $$;
create or replace trigger fulfilment_tracking_frozen before update or delete on fulfilment_trackingevent
    for each row execute function fulfilment_tracking_frozen();
