"""What must always hold in the catalogue."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "catalog.ancestors_are_the_path",
        "select c.id, c.ancestors from catalog_category c left join catalog_category p on p.id = c.parent_id"
        " where c.ancestors <> coalesce(p.ancestors, '{}') || c.id",
        "Every category knows its path from the root.",
    ),
    Invariant(
        "catalog.listed_products_have_a_listing",
        "select coalesce(p.id, l.product_id) as product_id, p.state from catalog_product p"
        " full join catalog_listing l on l.product_id = p.id where (p.state = 'listed') <> (l.product_id is not null)",
        "A product is in the lists exactly when it is listed.",
    ),
    Invariant(
        "catalog.listing_agrees_with_product",
        "select p.id from catalog_listing l join catalog_product p on p.id = l.product_id"
        " left join catalog_category c on c.id = p.category_id"
        " where (l.slug, l.title, l.subtitle, l.title_en, l.subtitle_en, l.image, l.brand_id, l.tags, l.listed_at, l.ancestors)"
        " is distinct from (p.slug, p.title, p.subtitle, p.title_en, p.subtitle_en, p.image, p.brand_id, p.tags::text[],"
        " p.listed_at, coalesce(c.ancestors, '{}'))"
        " or l.sku_ids <> array(select s.id from catalog_sku s where s.product_id = p.id and s.active"
        " order by s.position, s.id)",
        "A list shows what the product is.",
    ),
    Invariant(
        "catalog.listing_agrees_with_facts",
        "select l.product_id, l.price, l.in_stock from catalog_listing l cross join lateral ("
        " select min(f.price) as price, (array_agg(f.list_price order by f.price, f.sku_id))[1] as list_price,"
        " coalesce(bool_or(f.in_stock), false) as in_stock from catalog_skufacts f where f.sku_id = any(l.sku_ids)) f"
        " where (l.price, l.list_price, l.in_stock) is distinct from (f.price, f.list_price, f.in_stock)",
        "A list shows the lowest price and the stock last told.",
    ),
    Invariant(
        "catalog.listed_products_can_be_bought",
        "select product_id from catalog_listing where sku_ids = '{}'",
        "Every listed product has an active SKU.",
    ),
    Invariant(
        "catalog.faces_are_ready_pictures",
        "select p.id, p.image from catalog_product p where p.image <> coalesce((select m.file from catalog_media m"
        " where m.product_id = p.id and m.state = 'ready' order by m.sku_id is not null, m.position, m.id limit 1), '')",
        "A product's face is its first ready picture.",
    ),
    Invariant(
        "catalog.serials_were_given_out",
        "select p.id, p.code from catalog_product p left join catalog_codesequence s on s.prefix = split_part(p.code, '-', 1)"
        " where split_part(p.code, '-', 2)::bigint > coalesce(s.last, 0)",
        "No product code is ahead of its sequence.",
    ),
]
