-- The statements that move stock. Each takes a whole batch, locks the levels it touches in id order, and decides on what it
-- reads after the locks are held (READ COMMITTED: a later statement of the function sees every earlier commit).
-- Free is what lies there, is promised to nobody and not withheld (locked, damaged, expired, in inspection).

set local check_function_bodies = off;  -- functions speak of columns that a later migration brings

alter table inventory_level set (fillfactor = 70);
alter table inventory_reservation set (fillfactor = 85);

create or replace function inventory_movement_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'stock movements are never altered or deleted' using errcode = 'restrict_violation';
end $$;
create or replace trigger inventory_movement_frozen before update or delete on inventory_movement
    for each row execute function inventory_movement_frozen();


-- Free units of SKUs over the active warehouses.
create or replace function inventory_free(p_skus bigint[]) returns table (sku_id bigint, free bigint)
language sql stable as $$
    select l.sku_id, sum(l.on_hand - l.reserved - l.withheld)::bigint
    from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id and w.active
    -- the detour hides the length of the array, so that one plan is kept for all of them
    where l.sku_id = any(array(select unnest(p_skus)))
    group by l.sku_id
$$;


-- Free units of SKUs in each active warehouse; `place` is the shipping order (priority, then id).
create or replace function inventory_free_levels(p_skus bigint[])
returns table (level_id bigint, sku_id bigint, warehouse_id bigint, free bigint, place bigint)
language sql stable as $$
    select l.id, l.sku_id, l.warehouse_id, l.on_hand - l.reserved - l.withheld, row_number() over (order by w.priority, w.id, l.id)
    from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id and w.active
    where l.sku_id = any(p_skus)
$$;


-- Announce that SKUs are gone or there again. `p_gained[i]` is what this transaction added to the free stock of `p_skus[i]`
-- (0: it took). A SKU that lies in several places is decided under an advisory lock, so that of two transactions emptying
-- two places the later one sees both.
create or replace function inventory_announce(p_skus bigint[], p_gained bigint[]) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(731001, s.key)
    from (select distinct hashint8(u.id) as key from unnest(p_skus) u(id)
          where (select count(*) from inventory_level l where l.sku_id = u.id) > 1 order by 1) s;
    insert into kernel_outboxevent (name, version, aggregate, payload)
    select case when s.gained > 0 then 'inventory.sku_back_in_stock' else 'inventory.sku_sold_out' end, 1, 'sku:' || s.id,
           jsonb_build_object('sku_id', s.id, 'available', coalesce(f.free, 0))
    from unnest(p_skus, p_gained) as s(id, gained)
    left join inventory_free(p_skus) f on f.sku_id = s.id
    where coalesce(f.free, 0) = s.gained;
end $$;


