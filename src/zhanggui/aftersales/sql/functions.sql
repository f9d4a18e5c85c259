-- What came back and what was said is written once.
create or replace function aftersales_written_once() returns trigger language plpgsql as $$
begin
    raise exception '% is written once', tg_table_name;
end $$;

create or replace trigger aftersales_written_once before update or delete on aftersales_remark
    for each row execute function aftersales_written_once();
create or replace trigger aftersales_written_once before update or delete on aftersales_receipt
    for each row execute function aftersales_written_once();
