-- The finer book below the levels: places, batches and states of units (docs/adr/0015). A level's row lock holds its placements,
-- its locks and its serial numbers as well, so nothing here locks anything but levels, in id order.

set local check_function_bodies = off;

create or replace function inventory_written_once() returns trigger language plpgsql as $$
begin
    raise exception '% is never altered or deleted', tg_table_name using errcode = 'restrict_violation';
end $$;
create or replace trigger inventory_placementmove_frozen before update or delete on inventory_placementmove
    for each row execute function inventory_written_once();
create or replace trigger inventory_serialstep_frozen before update or delete on inventory_serialstep
    for each row execute function inventory_written_once();


-- At the end of a transaction the finer book must agree with the level: placements add up to `placed`, units that are not good
-- and open locks to `withheld`.
create or replace function inventory_book_agrees() returns trigger language plpgsql as $$
declare
    v_level bigint;
    v_wrong record;
begin
    if tg_table_name = 'inventory_level' then
        v_level := new.id;
    elsif tg_op = 'DELETE' then
        v_level := old.level_id;
    else
        v_level := new.level_id;
    end if;
    select l.placed, l.withheld, p.placed as sum_placed, p.bad + k.locked as sum_withheld into v_wrong
    from inventory_level l
    cross join lateral (select coalesce(sum(p.quantity), 0) as placed,
                               coalesce(sum(p.quantity) filter (where p.state <> 'good'), 0) as bad
                        from inventory_placement p where p.level_id = l.id) p
    cross join lateral (select coalesce(sum(k.remaining), 0) as locked from inventory_stocklock k
                        where k.level_id = l.id and k.remaining > 0) k
    where l.id = v_level and (l.placed <> p.placed or l.withheld <> p.bad + k.locked);
    if found then
        raise exception 'the finer book of level % does not add up: %', v_level, row_to_json(v_wrong)
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
drop trigger if exists inventory_placement_agrees on inventory_placement;
create constraint trigger inventory_placement_agrees after insert or update or delete on inventory_placement
    deferrable initially deferred for each row execute function inventory_book_agrees();
drop trigger if exists inventory_stocklock_agrees on inventory_stocklock;
create constraint trigger inventory_stocklock_agrees after insert or update or delete on inventory_stocklock
    deferrable initially deferred for each row execute function inventory_book_agrees();
drop trigger if exists inventory_level_agrees on inventory_level;
create constraint trigger inventory_level_agrees after update on inventory_level
    deferrable initially deferred for each row when (old.placed <> new.placed or old.withheld <> new.withheld)
    execute function inventory_book_agrees();


-- What a level loses without anybody saying where from is taken first from what has no place, then from good units by first
-- expired, first out. Runs only where less would lie there than has places.
create or replace function inventory_unplace() returns trigger language plpgsql as $$
declare
    v_excess bigint := new.placed - new.on_hand;
    v_taken bigint;
    v_from record;
begin
    for v_from in
        select p.id, p.location_id, p.batch_id, p.quantity
        from inventory_placement p
        left join inventory_location o on o.id = p.location_id
        left join inventory_batch b on b.id = p.batch_id
        where p.level_id = new.id and p.state = 'good'
        order by b.expires_on nulls last, o.kind = 'pick' desc nulls last, o.walk, o.code, p.id
    loop
        exit when v_excess = 0;
        v_taken := least(v_from.quantity, v_excess);
        if v_taken = v_from.quantity then
            delete from inventory_placement p where p.id = v_from.id;
        else
            update inventory_placement p set quantity = p.quantity - v_taken where p.id = v_from.id;
        end if;
        insert into inventory_placementmove (level_id, location_id, batch_id, state, delta, kind, actor_kind, actor_label)
        values (new.id, v_from.location_id, v_from.batch_id, 'good', -v_taken, 'unplaced', 'system', 'system');
        v_excess := v_excess - v_taken;
    end loop;
    new.placed := new.on_hand + v_excess;  -- more than lies there where nothing good was left: the CHECK refuses it
    return new;
end $$;
create or replace trigger inventory_unplace before update of on_hand on inventory_level
    for each row when (new.on_hand < new.placed) execute function inventory_unplace();


