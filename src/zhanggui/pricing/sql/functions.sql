-- Functions speak of columns that a later migration brings.
set local check_function_bodies = off;


create or replace function pricing_history_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'price history is never altered or deleted' using errcode = 'restrict_violation';
end $$;
create or replace trigger pricing_history_frozen before update or delete on pricing_pricehistory
    for each row execute function pricing_history_frozen();


-- Set the prices of many SKUs: rows {sku_id, list_price, sale_price, cost | null: as before}, each SKU once. Writes history and
-- answers the rows that changed, with what was there before. `p_details` goes into the history.
drop function if exists pricing_set(jsonb, text, text, jsonb);
create or replace function pricing_set(p_rows jsonb, p_currency text, p_reason text, p_actor jsonb, p_details jsonb)
returns table (sku_id bigint, list_price bigint, sale_price bigint, cost bigint,
               old_list_price bigint, old_sale_price bigint, old_cost bigint)
language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    perform 1 from pricing_skuprice p
    where p.sku_id = any(array(select r.sku_id from jsonb_to_recordset(p_rows) as r(sku_id bigint)))
    order by p.sku_id for no key update;
    return query
    with input as (
        select r.sku_id, r.list_price, r.sale_price, coalesce(r.cost, p.cost) as cost,
               p.list_price as old_list_price, p.sale_price as old_sale_price, p.cost as old_cost
        from jsonb_to_recordset(p_rows) as r(sku_id bigint, list_price bigint, sale_price bigint, cost bigint)
        left join pricing_skuprice p on p.sku_id = r.sku_id
        where (p.list_price, p.sale_price, p.cost) is distinct from (r.list_price, r.sale_price, coalesce(r.cost, p.cost))
    ), kept as (
        insert into pricing_skuprice as p (sku_id, list_price, sale_price, cost, currency)
        select i.sku_id, i.list_price, i.sale_price, i.cost, p_currency from input i order by i.sku_id
        on conflict (sku_id) do update set list_price = excluded.list_price, sale_price = excluded.sale_price,
            cost = coalesce(excluded.cost, p.cost), currency = excluded.currency, updated_at = kernel_now()
        returning p.sku_id, p.cost
    ), told as (
        insert into pricing_pricehistory (sku_id, kind, list_price, sale_price, cost, old_list_price, old_sale_price, old_cost,
                                          details, reason, actor_kind, actor_id, actor_label)
        select i.sku_id, 'set', i.list_price, i.sale_price, k.cost, i.old_list_price, i.old_sale_price, i.old_cost, p_details,
               left(p_reason, 200), p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
        from input i join kept k on k.sku_id = i.sku_id
    )
    select i.sku_id, i.list_price, i.sale_price, k.cost, i.old_list_price, i.old_sale_price, i.old_cost
    from input i join kept k on k.sku_id = i.sku_id;
end $$;


