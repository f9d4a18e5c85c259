"""Facts about prices that must always hold."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "pricing.price_is_last_in_history",
        "select p.sku_id, p.list_price, p.sale_price, h.list_price as h_list, h.sale_price as h_sale from pricing_skuprice p"
        " left join lateral (select list_price, sale_price, cost from pricing_pricehistory"
        " where sku_id = p.sku_id and kind = 'set' order by id desc limit 1) h on true"
        " where (p.list_price, p.sale_price, p.cost) is distinct from (h.list_price, h.sale_price, h.cost)",
        "A price is the last one that somebody set, and that is on record.",
    ),
    Invariant(
        "pricing.specials_are_copied",
        "select p.sku_id from pricing_skuprice p where p.specials is distinct from (select"
        " jsonb_agg(jsonb_build_array(x.kind, x.key, x.min_quantity, x.price) order by x.kind, x.key, x.min_quantity)"
        " from pricing_specialprice x where x.sku_id = p.sku_id)",
        "What a quote reads of a SKU's special prices is what was set.",
    ),
    Invariant(
        "pricing.specials_have_a_price",
        "select x.id, x.sku_id from pricing_specialprice x"
        " where not exists (select 1 from pricing_skuprice p where p.sku_id = x.sku_id)",
        "A SKU with a special price has an ordinary one to compare it with.",
    ),
    Invariant(
        "pricing.accepted_requests_are_on_record",
        "select r.id, r.sku_id from pricing_pricerequest r where r.status = 'accepted' and not exists (select 1 from"
        " pricing_pricehistory h where h.sku_id = r.sku_id and (h.details ->> 'request')::bigint = r.id)"
        " and (r.kind = 'scheduled' or (r.list_price, r.sale_price) is distinct from (r.old_list_price, r.old_sale_price))",
        "What was asked for and accepted was done, and the history says who asked and who accepted.",
    ),
    Invariant(
        "pricing.windows_have_a_price",
        "select s.id, s.sku_id from pricing_scheduledprice s where s.cancelled_at is null"
        " and not exists (select 1 from pricing_skuprice p where p.sku_id = s.sku_id)",
        "A SKU with a planned price has a price to come from and to go back to.",
    ),
]