-- Levels of SKUs in warehouses, made where they are missing and locked in id order.
create or replace function inventory_hold(p_skus bigint[], p_warehouses bigint[])
returns table (level_id bigint, sku_id bigint, warehouse_id bigint, on_hand bigint, reserved bigint, withheld bigint, placed bigint)
language plpgsql as $$
#variable_conflict use_column
begin
    insert into inventory_level (sku_id, warehouse_id)
    select distinct u.sku_id, u.warehouse_id from unnest(p_skus, p_warehouses) as u(sku_id, warehouse_id)
    where not exists (select 1 from inventory_level l where l.sku_id = u.sku_id and l.warehouse_id = u.warehouse_id)
    order by 1, 2
    on conflict do nothing;
    perform 1 from inventory_level l
    where l.id = any(array(select v.id from inventory_level v join unnest(p_skus, p_warehouses) as u(sku_id, warehouse_id)
                           on v.sku_id = u.sku_id and v.warehouse_id = u.warehouse_id))
    order by l.id for no key update;
    return query
    select distinct l.id, l.sku_id, l.warehouse_id, l.on_hand, l.reserved, l.withheld, l.placed
    from inventory_level l join unnest(p_skus, p_warehouses) as u(sku_id, warehouse_id)
        on l.sku_id = u.sku_id and l.warehouse_id = u.warehouse_id;
end $$;


-- Change placements of levels: rows {row, level_id, location_id, batch_id, state, delta, outside, kind, reference, reason}. With
-- `outside` the units come from or go to outside the warehouse, so that the level changes as well and a movement is written. A
-- row without place and batch and in state good speaks of the units that have none. All of the call or nothing: a row is answered
-- where so many do not lie there (problem 'place'; `units` do), have no place ('unplaced') or are free ('promised').
create or replace function inventory_place(p_rows jsonb, p_actor jsonb) returns table ("row" int, problem text, units bigint)
language plpgsql as $$
#variable_conflict use_column
declare
    v_levels bigint[]; v_skus bigint[]; v_gained bigint[];
begin
    v_levels := array(select distinct r.level_id from jsonb_to_recordset(p_rows) as r(level_id bigint));
    perform 1 from inventory_level l where l.id = any(v_levels) order by l.id for no key update;

    return query
    with given as (
        select * from jsonb_to_recordset(p_rows)
            as r("row" int, level_id bigint, location_id bigint, batch_id bigint, state text, delta bigint)
        where r.location_id is not null or r.batch_id is not null or r.state <> 'good'
    ), step as (
        select g.row, g.delta, coalesce(p.quantity, 0) as there,
               coalesce(p.quantity, 0) + sum(g.delta) over (
                   partition by g.level_id, g.location_id, g.batch_id, g.state order by g.row rows unbounded preceding) as after
        from given g
        left join inventory_placement p on p.level_id = g.level_id and p.location_id is not distinct from g.location_id
            and p.batch_id is not distinct from g.batch_id and p.state = g.state
    )
    select s.row, 'place', s.there from step s where s.after < 0 and s.delta < 0 order by 1;
    if found then
        return;
    end if;

    return query
    with given as (
        select *, r.location_id is not null or r.batch_id is not null or r.state <> 'good' as named
        from jsonb_to_recordset(p_rows)
            as r("row" int, level_id bigint, location_id bigint, batch_id bigint, state text, delta bigint, outside boolean)
    ), sums as (
        select g.level_id, min(g.row) as "row", coalesce(sum(g.delta) filter (where g.outside), 0) as on_hand,
               coalesce(sum(g.delta) filter (where g.named), 0) as placed,
               coalesce(sum(g.delta) filter (where g.state <> 'good'), 0) as withheld
        from given g group by g.level_id
    )
    select s.row, case when l.reserved + l.withheld + s.withheld > l.on_hand + s.on_hand then 'promised' else 'unplaced' end,
           (case when l.reserved + l.withheld + s.withheld > l.on_hand + s.on_hand then l.on_hand - l.reserved - l.withheld
                 else l.on_hand - l.placed end)::bigint
    from sums s join inventory_level l on l.id = s.level_id
    where l.placed + s.placed > l.on_hand + s.on_hand or l.reserved + l.withheld + s.withheld > l.on_hand + s.on_hand
    order by 1;
    if found then
        return;
    end if;

    with given as materialized (
        select *, r.location_id is not null or r.batch_id is not null or r.state <> 'good' as named
        from jsonb_to_recordset(p_rows)
            as r("row" int, level_id bigint, location_id bigint, batch_id bigint, state text, delta bigint, outside boolean,
                 kind text, reference text, reason text)
    ), keyed as materialized (
        select g.level_id, g.location_id, g.batch_id, g.state, sum(g.delta)::bigint as delta, p.id, p.quantity
        from given g
        left join inventory_placement p on p.level_id = g.level_id and p.location_id is not distinct from g.location_id
            and p.batch_id is not distinct from g.batch_id and p.state = g.state
        where g.named group by g.level_id, g.location_id, g.batch_id, g.state, p.id, p.quantity
    ), emptied as (
        delete from inventory_placement p using keyed k where p.id = k.id and k.quantity + k.delta = 0
    ), updated as (
        update inventory_placement p set quantity = k.quantity + k.delta
        from keyed k where p.id = k.id and k.delta <> 0 and k.quantity + k.delta > 0
    ), added as (
        insert into inventory_placement (level_id, location_id, batch_id, state, quantity)
        select k.level_id, k.location_id, k.batch_id, k.state, k.delta from keyed k where k.id is null and k.delta > 0
    ), journal as (
        insert into inventory_placementmove
            (level_id, location_id, batch_id, state, delta, kind, reference, reason, actor_kind, actor_id, actor_label)
        select g.level_id, g.location_id, g.batch_id, g.state, g.delta, g.kind, left(coalesce(g.reference, ''), 80), left(coalesce(g.reason, ''), 200),
               p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
        from given g where g.named and g.delta <> 0 order by g.row
    ), moved as (
        insert into inventory_movement
            (level_id, delta, balance_after, kind, reference, reason, actor_kind, actor_id, actor_label)
        select g.level_id, g.delta, l.on_hand + sum(g.delta) over (partition by g.level_id order by g.row rows unbounded preceding),
               g.kind, left(coalesce(g.reference, ''), 80), left(coalesce(g.reason, ''), 200),
               p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
        from given g join inventory_level l on l.id = g.level_id where g.outside and g.delta <> 0 order by g.row
    ), sums as materialized (
        select g.level_id, coalesce(sum(g.delta) filter (where g.outside), 0)::bigint as on_hand,
               coalesce(sum(g.delta) filter (where g.named), 0)::bigint as placed,
               coalesce(sum(g.delta) filter (where g.state <> 'good'), 0)::bigint as withheld
        from given g group by g.level_id
    ), changed as (
        update inventory_level l
        set on_hand = l.on_hand + s.on_hand, placed = l.placed + s.placed, withheld = l.withheld + s.withheld
        from sums s where l.id = s.level_id and (s.on_hand <> 0 or s.placed <> 0 or s.withheld <> 0)
        returning l.sku_id, l.warehouse_id, s.on_hand - s.withheld as gained, l.on_hand - l.reserved - l.withheld as free
    ), turned as (
        select c.sku_id, sum(c.gained)::bigint as gained
        from changed c join inventory_warehouse w on w.id = c.warehouse_id and w.active
        group by c.sku_id having bool_or(c.gained <> 0 and (c.free = 0 or c.free = c.gained))
    )
    select array_agg(t.sku_id), array_agg(greatest(t.gained, 0)) into v_skus, v_gained from turned t where t.gained <> 0;
    if v_skus is not null then
        perform inventory_announce(v_skus, v_gained);
    end if;
