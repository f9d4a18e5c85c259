-- Seats of groups: check and take as the other doors of `orders_place` do. Rows of p_seats are groupbuy.types.DraftSeat.
-- Lock order: offers, then groups, each by id.

create or replace function groupbuy_wanted(p_seats jsonb)
returns table(draft int, offer_id bigint, token text, opens boolean, holder text, order_number text, group_id bigint)
language sql stable as $$
    select s.draft, s.offer, s.token, s.opens, s.holder, s.order_number, g.id
    from jsonb_to_recordset(p_seats) as s(draft int, offer bigint, token text, opens boolean, holder text, order_number text)
    left join groupbuy_group g on g.token = s.token and g.offer_id = s.offer
$$;

create or replace function groupbuy_lock(p_offers bigint[], p_groups bigint[]) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    perform 1 from groupbuy_offer o where o.id = any(p_offers) order by o.id for no key update;
    perform 1 from groupbuy_group g where g.id = any(p_groups) order by g.id for no key update;
end $$;

-- Who cannot have his seat, and why; first come first served by draft. A refused draft's demand counts against those
-- behind it; the caller tries such drafts once more alone.
create or replace function groupbuy_admit(p_seats jsonb) returns table(draft int, reason text)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
begin
    perform groupbuy_lock(array(select w.offer_id from groupbuy_wanted(p_seats) w),
                          array(select w.group_id from groupbuy_wanted(p_seats) w));
    return query
    with judged as (
        select w.draft, case
            when w.opens and (o.id is null or o.state <> 'live' or kernel_now() < o.starts_at or kernel_now() >= o.ends_at)
                then 'offer_over'
            when w.opens and o.opened + count(*) filter (where w.opens) over (partition by w.offer_id order by w.draft)
                > o.group_limit then 'no_more_groups'
            when not w.opens and g.id is null then 'unknown_group'
            when not w.opens and g.state = 'full' then 'group_full'
            when not w.opens and (g.state <> 'open' or kernel_now() >= g.expires_at) then 'group_over'
            when exists (select 1 from groupbuy_seat s where s.group_id = g.id and s.holder = w.holder and s.freed_at is null)
                or count(*) over (partition by w.token, w.holder order by w.draft) > 1 then 'joined_already'
            when not w.opens and count(*) over (partition by w.token order by w.draft)
                + (select count(*) from groupbuy_seat s where s.group_id = g.id and s.freed_at is null) > g.size
                then 'group_full'
            when count(*) over (partition by w.offer_id, w.holder order by w.draft)
                + (select count(*) from groupbuy_seat s where s.offer_id = o.id and s.holder = w.holder and s.freed_at is null)
                > o.buyer_limit then 'buyer_limit'
            end as reason
        from groupbuy_wanted(p_seats) w
        left join groupbuy_offer o on o.id = w.offer_id
        left join groupbuy_group g on g.id = w.group_id
    )
    select j.draft, j.reason from judged j where j.reason is not null order by j.draft;
end $$;

-- Take the seats that were admitted, in the same transaction: the lowest free number of each.
create or replace function groupbuy_take(p_seats jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_seat record;
begin
    insert into groupbuy_group (offer_id, token, size)
    select w.offer_id, w.token, o.size from groupbuy_wanted(p_seats) w join groupbuy_offer o on o.id = w.offer_id
    where w.opens order by w.draft;
    update groupbuy_offer o set opened = o.opened + t.groups
    from (select w.offer_id, count(*) as groups from groupbuy_wanted(p_seats) w where w.opens group by 1) t
    where o.id = t.offer_id;
    for v_seat in
        select w.*, g.size, o.buyer_limit from groupbuy_wanted(p_seats) w
        join groupbuy_group g on g.id = w.group_id join groupbuy_offer o on o.id = w.offer_id order by w.draft
    loop
        insert into groupbuy_seat (group_id, offer_id, number, size, holder, turn, allowed, order_number)
        select v_seat.group_id, v_seat.offer_id,
            (select min(n) from generate_series(1, v_seat.size + 1) n where not exists (
                select 1 from groupbuy_seat s where s.group_id = v_seat.group_id and s.number = n and s.freed_at is null)),
            v_seat.size, v_seat.holder,
            (select coalesce(min(t), 1) from (
                select s.turn + 1 as t from groupbuy_seat s
                where s.offer_id = v_seat.offer_id and s.holder = v_seat.holder and s.freed_at is null
                union all select 1) x
             where not exists (select 1 from groupbuy_seat s where s.offer_id = v_seat.offer_id
                and s.holder = v_seat.holder and s.turn = x.t and s.freed_at is null)),
            v_seat.buyer_limit, v_seat.order_number;
    end loop;
end $$;

-- These orders are undone: their seats are free again while the group runs. A group whose opener never paid is over.
create or replace function groupbuy_leave(p_order_numbers text[]) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    perform groupbuy_lock(
        array(select s.offer_id from groupbuy_seat s where s.order_number = any(p_order_numbers)),
        array(select s.group_id from groupbuy_seat s where s.order_number = any(p_order_numbers)));
    update groupbuy_seat s set freed_at = kernel_now() from groupbuy_group g
    where s.order_number = any(p_order_numbers) and s.freed_at is null and g.id = s.group_id and g.state in ('waiting', 'open');
    with dropped as (
        update groupbuy_group g set state = 'failed', ended_at = kernel_now()
        where g.state = 'waiting' and g.id in (select s.group_id from groupbuy_seat s where s.order_number = any(p_order_numbers))
            and not exists (select 1 from groupbuy_seat s where s.group_id = g.id and s.freed_at is null)
        returning g.offer_id
    )
    update groupbuy_offer o set opened = o.opened - t.groups
    from (select d.offer_id, count(*) as groups from dropped d group by 1) t where o.id = t.offer_id;
end $$;
