"""What must always hold of promotions and coupons."""

from zhanggui.kernel.invariants import Invariant

_OPEN = "from promotions_redemption r where r.given_back_at is null"

INVARIANTS = [
    Invariant(
        "promotions.used_is_redeemed",
        "select p.id, p.used, p.budget_used, coalesce(t.uses, 0) as redeemed, coalesce(t.amount, 0) as amount"
        f" from promotions_promotion p left join (select r.promotion_id, count(*) as uses, sum(r.amount) as amount {_OPEN}"
        " group by 1) t on t.promotion_id = p.id where (p.use_limit is not null or p.budget is not null)"
        " and (p.used <> coalesce(t.uses, 0) or p.budget_used <> coalesce(t.amount, 0))",
        "A limited promotion's uses and spent budget are the sum of its open redemptions.",
    ),
    Invariant(
        "promotions.limits_hold",
        "select id, used, use_limit, budget_used, budget from promotions_promotion"
        " where used > use_limit or budget_used > budget or used < 0 or budget_used < 0",
        "No promotion is used above its limit or budget.",
    ),
    Invariant(
        "promotions.code_used_is_redeemed",
        "select c.id, c.code, c.used, coalesce(t.uses, 0) as redeemed from promotions_couponcode c"
        f" left join (select r.coupon_code_id, count(*) as uses {_OPEN} group by 1) t on t.coupon_code_id = c.id"
        " where c.max_uses is not null and (c.used <> coalesce(t.uses, 0) or c.used > c.max_uses)",
        "A limited coupon code's uses are the number of its open redemptions, and within its limit.",
    ),
    Invariant(
        "promotions.holder_used_is_redeemed",
        "select h.promotion_id, h.holder, h.used, coalesce(t.uses, 0) as redeemed from promotions_holderuse h"
        f" left join (select r.promotion_id, r.holder, count(*) as uses {_OPEN} group by 1, 2) t"
        " on t.promotion_id = h.promotion_id and t.holder = h.holder where h.used <> coalesce(t.uses, 0)",
        "What a holder has used of a promotion is the number of his open redemptions.",
    ),
    Invariant(
        "promotions.quota_taken_is_redeemed",
        "select q.promotion_id, q.sku_id, q.taken, coalesce(t.pieces, 0) as redeemed from promotions_quota q"
        " left join (select r.promotion_id, (x ->> 0)::bigint as sku_id, sum((x ->> 1)::int) as pieces"
        " from promotions_redemption r cross join lateral jsonb_array_elements(r.pieces) x"
        " where r.given_back_at is null and r.pieces is not null group by 1, 2) t"
        " on t.promotion_id = q.promotion_id and t.sku_id = q.sku_id"
        " where q.taken <> coalesce(t.pieces, 0) or q.taken > q.stock",
        "The pieces a flash sale has sold are those of its open redemptions, and within what it had.",
    ),
    Invariant(
        "promotions.holder_pieces_are_redeemed",
        "select q.promotion_id, q.sku_id, h.holder, h.taken, coalesce(t.pieces, 0) as redeemed from promotions_holderpieces h"
        " join promotions_quota q on q.id = h.quota_id left join (select r.promotion_id, r.holder,"
        " (x ->> 0)::bigint as sku_id, sum((x ->> 1)::int) as pieces"
        " from promotions_redemption r cross join lateral jsonb_array_elements(r.pieces) x"
        " where r.given_back_at is null and r.pieces is not null group by 1, 2, 3) t"
        " on t.promotion_id = q.promotion_id and t.sku_id = q.sku_id and t.holder = h.holder"
        " where h.taken <> coalesce(t.pieces, 0)",
        "What a buyer has of a flash sale's pieces is what his open redemptions took.",
    ),
    Invariant(
        "promotions.coupon_issued_is_codes",
        "select c.promotion_id, c.issued, count(k.id) as codes from promotions_coupon c"
        " left join promotions_couponcode k on k.coupon_id = c.promotion_id and k.voided_at is null"
        " group by c.promotion_id, c.issued having c.issued <> count(k.id)",
        "A coupon's issued count is the number of its codes, void ones apart.",
    ),
    Invariant(
        "promotions.coupon_held_is_codes",
        "select coupon_id, member_id, coalesce(h.held, 0) as held, coalesce(k.codes, 0) as codes from promotions_couponholding h"
        " full join (select coupon_id, member_id, count(*) as codes from promotions_couponcode"
        " where member_id is not null and voided_at is null group by 1, 2) k using (coupon_id, member_id)"
        " where coalesce(h.held, 0) <> coalesce(k.codes, 0)",
        "What members are counted to hold of a coupon is the number of their codes, void ones apart.",
    ),
    Invariant(
        "promotions.exchanges_are_paid",
        "select e.code_id, p.key, e.points, p.amount from promotions_couponexchange e full join (select key, member_id, amount"
        " from members_posting where asset = 'points' and kind = 'exchange') p on p.key = 'coupon:' || e.code_id"
        " where e.code_id is null or p.key is null or e.points <> p.amount or e.member_id <> p.member_id",
        "What members got for points was paid with just these points, and what they paid for they have.",
    ),
    Invariant(
        "promotions.exchanges_come_back_when_void",
        "select p.key, p.amount, e.points, c.voided_at from members_posting p left join promotions_couponexchange e"
        " on p.key = 'coupon:' || e.code_id and e.member_id = p.member_id left join promotions_couponcode c on c.id = e.code_id"
        " where p.asset = 'points' and p.kind = 'give_back' and p.key like 'coupon:%' and (c.voided_at is null or p.amount > e.points)",
        "Points of a coupon came back only where it is void, and no more than it cost.",
    ),
    Invariant(
        "promotions.redemption_has_owner",
        "select r.id, r.order_number from promotions_redemption r left join promotions_promotion p on p.id = r.promotion_id"
        " left join promotions_couponcode c on c.id = r.coupon_code_id where p.id is null"
        " or (r.coupon_code_id is not null and c.coupon_id is distinct from r.promotion_id)",
        "Every redemption belongs to a promotion, and its code to that promotion's coupon.",
    ),
]