end $$;


-- Keep units of a level from sale, or let them go (negative). False, and nothing has happened, where not so many are free.
create or replace function inventory_withhold(p_level bigint, p_units bigint) returns boolean language plpgsql as $$
declare
    v_sku bigint; v_free bigint; v_active boolean;
begin
    update inventory_level l set withheld = l.withheld + p_units
    where l.id = p_level and l.withheld + p_units >= 0 and l.reserved + l.withheld + p_units <= l.on_hand
    returning l.sku_id, l.on_hand - l.reserved - l.withheld,
              (select w.active from inventory_warehouse w where w.id = l.warehouse_id) into v_sku, v_free, v_active;
    if not found then
        return false;
    end if;
    if v_active and (v_free = 0 or v_free = -p_units) then
        perform inventory_announce(array[v_sku], array[greatest(-p_units, 0)]);
    end if;
    return true;
end $$;


-- Good units of levels in the order they should be picked: first expired, first out; then shelves of picking, walking order.
-- What may no longer be sold (`p_today` is later than the expiry date less the days) is left out. Units without a place come last.
create or replace function inventory_pickable(p_levels bigint[], p_today date, p_days int)
returns table (level_id bigint, location_id bigint, location text, walk int, batch_id bigint, batch text, expires_on date,
               units bigint, place bigint)
language sql stable as $$
    select f.level_id, f.location_id, f.location, f.walk, f.batch_id, f.batch, f.expires_on, f.units,
           row_number() over (partition by f.level_id order by f.rest, f.expires_on nulls last, f.kind = 'pick' desc nulls last,
                              f.walk nulls last, f.location, f.batch_id)
    from (
        select p.level_id, p.location_id, coalesce(o.code, '') as location, o.walk, o.kind, p.batch_id,
               coalesce(b.code, '') as batch, b.expires_on, p.quantity as units, false as rest
        from inventory_placement p
        join inventory_level l on l.id = p.level_id
        left join inventory_location o on o.id = p.location_id
        left join inventory_batch b on b.id = p.batch_id
        left join inventory_tracking t on t.sku_id = l.sku_id
        where p.level_id = any(p_levels) and p.state = 'good'
            and (b.expires_on is null or p_today <= b.expires_on - coalesce(t.unsold_days, p_days))
        union all
        select l.id, null, '', null, null, null, '', null, l.on_hand - l.placed, true
        from inventory_level l where l.id = any(p_levels) and l.on_hand > l.placed
    ) f
$$;
