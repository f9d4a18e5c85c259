-- Stock-takes. Counting locks lines of the stock-take and no level, so that no sale waits for it; posting locks levels in id order.

set local check_function_bodies = off;

create or replace trigger inventory_countentry_frozen before update or delete on inventory_countentry
    for each row execute function inventory_written_once();


-- What the book says of every spot of a warehouse: by SKU, location and batch, all states together. The spot without both is
-- what has neither, among it the rest for which no placement exists.
-- The SKUs are made ready once: an array that is read for every level, or only converted for it, takes seconds where there are many.
create or replace function inventory_spots(p_warehouse bigint, p_skus bigint[])
returns table (sku_id bigint, location_id bigint, batch_id bigint, units bigint) language sql stable as $$
    select l.sku_id, p.location_id, p.batch_id, sum(p.quantity)::bigint
    from inventory_level l join inventory_placement p on p.level_id = l.id
    where l.warehouse_id = p_warehouse and ((select p_skus is null) or l.sku_id in (select unnest(p_skus)))
        and (p.location_id is not null or p.batch_id is not null)
    group by l.sku_id, p.location_id, p.batch_id
    union all
    select l.sku_id, null, null, l.on_hand - coalesce((
        select sum(p.quantity) from inventory_placement p
        where p.level_id = l.id and (p.location_id is not null or p.batch_id is not null)), 0)::bigint
    from inventory_level l
    where l.warehouse_id = p_warehouse and ((select p_skus is null) or l.sku_id in (select unnest(p_skus)))
$$;


-- Take counted rows {row, sku_id, location_id, batch_id, quantity} into a stock-take; rows that are refused are answered and the
-- others are taken. A row without a batch means the one batch of the stock-take at that spot, where there is just one. Problems:
-- 'twice' (named before in the call), 'batch' (say which), 'counted' (by somebody already; `said` is by whom), 'same' (the second
-- count is for somebody else).
create or replace function inventory_take_count(p_count bigint, p_rows jsonb, p_actor jsonb, p_limit bigint, p_replace boolean)
returns table ("row" int, problem text, said text) language plpgsql as $$
#variable_conflict use_column
declare
    v_house bigint := (select c.warehouse_id from inventory_count c where c.id = p_count);
    v_me text := (p_actor ->> 'kind') || ':' || coalesce(p_actor ->> 'id', '');
