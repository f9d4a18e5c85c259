-- Receipts, payments and what they settle are written once. A payable's amount stays; what is settled of it, its invoice and its due day may change.
create or replace function procurement_written_once() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'check_violation', constraint = 'procurement_written_once',
        message = 'receipts, payments and settlements are written once';
end $$;
create or replace trigger procurement_receipt_once before update or delete on procurement_receipt
    for each row execute function procurement_written_once();
create or replace trigger procurement_receiptline_once before update or delete on procurement_receiptline
    for each row execute function procurement_written_once();
create or replace trigger procurement_payment_once before update or delete on procurement_payment
    for each row execute function procurement_written_once();
create or replace trigger procurement_settlement_once before update or delete on procurement_settlement
    for each row execute function procurement_written_once();

-- A later migration brings the table of voided payments, and loads this file again.
do $$ begin
    if to_regclass('procurement_paymentvoid') is not null then
        create or replace trigger procurement_paymentvoid_once before update or delete on procurement_paymentvoid
            for each row execute function procurement_written_once();
    end if;
end $$;

create or replace function procurement_keep_amount() returns trigger language plpgsql as $$
begin
    if (new.supplier_id, new.receipt_id, new.reference, new.amount, new.currency)
            is distinct from (old.supplier_id, old.receipt_id, old.reference, old.amount, old.currency) then
        raise exception using errcode = 'check_violation', constraint = 'procurement_amount_fixed',
            message = 'what is owed for a receipt is fixed';
    end if;
    return new;
end $$;
create or replace trigger procurement_payable_fixed before update on procurement_payable
    for each row execute function procurement_keep_amount();
