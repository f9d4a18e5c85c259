"""What a tier gives is given to the fen: its share of all prices and its free delivery, in quote, order, receipt and API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.accounts import member, member_token
from tests.factories.pricing import PRICER
from tests.factories.promotions import live
from tests.factories.shop import attempt, buy, goods, open_shop, wants
from tests.support.api import Caller, ok
from zhanggui.accounts import selectors as accounts
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout.types import Quote
from zhanggui.kernel import clock, db, invariants, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.orders import selectors as orders
from zhanggui.pricing import selectors as pricing_reads
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import SpecialRow
from zhanggui.promotions import services as promotions
from zhanggui.promotions.errors import CouponNotApplicable
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> None:
    open_shop()
    pricing_reads.forget_freight()
    pricing.save_freight_rule(method="express", fee=1200, actor=PRICER)


def tier(code: str = "gold", rank: int = 1, **gives: Any) -> None:
    names = {"gold": ("金卡", "Gold"), "silver": ("银卡", "Silver")}[code]
    members.save_tier(code, TierDraft(names[0], rank, names[1], **gives), actor=SYSTEM)


def of_tier(code: str = "gold", who: int | None = None) -> int:
    who = who or member().id
    assert who is not None
    members.grant_tier(who, code, until=clock.business_date(), reason="x", actor=SYSTEM)
    return who


def quoted(*lines: tuple[str, int], **more: Any) -> Quote:
    return checkout.quote(wants(*lines, **more).request)


def special(code: str, kind: str, key: str, price: int) -> None:
    sku = catalog.sellable_by_code([code])[0].sku_id
    pricing.set_specials([SpecialRow(sku, kind, key, 1, price)], reason="x", actor=PRICER)


def books_are_right() -> None:
    assert [(v.invariant.name, v.samples) for v in invariants.check()] == []


def test_the_share_is_taken_of_each_piece_rounded_half_up_and_stays_with_the_order() -> None:
    tier(discount_bp=9_800)
    tea, cup = goods(1_025, 33)  # 10.045 and 0.3234 yuan
    who = of_tier()
    quote = quoted((tea, 3), (cup, 2), member_id=who)
    assert [(line.unit_price, line.sale_price, line.subtotal, line.special) for line in quote.lines] == [
        (1_005, 1_025, 3_015, "tier"), (32, 33, 64, "tier"),
    ]  # fmt: skip
    assert [quoted((tea, 1)).lines[0].unit_price, quoted((tea, 1), member_id=member().id).lines[0].unit_price] == [
        1_025
    ] * 2
    order = orders.find(buy((tea, 3), (cup, 2), member_id=who, expected_total=quote.total))
    assert order is not None
    assert (order["items_total"], order["total"]) == (3_079, 3_079 + 1_200)
    assert order["lines"][0]["special"] == {
        "kind": "tier", "zh": "会员价（金卡）", "en": "Member price (Gold)", "sale_price": 1_025,
    }  # fmt: skip
    members.save_tier("gold", TierDraft("黑卡", 1, discount_bp=5_000), actor=SYSTEM)
    again = orders.find(order["number"])
    assert again is not None
    assert (again["lines"], again["total"]) == (order["lines"], order["total"])
    books_are_right()


def test_a_price_of_the_tier_for_the_goods_and_its_share_never_add_up() -> None:
    tier(discount_bp=9_000)
    dear, cheap, planned = goods(10_000, 10_000, 10_000)
    special(dear, "tier", "gold", 9_500)
    special(cheap, "tier", "gold", 8_500)
    sku = catalog.sellable_by_code([planned])[0].sku_id
    pricing.schedule_price(sku, sale_price=6_005, starts_at=clock.now(), ends_at=None, reason="x", actor=PRICER)
    quote = quoted((dear, 1), (cheap, 1), (planned, 1), member_id=of_tier())
    assert [line.unit_price for line in quote.lines] == [9_000, 8_500, 5_405]


def test_promotions_and_thresholds_see_the_members_price() -> None:
    tier(discount_bp=9_800)
    live()  # 满 100 减 10
    (tea,) = goods(10_100)
    who = of_tier()
    assert [(q.discount_total, q.total - 1_200) for q in (quoted((tea, 1)), quoted((tea, 1), member_id=who))] == [
        (1_000, 9_100), (0, 9_898),
    ]  # fmt: skip


def test_free_delivery_of_the_tier_is_said_and_uses_up_nothing_else() -> None:
    tier(free_shipping=True)
    (tea,) = goods(10_000)
    rule = live("free_shipping", {"threshold": 20_000}, use_limit=5)
    who = of_tier()
    quote = quoted((tea, 3), member_id=who)
    assert (quote.freight, quote.shipping_total, quote.total) == (1_200, 0, 30_000)
    assert [(a.promotion_id, a.kind, a.amount, a.label.zh) for a in quote.relief.applied] == [
        (0, "tier", 1_200, "金卡包邮")
    ]
    assert {e.code for e in quoted((tea, 1), member_id=who).verdict.explanation} == {"freight_free"}
    order = orders.find(buy((tea, 3), member_id=who))
    assert order is not None
    assert (order["shipping_total"], order["total"]) == (0, 30_000)
    assert [(e["ref"], e["kind"], e["amount"], e["lane"]) for e in order["explanation"]] == [
        (0, "tier", 1_200, "freight")
    ]
    assert db.rows("select used from promotions_promotion where id = %s", (rule,)) == [{"used": 0}]
    assert quoted((tea, 1)).total == 11_200
    books_are_right()


def test_a_freight_coupon_is_not_spent_by_who_ships_free_anyway() -> None:
    tier(free_shipping=True)
    (tea,) = goods(10_000)
    coupon = live("freight_coupon", {"off": 1500}, coupon=CouponDraft())
    promotions.add_code(coupon, "SHIP", actor=SYSTEM)
    (answer,) = attempt(wants((tea, 1), member_id=of_tier(), coupons=("SHIP",)))
    assert isinstance(answer, CouponNotApplicable)
    assert answer.extra["reason"] == "freight_free"
    assert quoted((tea, 1), coupons=("SHIP",)).relief.amount == 1_200


def test_the_store_api_says_price_name_and_who_pays_the_freight() -> None:
    tier(discount_bp=9_500, free_shipping=True)
    (tea,) = goods(10_000)
    slug = catalog.sellable_by_code([tea])[0].slug
    token = member_token()
    actor = accounts.authenticate(token)
    assert actor is not None
    of_tier(who=actor.id)
    caller = Caller(token)
    (variant,) = ok(caller.get(f"store/v1/products/{slug}"))["variants"]
    assert (variant["price"]["amount"], variant["member_price"]["amount"]) == (10_000, 9_500)
    assert ok(Caller().get(f"store/v1/products/{slug}"))["variants"][0]["member_price"] is None
    order = ok(caller.get(f"store/v1/orders/{buy((tea, 2), member_id=actor.id, expected_total=19_000)}"))
    (line,) = order["lines"]
    assert (line["unit_price"]["amount"], line["special"], line["special_name"]) == (
        9_500,
        "tier",
        "Member price (Gold)",
    )
    assert [(d["kind"], d["label"], d["amount"]["amount"]) for d in order["shipping_discounts"]] == [
        ("tier", "Free delivery for Gold", 1_200)
    ]
    assert (order["totals"]["shipping"]["amount"], order["totals"]["total"]["amount"]) == (0, 19_000)


def test_the_cart_says_what_is_short_of_a_tier_and_who_reaches_it_has_it() -> None:
    tier("silver", 1, growth_threshold=30_000, discount_bp=9_900)
    tier("gold", 2, entry_amount=20_000, discount_bp=9_800, free_shipping=True)
    (tea,) = goods(9_000)
    who = member().id
    assert who is not None

    def told(pieces: int, member_id: int | None = who) -> tuple[str, int] | None:
        offer = checkout.tier_offer(quoted((tea, pieces), member_id=member_id), member_id)
        return offer and (offer.tier.code, offer.missing)

    assert [told(1), told(2), told(3)] == [("gold", 11_000), ("gold", 2_000), ("gold", 0)]
    assert told(2, None) == ("gold", 2_000)
    buy((tea, 2), member_id=who)  # 180 and 12 of freight count
    outbox.drain()
    assert told(1) == ("silver", 30_000 - 19_200 - 9_000)
    buy((tea, 3), member_id=who)
    outbox.drain()
    assert told(1) is None
    assert quoted((tea, 1), member_id=who).total == 8_820
    cart = Caller(language="zh-CN")
    cart_id = ok(cart.post("store/v1/carts", {}), 201)["id"]
    offer = ok(cart.post(f"store/v1/carts/{cart_id}/lines", {"sku": tea, "quantity": 2}))["tier_offer"]
    assert (offer["tier"], offer["missing"]["amount"], offer["discount_bp"]) == ("gold", 2_000, 9_800)
