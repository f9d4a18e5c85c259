"""What must always hold of reviews."""

from zhanggui.kernel.invariants import Invariant

_TALLY = """
select r.product_id, count(*) filter (where r.rating = 1) as stars_1, count(*) filter (where r.rating = 2) as stars_2,
    count(*) filter (where r.rating = 3) as stars_3, count(*) filter (where r.rating = 4) as stars_4,
    count(*) filter (where r.rating = 5) as stars_5,
    count(*) filter (where r.photos <> '[]' or r.more_photos <> '[]') as with_photos
from servicedesk_review r where not r.hidden group by r.product_id
"""

INVARIANTS = [
    Invariant(
        "servicedesk.tally_is_the_reviews",
        "select coalesce(t.product_id, s.product_id) as product_id from servicedesk_reviewtally t"
        f" full join ({_TALLY}) s on s.product_id = t.product_id where (coalesce(t.stars_1, 0), coalesce(t.stars_2, 0),"
        " coalesce(t.stars_3, 0), coalesce(t.stars_4, 0), coalesce(t.stars_5, 0), coalesce(t.with_photos, 0)) is distinct"
        " from (coalesce(s.stars_1, 0), coalesce(s.stars_2, 0), coalesce(s.stars_3, 0), coalesce(s.stars_4, 0),"
        " coalesce(s.stars_5, 0), coalesce(s.with_photos, 0))",
        "A product's counts of stars are those of its shown reviews.",
    ),
    Invariant(
        "servicedesk.rating_is_the_reviews",
        "select t.product_id, p.rating, p.rating_count from (select *, stars_1 + stars_2 + stars_3 + stars_4 + stars_5 as n"
        " from servicedesk_reviewtally) t left join catalog_productstats p on p.product_id = t.product_id"
        " where (coalesce(p.rating_count, 0), p.rating) is distinct from (t.n, case when t.n > 0 then"
        " (200 * (stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + 5 * stars_5) + t.n) / (2 * t.n) end)"
        " and not exists (select from kernel_outboxevent e where e.delivered_at is null and e.name in"
        " ('servicedesk.review_posted', 'servicedesk.review_hidden', 'servicedesk.review_shown'))",
        "A product's rating in lists is the mean of its shown reviews.",
    ),
    Invariant(
        "servicedesk.only_bought_goods_are_reviewed",
        "select r.id, r.order_number, r.line from servicedesk_review r left join orders_order o on o.number = r.order_number"
        " left join orders_orderline l on l.order_id = o.id and l.position = r.line where l.id is null"
        " or l.product_id is distinct from r.product_id",
        "Every review belongs to a line that was bought.",
    ),
]
