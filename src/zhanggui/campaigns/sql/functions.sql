-- An announced campaign keeps its dates: people plan by them. Whoever needs others ends it and makes a new one.
create or replace function campaigns_keep_dates() returns trigger language plpgsql as $$
begin
    if old.announced_at is not null
        and (new.starts_at, new.ends_at, new.announced_at) is distinct from (old.starts_at, old.ends_at, old.announced_at) then
        raise exception using errcode = 'check_violation', constraint = 'campaign_dates_fixed',
            message = 'the dates of an announced campaign are fixed';
    end if;
    return new;
end $$;
create or replace trigger campaigns_dates_fixed before update on campaigns_campaign
    for each row execute function campaigns_keep_dates();
