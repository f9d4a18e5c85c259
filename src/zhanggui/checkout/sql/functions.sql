-- Functions speak of columns that a later migration brings.
set local check_function_bodies = off;


-- All a quote reads of goods, in one statement: SKUs, prices and free stock through the doors of their modules.
-- `levels`: [warehouse, free] in shipping order; of what is made to order the places at the bench alone.
drop function if exists checkout_goods(text[], timestamptz);
create function checkout_goods(p_codes text[], p_at timestamptz)
returns table (code text, sku_id bigint, product_id bigint, product_code text, slug text, title text, options text, image text,
               category_ids bigint[], brand_id bigint, weight_g int, reason text, supply_mode text, promise_hours smallint,
               list_price bigint, sale_price bigint,
               cost bigint, specials jsonb, levels jsonb)
language sql stable as $$
    with wanted as materialized (
        select * from catalog_sellable(p_codes)
    ), lying as (
        select f.sku_id, jsonb_agg(jsonb_build_array(f.warehouse_id, f.free) order by f.place) as levels
        from inventory_free_levels(array(select w.sku_id from wanted w)) f join wanted w on w.sku_id = f.sku_id
        where w.supply_mode <> 'made_to_order' or f.warehouse_id = any(inventory_workshops())
        group by f.sku_id
    )
    select s.code, s.sku_id, s.product_id, s.product_code, s.slug, s.title, s.options, s.image, s.category_ids, s.brand_id,
        s.weight_g, s.reason, s.supply_mode, s.promise_hours, p.list_price, p.sale_price, p.cost, p.specials, coalesce(l.levels, '[]')
    from wanted s
    left join pricing_effective(array(select w.sku_id from wanted w), p_at) p on p.sku_id = s.sku_id
    left join lying l on l.sku_id = s.sku_id
$$;
