-- All a quote reads of goods, in one statement: SKUs, prices and free stock through the doors of their modules.
-- `levels`: [warehouse, free] in shipping order. Row by row (lateral), so that the doors are inlined into one plan.
create or replace function checkout_goods(p_codes text[], p_at timestamptz)
returns table (code text, sku_id bigint, product_id bigint, product_code text, slug text, title text, options text, image text,
               category_ids bigint[], brand_id bigint, weight_g int, reason text, list_price bigint, sale_price bigint,
               cost bigint, levels jsonb)
language sql stable as $$
    select s.code, s.sku_id, s.product_id, s.product_code, s.slug, s.title, s.options, s.image, s.category_ids, s.brand_id,
        s.weight_g, s.reason, p.list_price, p.sale_price, p.cost, coalesce(l.levels, '[]')
    from catalog_sellable(p_codes) s
    left join lateral pricing_effective(array[s.sku_id], p_at) p on true
    left join lateral (
        select jsonb_agg(jsonb_build_array(f.warehouse_id, f.free) order by f.place) as levels
        from inventory_free_levels(array[s.sku_id]) f) l on true
$$;