-- Which drafts of a batch cannot have all they want. Rows {draft, line, sku_id, warehouse_id, quantity}; first come (lowest
-- draft), first served; all lines of a draft or none. Takes the locks that inventory_reserve relies on.
-- Answers a row per SKU that falls short, with what the draft could have had of it.
create or replace function inventory_admit(p_lines jsonb) returns table (draft int, sku_id bigint, available bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_drafts int[]; v_lines int[]; v_skus bigint[]; v_warehouses bigint[]; v_quantities bigint[];
    v_at_sku bigint[]; v_at_warehouse bigint[]; v_at_free bigint[];
    v_refused int[] := '{}';
    v_more int[];
begin
    select array_agg(r.draft), array_agg(r.line), array_agg(r.sku_id), array_agg(r.warehouse_id), array_agg(r.quantity)
    into v_drafts, v_lines, v_skus, v_warehouses, v_quantities
    from jsonb_to_recordset(p_lines) as r(draft int, line int, sku_id bigint, warehouse_id bigint, quantity bigint);
    if v_drafts is null then
        return;
    end if;

    -- A locked row is read as it is once the lock is held, not as it was when the statement began.
    with locked as materialized (
        select l.sku_id, l.warehouse_id, l.on_hand - l.reserved - l.withheld as free
        from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id and w.active
        where l.sku_id = any(v_skus) and l.warehouse_id = any(v_warehouses)
        order by l.id for no key update of l
    )
    select array_agg(k.sku_id), array_agg(k.warehouse_id), array_agg(k.free) into v_at_sku, v_at_warehouse, v_at_free
    from locked k;

    loop
        -- The first draft that finds too little is refused, and with it every later one that would not fit even alone
        -- beside those before the first; what they wanted then counts against nobody. Usually one round, none refused.
        with wanted as (
            select u.* from unnest(v_drafts, v_lines, v_skus, v_warehouses, v_quantities)
                as u(draft, line, sku_id, warehouse_id, quantity)
            where u.draft <> all(v_refused)
        ), summed as (
            select n.draft, n.sku_id, n.warehouse_id, n.quantity, coalesce(l.free, 0) as free,
                   sum(n.quantity) over (partition by n.sku_id, n.warehouse_id order by n.draft, n.line
                                         rows unbounded preceding) as upto
            from wanted n left join unnest(v_at_sku, v_at_warehouse, v_at_free) as l(sku_id, warehouse_id, free)
                on l.sku_id = n.sku_id and l.warehouse_id = n.warehouse_id
        ), failing as (
            select min(s.draft) as draft from summed s where s.upto > s.free or s.quantity <= 0
        ), before as (
            select s.sku_id, s.warehouse_id, sum(s.quantity) as taken
            from summed s, failing f where s.draft < f.draft group by s.sku_id, s.warehouse_id
        )
        select array_agg(distinct s.draft) into v_more
        from failing f
        join summed s on s.draft >= f.draft
        left join before b on b.sku_id = s.sku_id and b.warehouse_id = s.warehouse_id
        where s.draft = f.draft or s.quantity + coalesce(b.taken, 0) > s.free;
        exit when v_more is null;
        v_refused := v_refused || v_more;
    end loop;
    if v_refused = '{}' then
        return;
    end if;

    return query
    with wanted as (
        select u.draft, u.line, u.sku_id, u.warehouse_id, u.quantity, u.draft = any(v_refused) as refused
        from unnest(v_drafts, v_lines, v_skus, v_warehouses, v_quantities) as u(draft, line, sku_id, warehouse_id, quantity)
    ), judged as (
        select n.*, coalesce(l.free, 0) as free,
               coalesce(sum(n.quantity) filter (where not n.refused) over (partition by n.sku_id, n.warehouse_id order by n.draft), 0)
               + sum(n.quantity) over (partition by n.draft, n.sku_id, n.warehouse_id) as needed,
               coalesce(sum(n.quantity) filter (where not n.refused) over (partition by n.sku_id order by n.draft), 0) as sku_taken
        from wanted n left join unnest(v_at_sku, v_at_warehouse, v_at_free) as l(sku_id, warehouse_id, free)
            on l.sku_id = n.sku_id and l.warehouse_id = n.warehouse_id
    )
    select distinct j.draft, j.sku_id, greatest(coalesce(f.free, 0) - j.sku_taken, 0)::bigint
    from judged j left join inventory_free(v_skus) f on f.sku_id = j.sku_id
    where j.refused and (j.needed > j.free or j.quantity <= 0)
    order by 1, 2;
end $$;


-- Promise the units of admitted lines: rows {order_number, line, sku_id, warehouse_id, quantity}. To be called in the
-- transaction of inventory_admit, which holds the locks; the CHECK on the level is the last word.
create or replace function inventory_reserve(p_lines jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_numbers text[]; v_lines int[]; v_skus bigint[]; v_warehouses bigint[]; v_quantities bigint[]; v_empty bigint[];
    v_wanted bigint; v_found bigint;
begin
    select array_agg(r.order_number), array_agg(r.line), array_agg(r.sku_id), array_agg(r.warehouse_id), array_agg(r.quantity),
           count(*)
    into v_numbers, v_lines, v_skus, v_warehouses, v_quantities, v_wanted
    from jsonb_to_recordset(p_lines) as r(order_number text, line int, sku_id bigint, warehouse_id bigint, quantity bigint);

    with level as materialized (
        select l.id, l.sku_id, l.warehouse_id from inventory_level l where l.sku_id = any(v_skus)
    ), placed as materialized (
        select u.order_number, u.line, u.quantity, l.id as level_id
        from unnest(v_numbers, v_lines, v_skus, v_warehouses, v_quantities) as u(order_number, line, sku_id, warehouse_id, quantity)
        join level l on l.sku_id = u.sku_id and l.warehouse_id = u.warehouse_id
    ), kept as (
        insert into inventory_reservation (order_number, line, level_id, quantity)
        select p.order_number, p.line, p.level_id, p.quantity from placed p
    ), taken as materialized (
        select p.level_id, sum(p.quantity) as quantity from placed p group by p.level_id
    ), changed as (
        update inventory_level l set reserved = l.reserved + t.quantity
        from taken t where l.id = t.level_id
        returning l.sku_id, l.on_hand - l.reserved - l.withheld as free
    )
    select (select array_agg(distinct c.sku_id) filter (where c.free = 0) from changed c), (select count(*) from placed)
    into v_empty, v_found;
    if v_found <> v_wanted then
        raise exception 'a line names a level that does not exist' using errcode = 'foreign_key_violation';
    end if;
    if v_empty is not null then
        perform inventory_announce(v_empty, array_fill(0::bigint, array[cardinality(v_empty)]));
    end if;
end $$;


-- Give back what these orders still hold. Repeating it changes nothing.
create or replace function inventory_release(p_order_numbers text[]) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_levels bigint[]; v_skus bigint[]; v_gained bigint[];
begin
    v_levels := array(select distinct r.level_id from inventory_reservation r where r.order_number = any(p_order_numbers));
    perform 1 from inventory_level l where l.id = any(v_levels) order by l.id for no key update;

    with open as materialized (
        select r.id, r.level_id, r.quantity - r.shipped - r.released as units
        from inventory_reservation r
        where r.order_number = any(p_order_numbers) and r.quantity > r.shipped + r.released
    ), marked as (
        update inventory_reservation r set released = r.quantity - r.shipped
        where r.id = any(array(select o.id from open o))
    ), back as materialized (
        select o.level_id, sum(o.units) as units from open o group by o.level_id
    ), changed as (
        update inventory_level l set reserved = l.reserved - b.units
        from back b where l.id = b.level_id
        returning l.sku_id, l.warehouse_id, b.units, l.on_hand - l.reserved - l.withheld as free
    ), gained as (
        select c.sku_id, sum(c.units)::bigint as units, bool_or(c.free = c.units) as was_empty
        from changed c join inventory_warehouse w on w.id = c.warehouse_id and w.active group by c.sku_id
    )
    select array_agg(g.sku_id), array_agg(g.units) into v_skus, v_gained from gained g where g.was_empty;
    if v_skus is not null then
        perform inventory_announce(v_skus, v_gained);
    end if;
end $$;


-- Give back some units of orders' lines: rows {order_number, line, quantity}, a line once. All of the call or nothing: a row is
-- answered for each line that does not hold so many.
create or replace function inventory_release_lines(p_lines jsonb) returns table (order_number text, line int, missing bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_numbers text[]; v_levels bigint[]; v_skus bigint[]; v_gained bigint[];
begin
    v_numbers := array(select distinct r.order_number from jsonb_to_recordset(p_lines) as r(order_number text));
    v_levels := array(select distinct r.level_id from inventory_reservation r where r.order_number = any(v_numbers));
    perform 1 from inventory_level l where l.id = any(v_levels) order by l.id for no key update;

    return query select m.order_number, m.line, m.missing from inventory_missing(p_lines) m;
    if found then
        return;
    end if;

    with open as (
        select n.id, n.level_id, n.order_number, n.line, n.quantity - n.shipped - n.released as units,
               sum(n.quantity - n.shipped - n.released) over (partition by n.order_number, n.line order by n.id
                                                              rows unbounded preceding) as upto
        from inventory_reservation n where n.order_number = any(v_numbers)
    ), given as materialized (
        select o.id, o.level_id, least(o.units, w.quantity - (o.upto - o.units)) as units
        from open o
        join jsonb_to_recordset(p_lines) as w(order_number text, line int, quantity bigint)
            on w.order_number = o.order_number and w.line = o.line
        where o.units > 0 and w.quantity > o.upto - o.units
    ), marked as (
        update inventory_reservation n set released = n.released + g.units from given g where n.id = g.id
    ), back as materialized (
        select g.level_id, sum(g.units) as units from given g group by g.level_id
    ), changed as (
        update inventory_level l set reserved = l.reserved - b.units
        from back b where l.id = b.level_id
        returning l.sku_id, l.warehouse_id, b.units, l.on_hand - l.reserved - l.withheld as free
    ), gained as (
        select c.sku_id, sum(c.units)::bigint as units, bool_or(c.free = c.units) as was_empty
        from changed c join inventory_warehouse w on w.id = c.warehouse_id and w.active group by c.sku_id
    )
    select array_agg(g.sku_id), array_agg(g.units) into v_skus, v_gained from gained g where g.was_empty;
    if v_skus is not null then
        perform inventory_announce(v_skus, v_gained);
    end if;
end $$;


-- Of rows {order_number, line, quantity}, the lines whose open reservation is smaller than the quantity, and by how much.
create or replace function inventory_missing(p_lines jsonb) returns table (order_number text, line int, missing bigint)
language sql stable as $$
    select r.order_number, r.line, (sum(r.quantity) - coalesce(o.open, 0))::bigint
    from jsonb_to_recordset(p_lines) as r(order_number text, line int, quantity bigint)
    left join (select n.order_number, n.line, sum(n.quantity - n.shipped - n.released) as open
               from inventory_reservation n
               where n.order_number = any(array(select x.order_number from jsonb_to_recordset(p_lines) as x(order_number text)))
               group by n.order_number, n.line) o
        on o.order_number = r.order_number and o.line = r.line
    group by r.order_number, r.line, o.open
    having sum(r.quantity) > coalesce(o.open, 0) or min(r.quantity) <= 0
$$;


-- Promised units leave the shelf: rows {order_number, line, quantity, reference, warehouse_id}; where a line is promised from
-- several warehouses, the one named gives first. All of the call or nothing: a row is answered for each line whose open
-- reservation is smaller than what should leave, and then nothing has happened.
create or replace function inventory_ship(p_lines jsonb, p_actor jsonb)
returns table (order_number text, line int, missing bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_numbers text[]; v_levels bigint[];
begin
    v_numbers := array(select distinct r.order_number from jsonb_to_recordset(p_lines) as r(order_number text));
    v_levels := array(select distinct r.level_id from inventory_reservation r where r.order_number = any(v_numbers));
    perform 1 from inventory_level l where l.id = any(v_levels) order by l.id for no key update;

    return query select m.order_number, m.line, m.missing from inventory_missing(p_lines) m;
    if found then
        return;
    end if;

    with wanted as (
        select r.order_number, r.line, max(coalesce(r.reference, '')) as reference, sum(r.quantity) as quantity,
               max(r.warehouse_id) as warehouse_id
        from jsonb_to_recordset(p_lines)
            as r(order_number text, line int, quantity bigint, reference text, warehouse_id bigint)
        group by r.order_number, r.line
    ), open as (
        select n.id, n.level_id, n.order_number, n.line, n.quantity - n.shipped - n.released as units,
               sum(n.quantity - n.shipped - n.released) over (partition by n.order_number, n.line
                   order by (l.warehouse_id is not distinct from w.warehouse_id) desc, n.id rows unbounded preceding) as upto
        from inventory_reservation n
        join wanted w on w.order_number = n.order_number and w.line = n.line
        join inventory_level l on l.id = n.level_id
        where n.order_number = any(v_numbers)
    ), taken as materialized (
        select o.id, o.level_id, o.order_number, o.line, w.reference, least(o.units, w.quantity - (o.upto - o.units)) as units
        from open o join wanted w on w.order_number = o.order_number and w.line = o.line
        where o.units > 0 and w.quantity > o.upto - o.units
    ), marked as (
        update inventory_reservation n set shipped = n.shipped + t.units
        from taken t where n.id = t.id
    ), sums as materialized (
        select t.level_id, sum(t.units) as units from taken t group by t.level_id
    ), changed as (
        update inventory_level l set on_hand = l.on_hand - s.units, reserved = l.reserved - s.units
        from sums s where l.id = s.level_id
        returning l.id, l.on_hand + s.units as on_hand_before
    )
    insert into inventory_movement (level_id, delta, balance_after, kind, reference, actor_kind, actor_id, actor_label)
    select t.level_id, -t.units,
           c.on_hand_before - sum(t.units) over (partition by t.level_id order by t.order_number, t.line, t.id rows unbounded preceding),
           'ship', t.reference, p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
    from taken t join changed c on c.id = t.level_id
    order by t.order_number, t.line, t.id;
end $$;


-- The first stock of SKUs that lie nowhere yet: levels made as they should be, each with its movement. False where another
-- transaction has just made one of them, which then stays as it is. Planned for the number of rows at hand.
create or replace function inventory_first(p_skus bigint[], p_warehouses bigint[], p_targets bigint[], p_kinds text[],
                                           p_references text[], p_reasons text[], p_actor jsonb) returns boolean
language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
    v_made bigint;
begin
    with given as materialized (
        select * from unnest(p_skus, p_warehouses, p_targets, p_kinds, p_references, p_reasons) with ordinality
            as u(sku_id, warehouse_id, target, kind, reference, reason, place)
    ), made as (
        insert into inventory_level as l (sku_id, warehouse_id, on_hand)
        select g.sku_id, g.warehouse_id, g.target from given g order by 1, 2
        on conflict do nothing returning l.id, l.sku_id, l.warehouse_id, l.on_hand
    ), moved as (
        insert into inventory_movement
            (level_id, delta, balance_after, kind, reference, reason, actor_kind, actor_id, actor_label)
        select m.id, m.on_hand, m.on_hand, g.kind, left(g.reference, 80), left(g.reason, 200),
               p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
        from made m join given g on g.sku_id = m.sku_id and g.warehouse_id = m.warehouse_id
        where m.on_hand <> 0 order by g.place
    ), told as (
        -- as inventory_announce would find it: all that is free of these SKUs is what has come
        insert into kernel_outboxevent (name, version, aggregate, payload)
        select 'inventory.sku_back_in_stock', 1, 'sku:' || m.sku_id,
               jsonb_build_object('sku_id', m.sku_id, 'available', sum(m.on_hand)::bigint)
        from made m join inventory_warehouse w on w.id = m.warehouse_id and w.active
        group by m.sku_id having sum(m.on_hand) > 0
    )
    select count(*) into v_made from made;
    return v_made = cardinality(p_skus);
end $$;


-- Change what lies on the shelf: rows {row, sku_id, warehouse_id, delta | target, kind, reference, reason}; `target` sets the
-- number, `delta` adds to it. Makes missing levels. All of the call or nothing: a row is answered for each that names
-- something unknown (problem 'sku', 'warehouse'), would leave less than is promised ('reserved') or than is promised and
-- withheld together ('withheld'), or fewer units than there are serial numbers ('serials', their number in `reserved`).
create or replace function inventory_change(p_rows jsonb, p_actor jsonb)
returns table ("row" int, problem text, on_hand bigint, reserved bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_rows int[]; v_skus bigint[]; v_warehouses bigint[]; v_deltas bigint[]; v_targets bigint[];
    v_kinds text[]; v_references text[]; v_reasons text[];
    v_changed bigint[]; v_gained bigint[];
begin
    select array_agg(r.row order by r.row), array_agg(r.sku_id order by r.row), array_agg(r.warehouse_id order by r.row),
           array_agg(r.delta order by r.row), array_agg(r.target order by r.row), array_agg(r.kind order by r.row),
           array_agg(coalesce(r.reference, '') order by r.row), array_agg(coalesce(r.reason, '') order by r.row)
    into v_rows, v_skus, v_warehouses, v_deltas, v_targets, v_kinds, v_references, v_reasons
    from jsonb_to_recordset(p_rows) as r("row" int, sku_id bigint, warehouse_id bigint, delta bigint, target bigint,
                                         kind text, reference text, reason text);
    if v_rows is null then
        return;
    end if;

    return query
    select u.row, case when s.id is null then 'sku' else 'warehouse' end, 0::bigint, 0::bigint
    from unnest(v_rows, v_skus, v_warehouses) as u("row", sku_id, warehouse_id)
    left join catalog_sku s on s.id = u.sku_id
    left join inventory_warehouse w on w.id = u.warehouse_id
    where s.id is null or w.id is null
    order by 1;
    if found then
        return;
    end if;

    if (select bool_and(coalesce(t >= 0, false)) from unnest(v_targets) t)
            and (select count(distinct (u.sku_id, u.warehouse_id)) = cardinality(v_skus)
                 from unnest(v_skus, v_warehouses) as u(sku_id, warehouse_id))
            and not exists (select 1 from inventory_level l where l.sku_id = any(v_skus)) then
        if inventory_first(v_skus, v_warehouses, v_targets, v_kinds, v_references, v_reasons, p_actor) then
            return;
        end if;
    end if;

    insert into inventory_level (sku_id, warehouse_id)
    select distinct u.sku_id, u.warehouse_id from unnest(v_skus, v_warehouses) as u(sku_id, warehouse_id)
    where not exists (select 1 from inventory_level l where l.sku_id = u.sku_id and l.warehouse_id = u.warehouse_id)
    order by 1, 2
    on conflict do nothing;
    perform 1 from inventory_level l
    where l.sku_id = any(v_skus) and l.warehouse_id = any(v_warehouses)
    order by l.id for no key update;

    return query
    with level as materialized (select * from inventory_level l where l.sku_id = any(v_skus)), step as (
        select u.row, l.on_hand, l.reserved, l.withheld, n.units as named,
               coalesce(u.target, l.on_hand + sum(u.delta) over (partition by l.id order by u.row rows unbounded preceding)) as after,
               coalesce(u.delta, u.target - l.on_hand) < 0 as lowers
        from unnest(v_rows, v_skus, v_warehouses, v_deltas, v_targets) as u("row", sku_id, warehouse_id, delta, target)
        join level l on l.sku_id = u.sku_id and l.warehouse_id = u.warehouse_id
        left join lateral (select count(*) as units from inventory_serial n where n.level_id = l.id) n
            on exists (select 1 from inventory_tracking t where t.sku_id = l.sku_id and t.serials)
    )
    select s.row,
           case when s.after < coalesce(s.named, 0) then 'serials' when s.withheld > 0 then 'withheld' else 'reserved' end,
           s.on_hand, case when s.after < coalesce(s.named, 0) then s.named else s.reserved + s.withheld end
    from step s where s.after < greatest(s.reserved + s.withheld, s.named) and s.lowers order by 1;
    if found then
        return;
    end if;

    with level as materialized (select * from inventory_level l where l.sku_id = any(v_skus)), step as materialized (
        select l.id as level_id, u.row, coalesce(u.delta, u.target - l.on_hand) as delta, u.kind, u.reference, u.reason,
               coalesce(u.target, l.on_hand + sum(u.delta) over (partition by l.id order by u.row rows unbounded preceding)) as after
        from unnest(v_rows, v_skus, v_warehouses, v_deltas, v_targets, v_kinds, v_references, v_reasons)
            as u("row", sku_id, warehouse_id, delta, target, kind, reference, reason)
        join level l on l.sku_id = u.sku_id and l.warehouse_id = u.warehouse_id
    ), moved as (
        insert into inventory_movement
            (level_id, delta, balance_after, kind, reference, reason, actor_kind, actor_id, actor_label)
        select s.level_id, s.delta, s.after, s.kind, left(s.reference, 80), left(s.reason, 200),
               p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
        from step s where s.delta <> 0 order by s.row
    ), sums as materialized (
        select s.level_id, sum(s.delta)::bigint as delta from step s group by s.level_id having sum(s.delta) <> 0
    ), changed as (
        update inventory_level l set on_hand = l.on_hand + s.delta
        from sums s where l.id = s.level_id
        returning l.sku_id, l.warehouse_id, s.delta, l.on_hand - l.reserved - l.withheld as free
    ), turned as (
        select c.sku_id, sum(c.delta)::bigint as delta
        from changed c join inventory_warehouse w on w.id = c.warehouse_id and w.active
        group by c.sku_id having bool_or(c.free = 0 or c.free = c.delta)
    )
    select array_agg(t.sku_id), array_agg(greatest(t.delta, 0)) into v_changed, v_gained from turned t where t.delta <> 0;
    if v_changed is not null then
        perform inventory_announce(v_changed, v_gained);
    end if;
end $$;


-- A warehouse was switched on or off: announce the SKUs whose free stock came or went with it.
create or replace function inventory_announce_warehouse(p_warehouse bigint, p_active boolean) returns void language plpgsql as $$
declare
    v_skus bigint[]; v_free bigint[];
begin
    select array_agg(l.sku_id), array_agg(case when p_active then l.on_hand - l.reserved - l.withheld else 0 end) into v_skus, v_free
    from inventory_level l where l.warehouse_id = p_warehouse and l.on_hand > l.reserved + l.withheld;
    if v_skus is not null then
        perform inventory_announce(v_skus, v_free);
    end if;
end $$;
