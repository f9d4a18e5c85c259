-- Who gave which role, and what was decided, is written once.
create or replace function assortment_written_once() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'check_violation', constraint = tg_table_name || '_written_once',
        message = 'the history of the assortment is written once';
end $$;
create or replace trigger assortment_written_once before update or delete on assortment_rolechange
    for each row execute function assortment_written_once();
create or replace trigger assortment_written_once before update or delete on assortment_decision
    for each row execute function assortment_written_once();