begin
    create temporary table if not exists inventory_counting (
        "row" int, sku_id bigint, location_id bigint, batch_id bigint, quantity bigint, problem text, said text
    ) on commit drop;
    truncate inventory_counting;
    insert into inventory_counting
    select r.row, r.sku_id, r.location_id, coalesce(r.batch_id, case when k.batches = 1 and not k.plain then k.batch_id end), r.quantity,
           case when r.batch_id is null and not k.plain and (k.batches > 1 or (k.batches = 0 and coalesce(t.batches, false)))
                then 'batch' end
    from jsonb_to_recordset(p_rows) as r("row" int, sku_id bigint, location_id bigint, batch_id bigint, quantity bigint)
    left join inventory_tracking t on t.sku_id = r.sku_id
    cross join lateral (
        select count(n.batch_id)::int as batches, coalesce(bool_or(n.batch_id is null), false) as plain, min(n.batch_id) as batch_id
        from inventory_countline n
        where n.count_id = p_count and n.sku_id = r.sku_id and n.location_id is not distinct from r.location_id) k;
    update inventory_counting g set problem = 'twice'
    from (select c.row, row_number() over (partition by c.sku_id, c.location_id, c.batch_id order by c.row) as n
          from inventory_counting c where c.problem is null) d
    where d.row = g.row and d.n > 1;

    insert into inventory_countline (count_id, sku_id, location_id, batch_id)
    select p_count, g.sku_id, g.location_id, g.batch_id from inventory_counting g where g.problem is null
    order by 2, 3, 4
    on conflict do nothing;
    perform 1 from inventory_countline n
    where n.count_id = p_count and n.sku_id = any(array(select g.sku_id from inventory_counting g where g.problem is null))
    order by n.id for update;

    update inventory_counting g
    set problem = case when n.again then 'same' else 'counted' end, said = n.counted_by
    from inventory_countline n
    where g.problem is null and n.count_id = p_count and n.sku_id = g.sku_id
        and n.location_id is not distinct from g.location_id and n.batch_id is not distinct from g.batch_id
        and n.counted is not null
        and ((n.again and n.counter = v_me and not p_replace) or (not n.again and not p_replace));

    with spot as materialized (
        select s.* from inventory_spots(v_house, array(select g.sku_id from inventory_counting g where g.problem is null)) s
    ), step as materialized (
        select n.id, g.quantity, coalesce(s.units, 0) as book,
               case when n.again and n.counter <> v_me then 2 else greatest(n.round, 1) end as round
        from inventory_counting g
        join inventory_countline n on n.count_id = p_count and n.sku_id = g.sku_id
            and n.location_id is not distinct from g.location_id and n.batch_id is not distinct from g.batch_id
        left join spot s on s.sku_id = g.sku_id and s.location_id is not distinct from g.location_id
            and s.batch_id is not distinct from g.batch_id
        where g.problem is null
    ), noted as (
        insert into inventory_countentry (line_id, round, quantity, book, actor_kind, actor_id, actor_label)
        select t.id, t.round, t.quantity, t.book, p_actor ->> 'kind', (p_actor ->> 'id')::bigint,
               left(coalesce(p_actor ->> 'label', ''), 200)
        from step t order by t.id
    )
    update inventory_countline n
    set counted = t.quantity, book = t.book, round = t.round, counter = v_me, counted_at = kernel_now(),
        counted_by = left(coalesce(p_actor ->> 'label', ''), 200), again = t.round = 1 and abs(t.quantity - t.book) > p_limit
    from step t where n.id = t.id;

    return query select g.row, g.problem, coalesce(g.said, '') from inventory_counting g where g.problem is not null order by 1;
end $$;


-- Post the differences of a stock-take that are not posted yet. A SKU whose differences together would leave less than is promised
-- or withheld ('promised'), whose spot has lost more since than was missing ('moved'), or less than has serial numbers ('serials')
-- is held as a whole, and told in its lines; every other one is posted.
create or replace function inventory_post_count(p_count bigint, p_actor jsonb, p_today date, p_days int)
returns table (lines bigint, up bigint, down bigint, held bigint) language plpgsql as $$
#variable_conflict use_column
declare
    v_house bigint; v_number text; v_rows jsonb; v_skus bigint[]; v_held bigint[]; v_why text[];
