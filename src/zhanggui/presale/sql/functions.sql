-- Reservations become orders: check and take as the other doors of `orders_place` do. Rows of p_orders: {draft, number, deposit},
-- the number being the reservation's as well. Lock order: reservations by id, then (giving back) articles and holdings by id.

-- Which drafts cannot be made of their reservation, and why.
create or replace function presale_admit(p_orders jsonb) returns table(draft int, reason text)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_numbers text[];
begin
    v_numbers := array(select w.number from jsonb_to_recordset(p_orders) as w(number text));
    perform 1 from presale_reservation r where r.number = any(v_numbers) order by r.id for no key update;
    return query
    with judged as (
        select w.draft, case
            when r.id is null then 'unknown'
            when r.state = 'waiting' then 'no_deposit'
            when r.state = 'ordered' or count(*) over (partition by w.number order by w.draft) > 1 then 'ordered'
            when r.state <> 'deposited' then 'over'
            when kernel_now() < r.balance_from then 'too_early'
            when kernel_now() >= r.balance_until then 'too_late'
            when w.deposit <> r.paid then 'changed'
            end as reason
        from jsonb_to_recordset(p_orders) as w(draft int, number text, deposit bigint)
        left join presale_reservation r on r.number = w.number
    )
    select j.draft, j.reason from judged j where j.reason is not null order by j.draft;
end $$;

-- They are orders from now on. In the transaction of presale_admit, which holds the rows.
create or replace function presale_redeem(p_orders jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    update presale_reservation r set state = 'ordered', ordered_at = kernel_now()
    from jsonb_to_recordset(p_orders) as w(number text) where r.number = w.number and r.state = 'deposited';
end $$;

-- The pieces of reservations that are over count no longer. Repeating it changes nothing.
create or replace function presale_free(p_numbers text[]) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    perform 1 from presale_article a
    where a.id in (select r.article_id from presale_reservation r where r.number = any(p_numbers) and r.freed_at is null)
    order by a.id for no key update;
    with freed as (
        update presale_reservation r set freed_at = kernel_now()
        where r.number = any(p_numbers) and r.freed_at is null and r.state in ('released', 'forfeited', 'refunded')
        returning r.article_id, r.member_id, r.quantity
    ), pieces as (
        update presale_article a set taken = a.taken - f.quantity
        from (select x.article_id, sum(x.quantity) as quantity from freed x group by 1) f where a.id = f.article_id
    )
    update presale_holding h set taken = h.taken - f.quantity
    from (select a.offer_id, x.member_id, sum(x.quantity) as quantity from freed x
          join presale_article a on a.id = x.article_id group by 1, 2) f
    where h.offer_id = f.offer_id and h.member_id = f.member_id;
end $$;
