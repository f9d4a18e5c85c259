-- Functions speak of columns that a later migration brings.
set local check_function_bodies = off;

-- What a sale needs to know of SKUs, in the order of the codes. `reason` is empty when it can be sold.
drop function if exists catalog_sellable(text[]);
create function catalog_sellable(p_codes text[])
returns table (code text, sku_id bigint, product_id bigint, product_code text, slug text, title text, options text, image text,
               category_ids bigint[], brand_id bigint, weight_g int, reason text, supply_mode text, promise_hours smallint)
language sql stable as $$
    select w.code, coalesce(s.id, 0), coalesce(p.id, 0), coalesce(p.code, ''), coalesce(p.slug, ''), coalesce(p.title, ''),
        coalesce(s.options_text, ''), coalesce(nullif(s.image, ''), p.image, ''), coalesce(c.ancestors, '{}'), p.brand_id,
        coalesce(s.weight_g, 0),
        case when s.id is null then 'unknown' when p.state <> 'listed' then 'not_listed' when not s.active then 'inactive'
            else '' end,
        coalesce(p.supply_mode, 'stocked'), p.promise_hours
    from unnest(p_codes) with ordinality w(code, place)
    left join catalog_sku s on s.code = w.code
    left join catalog_product p on p.id = s.product_id
    left join catalog_category c on c.id = p.category_id
    order by w.place
$$;


-- All pairs of neighbouring characters of a title, in small letters: what the index of parts of titles is made of.
create or replace function catalog_pairs(p_title text) returns text[] language sql immutable parallel safe as $$
    select array(select distinct substr(lower(p_title), i, 2) from generate_series(1, length(p_title) - 1) i)
$$;