-- Set special prices: rows {sku_id, kind, key, min_quantity, price | null: none}, each once, of SKUs that have a price. Writes
-- history and the SKU's own copy, and answers the rows that changed, with the price there was before.
create or replace function pricing_set_specials(p_rows jsonb, p_reason text, p_actor jsonb)
returns table (sku_id bigint, kind text, key text, min_quantity int, price bigint, old_price bigint)
language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    perform 1 from pricing_skuprice p
    where p.sku_id = any(array(select r.sku_id from jsonb_to_recordset(p_rows) as r(sku_id bigint)))
    order by p.sku_id for no key update;
    return query
    with input as (
        select r.sku_id, r.kind, r.key, r.min_quantity, r.price, x.price as old_price
        from jsonb_to_recordset(p_rows) as r(sku_id bigint, kind text, key text, min_quantity int, price bigint)
        left join pricing_specialprice x on (x.sku_id, x.kind, x.key, x.min_quantity) = (r.sku_id, r.kind, r.key, r.min_quantity)
        where r.price is distinct from x.price
    ), gone as (
        delete from pricing_specialprice x using input i
        where i.price is null and (x.sku_id, x.kind, x.key, x.min_quantity) = (i.sku_id, i.kind, i.key, i.min_quantity)
    ), kept as (
        insert into pricing_specialprice as x (sku_id, kind, key, min_quantity, price)
        select i.sku_id, i.kind, i.key, i.min_quantity, i.price from input i where i.price is not null
        on conflict (sku_id, kind, key, min_quantity) do update set price = excluded.price, updated_at = kernel_now()
    ), told as (
        insert into pricing_pricehistory (sku_id, kind, sale_price, details, reason, actor_kind, actor_id, actor_label)
        select i.sku_id, 'special', p.sale_price, jsonb_build_object('kind', i.kind, 'key', i.key, 'min_quantity', i.min_quantity,
                   'price', i.price, 'old_price', i.old_price),
               left(p_reason, 200), p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
        from input i join pricing_skuprice p on p.sku_id = i.sku_id order by i.sku_id, i.kind, i.key, i.min_quantity
    )
    select i.sku_id, i.kind, i.key, i.min_quantity, i.price, i.old_price from input i;
    update pricing_skuprice p set specials = (
        select jsonb_agg(jsonb_build_array(x.kind, x.key, x.min_quantity, x.price) order by x.kind, x.key, x.min_quantity)
        from pricing_specialprice x where x.sku_id = p.sku_id)
    where p.sku_id = any(array(select r.sku_id from jsonb_to_recordset(p_rows) as r(sku_id bigint)));
end $$;


-- The prices of SKUs at an instant: an open window's price, else the ordinary one. A list price below it is lifted to it.
-- `specials`: [[kind, key, min_quantity, price]], null where there are none.
drop function if exists pricing_effective(bigint[], timestamptz);
create function pricing_effective(p_skus bigint[], p_at timestamptz)
returns table (sku_id bigint, list_price bigint, sale_price bigint, cost bigint, scheduled boolean, specials jsonb)
language sql stable as $$
    select p.sku_id, greatest(p.list_price, s.sale_price), coalesce(s.sale_price, p.sale_price), p.cost, s.id is not null,
        p.specials
    from pricing_skuprice p
    left join pricing_scheduledprice s
        on s.sku_id = p.sku_id and s.cancelled_at is null and s.starts_at <= p_at and (s.ends_at is null or s.ends_at > p_at)
    -- the detour hides the length of the array, so that one plan is kept for all of them
    where p.sku_id = any(array(select unnest(p_skus)))
$$;


-- Set the floor and the least margin (basis points) of SKUs that have a price: rows {sku_id, floor | null, min_margin | null}.
-- Writes history and answers the rows that changed, with what was there before.
create or replace function pricing_set_floors(p_rows jsonb, p_reason text, p_actor jsonb)
returns table (sku_id bigint, floor bigint, min_margin int, old_floor bigint, old_min_margin int)
language sql volatile as $$
    with input as (
        select r.sku_id, r.floor, r.min_margin, p.floor as old_floor, p.min_margin as old_min_margin, p.sale_price
        from jsonb_to_recordset(p_rows) as r(sku_id bigint, floor bigint, min_margin int)
        join pricing_skuprice p on p.sku_id = r.sku_id
        where (p.floor, p.min_margin) is distinct from (r.floor, r.min_margin)
    ), kept as (
        update pricing_skuprice p set floor = i.floor, min_margin = i.min_margin, updated_at = kernel_now()
        from input i where p.sku_id = i.sku_id
    ), told as (
        insert into pricing_pricehistory (sku_id, kind, sale_price, details, reason, actor_kind, actor_id, actor_label)
        select i.sku_id, 'floor', i.sale_price, jsonb_build_object('floor', i.floor, 'old_floor', i.old_floor,
                   'min_margin', i.min_margin, 'old_min_margin', i.old_min_margin),
               left(p_reason, 200), p_actor ->> 'kind', (p_actor ->> 'id')::bigint, left(coalesce(p_actor ->> 'label', ''), 200)
        from input i order by i.sku_id
    )
    select i.sku_id, i.floor, i.min_margin, i.old_floor, i.old_min_margin from input i
