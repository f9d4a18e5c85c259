-- The hot statements of payments: each takes a whole batch. Lock order: notifications, then intents, each by id; whoever owns
-- the references has locked those before.

alter table payments_intent set (fillfactor = 80);
alter table payments_notification set (fillfactor = 60);

-- Notifications are evidence: what they said is never changed, and they are never deleted.
create or replace function payments_notification_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'notifications are never altered or deleted' using errcode = 'restrict_violation';
end $$;
create or replace trigger payments_notification_kept before delete on payments_notification
    for each row execute function payments_notification_frozen();
create or replace trigger payments_notification_frozen
    before update of provider, notice_id, kind, out_trade_no, out_refund_no, gateway_no, amount, currency, at, headers, body
    on payments_notification for each row execute function payments_notification_frozen();


-- Open attempts to pay. Rows {reference, provider, amount, currency, out_trade_no, expires_at}; with {notice_id, kind,
-- gateway_no, at, headers, body} of a verified notification of just this amount the money is there: the notification is kept
-- and the attempt has succeeded from the start.
create or replace function payments_open(p_intents jsonb) returns void language sql as $$
    with asked as materialized (
        select * from jsonb_to_recordset(p_intents) as r(reference text, provider text, amount bigint, currency text,
            out_trade_no text, expires_at timestamptz, notice_id text, kind text, gateway_no text, at timestamptz,
            headers jsonb, body text)
    ), told as (
        insert into payments_notification (provider, notice_id, kind, out_trade_no, gateway_no, amount, currency, at,
            headers, body, outcome, applied_at)
        select provider, notice_id, kind, out_trade_no, gateway_no, amount, currency, at, headers, body, 'captured', kernel_now()
        from asked where notice_id is not null
    )
    insert into payments_intent (reference, provider, amount, currency, out_trade_no, expires_at, state, captured,
        gateway_trade_no, paid_at)
    select reference, provider, amount, currency, out_trade_no, expires_at,
        case when notice_id is null then 'pending' else 'succeeded' end,
        case when notice_id is null then 0 else amount end, coalesce(gateway_no, ''), at
    from asked
$$;


-- Store verified notifications. Rows {pos, provider, notice_id, kind, out_trade_no, out_refund_no, gateway_no, amount,
-- currency, at, headers, body}. Answers one row per pos; a repeat answers the row stored first.
create or replace function payments_store(p_notices jsonb)
returns table (pos int, id bigint, fresh boolean, applied boolean)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_fresh bigint[];
begin
    with told as (
        insert into payments_notification (provider, notice_id, kind, out_trade_no, out_refund_no, gateway_no, amount,
            currency, at, headers, body)
        select r.provider, r.notice_id, r.kind, r.out_trade_no, r.out_refund_no, r.gateway_no, r.amount, r.currency, r.at,
            r.headers, r.body
        from jsonb_to_recordset(p_notices) as r(provider text, notice_id text, kind text, out_trade_no text,
            out_refund_no text, gateway_no text, amount bigint, currency text, at timestamptz, headers jsonb, body text)
        order by r.provider, r.notice_id
        on conflict (provider, notice_id) do nothing
        returning payments_notification.id
    )
    select coalesce(array_agg(t.id), '{}') into v_fresh from told t;
    -- a new statement, so that it sees what a concurrent twin stored meanwhile
    return query
        select r.pos, n.id,
            n.id = any(v_fresh) and row_number() over (partition by n.id order by r.pos) = 1, n.applied_at is not null
        from jsonb_to_recordset(p_notices) as r(pos int, provider text, notice_id text)
        join payments_notification n on n.provider = r.provider and n.notice_id = r.notice_id;
end $$;


-- The references that notifications speak of, for their owner to lock first.
create or replace function payments_references(p_notice_ids bigint[]) returns setof text language sql stable as $$
    select distinct i.reference from payments_notification n
    join payments_intent i on i.out_trade_no = n.out_trade_no
    where n.id = any(p_notice_ids)
$$;


-- Book what notifications of payments say. Answers one row per notification:
--   captured          the money is booked now; the owner of the reference decides what it pays
--   duplicate         it was booked before, or the notification has been dealt with
--   closed            the gateway gave the trade up
--   unknown_trade, amount_mismatch, not_a_payment: nothing was booked; parked for staff
create or replace function payments_capture(p_notice_ids bigint[])
returns table (notice_id bigint, reference text, outcome text, amount bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_judged jsonb;
    v_booked int;
begin
    perform 1 from payments_notification n where n.id = any(p_notice_ids) order by n.id for no key update;
    perform 1 from payments_intent i
    where i.out_trade_no in (select n.out_trade_no from payments_notification n where n.id = any(p_notice_ids))
    order by i.id for no key update;

    -- read again under the locks
    select coalesce(jsonb_agg(j order by j.notice_id), '[]') into v_judged from (
        select n.id as notice_id, i.id as intent_id, i.reference, n.amount, n.gateway_no, coalesce(n.at, kernel_now()) as at,
            n.applied_at is null as open,
            case when n.kind not in ('payment', 'closed') then 'not_a_payment'
                 when i.id is null then 'unknown_trade'
                 when n.applied_at is not null then 'duplicate'
                 when n.kind = 'closed' then 'closed'
                 when n.amount is distinct from i.amount or n.currency is distinct from i.currency then 'amount_mismatch'
                 when i.captured > 0 then 'duplicate'
                 when row_number() over (partition by i.id, n.kind, n.amount, n.currency, n.applied_at is null order by n.id) > 1
                     then 'duplicate'
                 else 'captured' end as outcome
        from payments_notification n
        left join payments_intent i on i.out_trade_no = n.out_trade_no and i.provider = n.provider
        where n.id = any(p_notice_ids)
    ) j;

    with judged as (
        select * from jsonb_to_recordset(v_judged) as j(notice_id bigint, intent_id bigint, gateway_no text,
            at timestamptz, open boolean, outcome text)
    ), dealt_with as (
        update payments_notification n set outcome = j.outcome, applied_at = kernel_now(),
            parked_at = case when j.outcome in ('unknown_trade', 'amount_mismatch') then kernel_now() end
        from judged j where n.id = j.notice_id and j.open and j.outcome <> 'not_a_payment'
    ), given_up as (
        update payments_intent i set state = 'closed', next_query_at = null
        from judged j where i.id = j.intent_id and j.outcome = 'closed' and i.state = 'pending'
            and not exists (select 1 from judged c where c.intent_id = i.id and c.outcome = 'captured')
    ), booked as (
        update payments_intent i set state = 'succeeded', captured = i.amount, gateway_trade_no = j.gateway_no, paid_at = j.at,
            next_query_at = null
        from judged j where i.id = j.intent_id and j.outcome = 'captured' and i.captured = 0
        returning 1
    )
    select count(*) into v_booked from booked;  -- what follows from it, its owner announces (orders.order_paid)

    return query
        select j.notice_id, j.reference, j.outcome, j.amount
        from jsonb_to_recordset(v_judged) as j(notice_id bigint, reference text, outcome text, amount bigint);
end $$;