begin
    select c.warehouse_id, c.number into v_house, v_number from inventory_count c where c.id = p_count;
    v_skus := array(select distinct n.sku_id from inventory_countline n
                    where n.count_id = p_count and n.posted is null and n.counted <> n.book order by 1);
    perform 1 from inventory_hold(v_skus, array_fill(v_house, array[cardinality(v_skus)]));

    -- What differs is read once and its statistics are taken: a planner that believes in a handful of rows joins twenty thousand
    -- by comparing each with every other, which takes minutes.
    create temporary table if not exists inventory_differing (
        line_id bigint, level_id bigint, sku_id bigint, location_id bigint, batch_id bigint, difference bigint, reason text,
        on_hand bigint, reserved bigint, withheld bigint, placed bigint
    ) on commit drop;
    create temporary table if not exists inventory_posting (
        line_id bigint, level_id bigint, sku_id bigint, location_id bigint, batch_id bigint, state text, delta bigint, reason text
    ) on commit drop;
    truncate inventory_differing, inventory_posting;
    insert into inventory_differing
    select n.id, l.id, n.sku_id, n.location_id, n.batch_id, n.counted - n.book, n.reason, l.on_hand, l.reserved, l.withheld, l.placed
    from inventory_countline n
    join inventory_level l on l.sku_id = n.sku_id and l.warehouse_id = v_house
    where n.count_id = p_count and n.posted is null and n.counted <> n.book;
    analyze inventory_differing;
    -- More than the book says is good, unless the shelf or the date says otherwise; less is taken from good units first.
    insert into inventory_posting
    select n.line_id, n.level_id, n.sku_id, n.location_id, n.batch_id,
           case when o.kind = 'damaged' then 'damaged' when o.kind = 'quality' then 'quality'
                when b.expires_on < p_today + coalesce(t.unsold_days, p_days) then 'expired' else 'good' end,
           n.difference, n.reason
    from inventory_differing n
    left join inventory_location o on o.id = n.location_id
    left join inventory_batch b on b.id = n.batch_id
    left join inventory_tracking t on t.sku_id = n.sku_id
    where n.difference > 0;
    insert into inventory_posting
    select x.line_id, x.level_id, x.sku_id, x.location_id, x.batch_id, x.state, -least(x.units, x.missing - x.before), x.reason
    from (
        select n.line_id, n.level_id, n.sku_id, n.location_id, n.batch_id, n.reason, -n.difference as missing, p.state, p.units,
               sum(p.units) over (partition by n.line_id order by p.state <> 'good', p.state rows unbounded preceding) - p.units as before
        from inventory_differing n
        cross join lateral (
            select p.state, p.quantity as units from inventory_placement p
            where p.level_id = n.level_id and p.location_id is not distinct from n.location_id
                and p.batch_id is not distinct from n.batch_id
            union all
            select 'good', n.on_hand - n.placed where n.location_id is null and n.batch_id is null and n.on_hand > n.placed
        ) p
        where n.difference < 0
    ) x where x.before < x.missing;
    analyze inventory_posting;

    select array_agg(w.sku_id), array_agg(w.why) into v_held, v_why from (
        select s.sku_id, case
            when s.wanted <> coalesce(s.found, 0) then 'moved'
            when s.on_hand + s.wanted < s.reserved + s.withheld + coalesce(s.bad, 0) then 'promised'
            when s.wanted < 0 and s.on_hand + s.wanted < (select count(*) from inventory_serial e where e.level_id = s.level_id)
                then 'serials' end as why
        from (
            select n.sku_id, n.level_id, n.on_hand, n.reserved, n.withheld, sum(n.difference) as wanted, sum(g.found) as found,
                   sum(g.bad) as bad
            from inventory_differing n
            left join (select p.line_id, sum(p.delta) as found, sum(p.delta) filter (where p.state <> 'good') as bad
                       from inventory_posting p group by p.line_id) g on g.line_id = n.line_id
            group by n.sku_id, n.level_id, n.on_hand, n.reserved, n.withheld
        ) s
    ) w where w.why is not null;
    v_held := coalesce(v_held, '{}');

    select jsonb_agg(jsonb_build_object(
        'row', g.place, 'level_id', g.level_id, 'location_id', g.location_id, 'batch_id', g.batch_id, 'state', g.state, 'delta', g.delta,
        'outside', true, 'kind', 'adjust', 'reference', v_number, 'reason', g.reason))
    into v_rows
    from (select *, row_number() over (order by g.delta < 0, g.line_id, g.state)::int as place
          from inventory_posting g where g.sku_id <> all(v_held)) g;
    if v_rows is not null then
        perform 1 from inventory_place(v_rows, p_actor);
        if found then
            raise exception 'stock-take % does not fit the book it was held against', v_number using errcode = 'check_violation';
        end if;
    end if;
    update inventory_countline n set held = h.why
    from unnest(v_held, v_why) as h(sku_id, why)
    where n.count_id = p_count and n.sku_id = h.sku_id and n.posted is null and n.counted <> n.book;
    return query
    with done as (
        update inventory_countline n set posted = n.counted - n.book, held = ''
        where n.count_id = p_count and n.posted is null and n.counted is not null
            and (n.counted = n.book or n.sku_id <> all(v_held))
        returning n.posted
    )
    select count(*) filter (where d.posted <> 0), coalesce(sum(d.posted) filter (where d.posted > 0), 0)::bigint,
           coalesce(-sum(d.posted) filter (where d.posted < 0), 0)::bigint,
           (select count(*) from inventory_countline n
            where n.count_id = p_count and n.sku_id = any(v_held) and n.posted is null and n.counted <> n.book)
    from done d;
end $$;