$$;


-- What the policies say of a category, given the path of ids from the root to it: of each figure the nearest word on it.
create or replace function pricing_policy(p_path bigint[])
returns table (band_low bigint, band_high bigint, steps bigint[], min_margin int, margin_category bigint, spend_low int,
               spend_high int, max_change int)
language sql stable as $$
    select
        (array_agg(q.band_low order by a.place desc) filter (where q.band_low is not null))[1],
        (array_agg(q.band_high order by a.place desc) filter (where q.band_high is not null))[1],
        (select n.steps from pricing_pricepolicy n where n.id = (array_agg(q.id order by a.place desc) filter (where q.steps <> '{}'))[1]),
        (array_agg(q.min_margin order by a.place desc) filter (where q.min_margin is not null))[1],
        (array_agg(q.category_id order by a.place desc) filter (where q.min_margin is not null))[1],
        (array_agg(q.spend_low order by a.place desc) filter (where q.spend_low is not null))[1],
        (array_agg(q.spend_high order by a.place desc) filter (where q.spend_high is not null))[1],
        (array_agg(q.max_change order by a.place desc) filter (where q.max_change is not null))[1]
    from unnest(array_prepend(0::bigint, p_path)) with ordinality as a(id, place)
    join pricing_pricepolicy q on q.category_id = a.id
$$;


-- The least price that leaves a margin (basis points of the price) over a cost.
create or replace function pricing_margin_floor(p_cost bigint, p_margin int)
returns bigint language sql immutable parallel safe as $$
    select (p_cost * 10000 + 9999 - p_margin) / (10000 - p_margin)
$$;


-- Below what the prices of SKUs must not go, and which rule says so: their own floor, their own least margin over cost, or the
-- margin of their category. `floor` null: nothing says anything. With it what else the policies say.
create or replace function pricing_floors(p_skus bigint[])
returns table (sku_id bigint, list_price bigint, sale_price bigint, cost bigint, own_floor bigint, own_margin int, floor bigint,
               source text, min_margin int, margin_category bigint, band_low bigint, band_high bigint, steps bigint[],
               spend_low int, spend_high int, max_change int)
language sql stable as $$
    with wanted as materialized (
        select p.sku_id, p.list_price, p.sale_price, p.cost, p.floor, p.min_margin, coalesce(c.ancestors, '{}') as path
        from pricing_skuprice p
        join catalog_sku s on s.id = p.sku_id
        join catalog_product g on g.id = s.product_id
        left join catalog_category c on c.id = g.category_id
        where p.sku_id = any(array(select unnest(p_skus)))
    ), policy as materialized (
        select d.path, q.* from (select distinct path from wanted) d cross join lateral pricing_policy(d.path) q
    )
    select w.sku_id, w.list_price, w.sale_price, w.cost, w.floor, w.min_margin, f.floor, f.source,
        coalesce(w.min_margin, q.min_margin), q.margin_category, q.band_low, q.band_high, coalesce(q.steps, '{}'),
        coalesce(q.spend_low, 800), coalesce(q.spend_high, 1500), q.max_change
    from wanted w
    join policy q on q.path = w.path
    left join lateral (
        select x.floor, x.source from (values
            (w.floor, 'floor', 1),
            (pricing_margin_floor(w.cost, w.min_margin), 'margin', 2),
            (pricing_margin_floor(w.cost, q.min_margin), 'category', 3)
        ) as x(floor, source, place)
        where x.floor is not null order by x.floor desc, x.place limit 1
    ) f on true
$$;
