-- Money meets orders. Conditional on the order's state: of pay, cancel and expire exactly one wins.

-- The announcement that an order is paid, with what ordinary reactions need.
create or replace function orders_announce_paid(p_numbers text[]) returns void language sql as $$
    insert into kernel_outboxevent (name, aggregate, payload)
    select 'orders.order_paid', 'order:' || o.number,
        jsonb_build_object('number', o.number, 'member_id', o.member_id, 'total', o.total, 'currency', o.currency,
            'paid_at', o.paid_at, 'lines', (
                select jsonb_agg(jsonb_build_object('sku_id', l.sku_id, 'product_id', l.product_id, 'quantity', l.quantity,
                    'payable', l.payable) order by l.position)
                from orders_orderline l where l.order_id = o.id))
    from orders_order o where o.number = any(p_numbers)
$$;

-- Apply stored notifications. Answers one row per notice: paid | duplicate | surplus | <what payments_capture refused>.
-- `surplus` is captured money the order cannot take (cancelled, or already paid): the caller sends it back.
-- p_due, p_latest: the dispatch promise counted from payment (SHP-01), in seconds.
create or replace function orders_apply_payments(p_notice_ids bigint[], p_due int, p_latest int)
returns table(notice_id bigint, order_number text, outcome text, amount bigint, paid_at timestamptz)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_captures jsonb;
    v_paid text[];
begin
    perform 1 from orders_order o
    where o.number in (select r from payments_references(p_notice_ids) r)
    order by o.id for no key update;

    select coalesce(jsonb_agg(c), '[]') into v_captures from payments_capture(p_notice_ids) as c;

    with captured as (
        -- The first capture of an order pays it; any further one is surplus.
        select distinct on (c.reference) c.notice_id, c.reference, c.amount
        from jsonb_to_recordset(v_captures) as c(notice_id bigint, reference text, outcome text, amount bigint)
        where c.outcome = 'captured' order by c.reference, c.notice_id
    ), moved as (
        update orders_order o set status = 'paid', paid_at = kernel_now(), paid_total = o.paid_total + c.amount, expires_at = null,
            -- of an order that waits for its group, the promise counts from when it is let go; a later day promised before stands
            dispatch_due_at = case when o.hold <> 'group' then greatest(o.dispatch_due_at, kernel_now() + p_due * interval '1 second',
                kernel_now() + o.promise_hours * interval '1 hour') end,
            dispatch_latest_at = case when o.hold <> 'group'
                then greatest(o.dispatch_latest_at, kernel_now() + p_latest * interval '1 second',
                    kernel_now() + o.promise_hours * interval '1 hour' + (p_latest - p_due) * interval '1 second') end
        from captured c where o.number = c.reference and o.status = 'pending_payment' and c.amount = o.total - o.paid_total
        returning o.number
    )
    select array_agg(number) into v_paid from moved;
    v_paid := coalesce(v_paid, '{}');
    if cardinality(v_paid) > 0 then
        perform orders_announce_paid(v_paid);
    end if;

    return query
        select c.notice_id, c.reference,
            case when c.outcome <> 'captured' then c.outcome
                 when c.reference = any(v_paid) and c.first then 'paid'
                 else 'surplus' end,
            c.amount, kernel_now()
        from (select x.*, row_number() over (partition by x.reference, x.outcome order by x.notice_id) = 1 as first
              from jsonb_to_recordset(v_captures) as x(notice_id bigint, reference text, outcome text, amount bigint)) c;
end $$;


-- The same where all money is expected to be wanted: one statement is the whole transaction. Surplus raises ZG001 and
-- changes nothing: the caller applies again, in a transaction in which it opens the refunds.
create or replace function orders_apply_wanted(p_notice_ids bigint[], p_due int, p_latest int)
returns table(notice_id bigint, order_number text, outcome text, amount bigint, paid_at timestamptz)
language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
    for notice_id, order_number, outcome, amount, paid_at in
        select * from orders_apply_payments(p_notice_ids, p_due, p_latest)
    loop
        if outcome = 'surplus' then
            raise exception 'money that no order takes' using errcode = 'ZG001';
        end if;
        return next;
    end loop;
end $$;
