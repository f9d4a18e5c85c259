"""Gifts, relief of freight, flash sales and offers for some buyers only, from the quote to the order and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.factories.accounts import member
from tests.factories.pricing import PRICER
from tests.factories.promotions import draft, live
from tests.factories.shop import HOME, attempt, buy, goods, wants
from tests.support.races import repeat_together
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout import services
from zhanggui.checkout.types import Purchase, Quote
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.pricing import selectors as pricing_reads
from zhanggui.pricing import services as pricing
from zhanggui.promotions import selectors as promotion_reads
from zhanggui.promotions import services as promotions
from zhanggui.promotions.errors import CouponNotApplicable, PromotionChangedMeanwhile, PurchaseLimit

pytestmark = pytest.mark.django_db


def books_are_right() -> None:
    assert [(v.invariant.name, v.samples) for v in invariants.check()] == []


def sku(code: str) -> int:
    return catalog.sellable_by_code([code])[0].sku_id


def present(code: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku(code), "quantity": 1, "value": 1500, **more}


def gift_rule(*codes: str, choose: int | None = None, **more: Any) -> int:
    step = {"threshold": 10000, "gifts": [present(code) for code in codes]}
    if choose:
        step["choose"] = choose
    return live("full_gift", {"steps": [step]}, **more)


def quoted(*lines: tuple[str, int], **more: Any) -> Quote:
    return checkout.quote(wants(*lines, **more).request)


def freight_of(fee: int) -> None:
    pricing_reads.forget_freight()
    pricing.save_freight_rule(method="express", fee=fee, actor=PRICER)


# --- gifts ---------------------------------------------------------------------------------------------------------


def test_a_gift_is_a_line_of_its_own_for_nothing() -> None:
    tea, cup = goods(10000, 3000)
    rule = gift_rule(cup)
    number = buy((tea, 1))
    order = orders.find(number)
    assert order is not None
    assert (order["items_total"], order["discount_total"], order["total"]) == (10000, 0, 10000)
    bought, gift = order["lines"]
    assert (gift["sku"], gift["quantity"], gift["list_price"], gift["unit_price"], gift["payable"]) == (
        cup,
        1,
        3000,
        0,
        0,
    )
    assert gift["discounts"] == [{"ref": rule, "coupon": "", "amount": 0, "kind": "gift"}]
    assert not orders.is_gift(bought["discounts"])
    assert orders.is_gift(gift["discounts"])
    assert {p.sku_id: p.quantity for p in inventory.held(number)} == {sku(tea): 1, sku(cup): 1}
    assert [(e["ref"], e["amount"]) for e in order["explanation"]] == [(rule, 0)]
    books_are_right()


def test_a_gift_of_what_is_bought_leaves_the_bought_pieces_alone() -> None:
    (tea,) = goods(10000, stock=2)
    gift_rule(tea)
    assert [gift.quantity for gift in quoted((tea, 1)).gifts] == [1]
    last = quoted((tea, 2))
    assert last.gifts == ()
    assert "gift_gone" in {e.code for e in last.verdict.explanation}
    assert buy((tea, 2))
    books_are_right()


def test_the_buyer_chooses_his_gift() -> None:
    tea, cup, pot = goods(10000, 3000, 4000)
    gift_rule(cup, pot, choose=1)
    assert [(g.sku, [c.sku for c in g.choices]) for g in quoted((tea, 1)).gifts] == [(cup, [cup, pot])]
    cart, _ = services.change_cart(services.creating(), actor=GUEST)
    services.change_cart(services.adding(cart["id"], [(tea, 1)]), actor=GUEST)
    _, chosen = services.change_cart(services.choosing_gifts(cart["id"], [pot]), actor=GUEST)
    assert [g.sku for g in chosen.gifts] == [pot]
    _, again = services.change_cart(services.showing(cart["id"]), actor=GUEST)
    assert [g.sku for g in again.gifts] == [pot]
    with pytest.raises(ValidationFailed) as caught:
        services.change_cart(services.choosing_gifts(cart["id"], [tea]), actor=GUEST)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("gifts", "not_offered")]
    order = orders.find(buy((tea, 1), gifts=(pot,)))
    assert order is not None
    assert [line["sku"] for line in order["lines"]] == [tea, pot]


def test_a_gift_that_went_to_another_meanwhile_refuses_no_order() -> None:
    """Two buyers in one batch are both promised the last one: the second gets his order without."""
    (tea,) = goods(10000)
    (cup,) = goods(3000, stock=1)
    gift_rule(cup)
    first, second = attempt(wants((tea, 1)), wants((tea, 1)))
    assert isinstance(first, Purchase)
    assert isinstance(second, Purchase)
    got = [[line["sku"] for line in (orders.find(p.number) or {})["lines"]] for p in (first, second)]
    assert got == [[tea, cup], [tea]]
    assert [e.code for e in quoted((tea, 1)).verdict.explanation] == ["gift_gone"]
    books_are_right()


def test_a_budget_pays_for_gifts_by_their_stated_value() -> None:
    tea, cup = goods(10000, 3000)
    step = {"threshold": 10000, "gifts": [present(cup) | {"value": 1500}]}
    rule = live("full_gift", {"steps": [step]}, budget=3500)
    numbers = [buy((tea, 1)) for _ in range(3)]
    given = [any(orders.is_gift(line["discounts"]) for line in (orders.find(n) or {})["lines"]) for n in numbers]
    assert given == [True, True, False]  # 30.00 of 35.00 are spent; five do not pay for another
    assert promotion_reads.promotion(rule).budget_used == 3000
    assert "budget_spent" in {e.code for e in quoted((tea, 1)).verdict.explanation}
    order_services.cancel(numbers[0], actor=SYSTEM)
    assert promotion_reads.promotion(rule).budget_used == 1500
    assert quoted((tea, 1)).gifts
    books_are_right()


def test_gifts_cost_no_statement(django_assert_num_queries: Any) -> None:
    tea, cup = goods(10000, 3000)
    gift_rule(cup)
    quoted((tea, 1))
    with django_assert_num_queries(1):
        assert quoted((tea, 1)).gifts


def test_a_new_rule_for_gifts_is_in_force_at_once() -> None:
    tea, cup = goods(10000, 3000)
    assert quoted((tea, 1)).gifts == ()
    gift_rule(cup)
    assert [gift.sku for gift in quoted((tea, 1)).gifts] == [cup]


def test_a_gift_without_stock_is_refused_by_name() -> None:
    (cup,) = goods(3000, stock=0)
    with pytest.raises(ValidationFailed) as caught:
        gift_rule(cup)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("config.steps.0.gifts.0.sku", "no_stock")]


# --- freight -------------------------------------------------------------------------------------------------------


def test_free_shipping_is_net_explained_and_counted() -> None:
    freight_of(1200)
    (tea,) = goods(5000)
    rule = live("free_shipping", {"threshold": 9900}, use_limit=1)
    short = quoted((tea, 1))
    assert (short.freight, short.shipping_total, short.total) == (1200, 1200, 6200)
    assert [(e.code, e.params) for e in short.verdict.explanation] == [("threshold_short", {"missing_amount": 4900})]
    order = orders.find(buy((tea, 2)))
    assert order is not None
    assert (order["shipping_total"], order["total"]) == (0, 10000)
    assert [(e["ref"], e["amount"], e["lane"]) for e in order["explanation"]] == [(rule, 1200, "freight")]
    assert quoted((tea, 2)).shipping_total == 1200  # its one use is taken
    order_services.cancel(order["number"], actor=SYSTEM, reason="不要了")
    assert quoted((tea, 2)).shipping_total == 0
    books_are_right()


def test_before_the_address_is_known_the_cart_says_what_is_missing() -> None:
    freight_of(1200)
    (tea,) = goods(5000)
    live("free_shipping", {"threshold": 9900})
    request = replace(wants((tea, 1)).request, delivery=None)
    assert [e.code for e in checkout.quote(request).verdict.explanation] == ["threshold_short"]


def test_a_freight_coupon_takes_from_the_freight_only() -> None:
    freight_of(1200)
    (tea,) = goods(5000)
    promotion_id = promotions.create_promotion(_coupon("freight_coupon", {"off": 500}), actor=SYSTEM)
    promotions.publish(promotion_id, actor=SYSTEM)
    promotions.add_code(promotion_id, "SHIP5", actor=SYSTEM)
    quote = quoted((tea, 1), coupons=("SHIP5",))
    assert (quote.discount_total, quote.shipping_total, quote.problems) == (0, 700, ())
    order = orders.find(buy((tea, 1), coupons=("SHIP5",)))
    assert order is not None
    assert order["total"] == 5700
    pickup = quoted((tea, 1), coupons=("SHIP5",), delivery=replace(HOME, method="pickup"))
    assert [type(problem) for problem in pickup.problems] == [CouponNotApplicable]
    waiting = checkout.quote(replace(wants((tea, 1), coupons=("SHIP5",)).request, delivery=None))
    assert waiting.problems == ()
    books_are_right()


def _coupon(kind: str, config: dict[str, Any]) -> Any:
    from zhanggui.promotions.types import CouponDraft

    return draft(kind, config, coupon=CouponDraft())


def test_relief_by_region() -> None:
    freight_of(1200)
    (tea,) = goods(5000)
    live("free_shipping", {"cap": 99900}, audience={"regions": ["浙江省"]})
    assert quoted((tea, 1)).shipping_total == 0
    assert quoted((tea, 1), delivery=replace(HOME, province="广东省")).shipping_total == 1200


# --- flash sales ---------------------------------------------------------------------------------------------------


def flash(code: str, stock: int, per_buyer: int | None = None, price: int = 100, **more: Any) -> int:
    config: dict[str, Any] = {"goods": [{"sku": sku(code), "price": price, "stock": stock}]}
    if per_buyer:
        config["per_buyer"] = per_buyer
    return live("flash_sale", config, **more)


def test_pieces_above_the_allowance_cost_the_ordinary_price() -> None:
    (tea,) = goods(10000)
    rule = flash(tea, stock=3, per_buyer=2)
    order = orders.find(buy((tea, 3)))
    assert order is not None
    assert order["total"] == 2 * 100 + 10000
    row = db.row("select taken from promotions_quota where promotion_id = %s", (rule,))
    assert row == {"taken": 2}
    other = replace(HOME, mobile="13900139000")
    assert quoted((tea, 2), delivery=other).total == 100 + 10000
    again = quoted((tea, 1))
    assert (again.total, [e.code for e in again.verdict.explanation]) == (10000, ["quota_gone"])
    order_services.cancel(order["number"], actor=SYSTEM, reason="不要了")
    assert quoted((tea, 1)).total == 100
    assert db.row("select taken from promotions_quota where promotion_id = %s", (rule,)) == {"taken": 0}
    books_are_right()


def test_one_batch_never_sells_more_than_the_quota() -> None:
    (tea,) = goods(10000)
    flash(tea, stock=2)
    buyers = [replace(HOME, mobile=f"1380013800{n}") for n in range(4)]
    answers = attempt(*(wants((tea, 1), delivery=buyer) for buyer in buyers))
    assert [type(a) for a in answers] == [Purchase, Purchase, PromotionChangedMeanwhile, PromotionChangedMeanwhile]
    books_are_right()


def test_parallel_orders_of_one_buyer_stay_within_his_pieces() -> None:
    (tea,) = goods(10000)
    flash(tea, stock=9, per_buyer=1)
    answers = attempt(*(wants((tea, 1)) for _ in range(2)))
    assert [type(a) for a in answers] == [Purchase, PurchaseLimit]
    books_are_right()


def test_overlapping_flash_slots_of_one_sku_are_refused_by_name() -> None:
    tea, cup = goods(10000, 3000)
    flash(tea, stock=5, label_zh="早场", label_en="morning", daily=[{"from": "09:00", "to": "12:00"}])
    with pytest.raises(ValidationFailed) as caught:
        flash(tea, stock=5, daily=[{"from": "11:00", "to": "14:00"}])
    (error,) = caught.value.errors
    assert (error.loc, error.code) == ("config.goods.0.sku", "overlap")
    assert "早场" in error.message.zh
    assert "morning" in error.message.en
    assert flash(tea, stock=5, daily=[{"from": "12:00", "to": "14:00"}])
    assert flash(cup, stock=5, daily=[{"from": "09:00", "to": "12:00"}])


def test_slots_on_different_days_do_not_meet() -> None:
    (tea,) = goods(10000)
    start = now() + timedelta(days=1)
    flash(tea, stock=5, starts_at=start, ends_at=start + timedelta(hours=2))
    assert flash(tea, stock=5, starts_at=start + timedelta(hours=2), ends_at=start + timedelta(hours=4))


def test_a_quota_is_not_lowered_below_what_is_sold() -> None:
    (tea,) = goods(10000)
    rule = flash(tea, stock=5)
    buy((tea, 3))
    config = {"goods": [{"sku": sku(tea), "price": 100, "stock": 2}]}
    with pytest.raises(ValidationFailed) as caught:
        promotions.update_promotion(rule, draft("flash_sale", config), actor=SYSTEM)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("config.goods.0.stock", "below_used")]


# --- whom it is for ------------------------------------------------------------------------------------------------


def test_a_first_order_offer_is_for_who_has_not_bought() -> None:
    (tea,) = goods(10000)
    live(audience={"new": True}, per_holder_limit=1)
    assert quoted((tea, 1)).total == 9000
    number = buy((tea, 1))
    after = quoted((tea, 1))
    assert (after.total, [e.code for e in after.verdict.explanation]) == (10000, ["new_only"])
    order_services.cancel(number, actor=SYSTEM, reason="不要了")
    assert quoted((tea, 1)).total == 9000
    person = member()
    assert quoted((tea, 1), member_id=person.id).total == 9000


def test_an_offer_for_new_buyers_needs_a_limit_for_each() -> None:
    with pytest.raises(ValidationFailed) as caught:
        live(audience={"new": True})
    assert [(e.loc, e.code) for e in caught.value.errors] == [("per_holder_limit", "required")]


def test_tags_and_birthday_decide() -> None:
    (tea,) = goods(10000)
    person = member()
    month = now().month
    db.execute(
        "update members_member set tags = array['vip'], birthday = make_date(1990, %s, 1) where id = %s",
        (month, person.id),
    )
    live(label_zh="友", audience={"tags": ["vip"]})
    live(label_zh="生日", audience={"birthday": True})
    codes = {e.label.zh: e.code for e in quoted((tea, 1), member_id=person.id).verdict.explanation}
    assert codes["友"] == "applied"
    assert codes["生日"] in ("applied", "threshold_short")
    guest = {e.label.zh: e.code for e in quoted((tea, 1)).verdict.explanation}
    assert guest == {"友": "members_only", "生日": "members_only"}


def test_whom_it_is_for_costs_at_most_one_statement(django_assert_num_queries: Any) -> None:
    (tea,) = goods(10000)
    person = member()
    live(audience={"tags": ["vip"]})
    quoted((tea, 1), member_id=person.id)
    with django_assert_num_queries(1):
        quoted((tea, 1), member_id=person.id)
    live(audience={"new": True}, per_holder_limit=1)
    quoted((tea, 1), member_id=person.id)
    with django_assert_num_queries(3):  # goods, what is left of the limit, whether he has bought
        quoted((tea, 1), member_id=person.id)


# --- races ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_first_orders_at_once_are_one_first_order() -> None:
    (tea,) = goods(10000)
    live(audience={"new": True}, per_holder_limit=1)
    outcomes = repeat_together(8, lambda: services.place_orders([wants((tea, 1), key=_fresh())])[0])
    made = [o.value for o in outcomes if isinstance(o.value, Purchase)]
    firsts = [p for p in made if (orders.find(p.number) or {})["discount_total"]]
    assert len(firsts) == 1
    assert all(isinstance(o.value, Purchase | PurchaseLimit) for o in outcomes)
    books_are_right()


@pytest.mark.django_db(transaction=True)
def test_without_the_limit_two_first_orders_would_both_be_first() -> None:
    """The twin: the question whether somebody has bought guards nothing by itself."""
    (tea,) = goods(10000)
    rule = live(audience={"new": True}, per_holder_limit=1)
    with connection.cursor() as cursor:
        cursor.execute("update promotions_promotion set per_holder_limit = null where id = %s", [rule])
        cursor.execute("update kernel_version set value = value + 1 where name = 'promotions'")
    outcomes = repeat_together(8, lambda: services.place_orders([wants((tea, 1), key=_fresh())])[0])
    made = [o.value for o in outcomes if isinstance(o.value, Purchase)]
    assert sum(bool((orders.find(p.number) or {})["discount_total"]) for p in made) > 1


@pytest.mark.django_db(transaction=True)
def test_flash_pieces_are_sold_once() -> None:
    (tea,) = goods(10000)
    rule = flash(tea, stock=5)
    mobiles = iter(f"138{n:08d}" for n in range(100))

    def one() -> object:
        return services.place_orders([wants((tea, 1), key=_fresh(), delivery=replace(HOME, mobile=next(mobiles)))])[0]

    outcomes = repeat_together(16, one)
    made = [o.value for o in outcomes if isinstance(o.value, Purchase)]
    cheap = [p for p in made if (orders.find(p.number) or {})["discount_total"]]
    assert len(cheap) == 5
    assert db.row("select taken from promotions_quota where promotion_id = %s", (rule,)) == {"taken": 5}
    books_are_right()


@pytest.mark.django_db(transaction=True)
def test_naive_flash_pieces_oversell() -> None:
    """The twin: read what is left, decide, write."""
    import time

    from django.db import transaction

    (tea,) = goods(10000)
    rule = flash(tea, stock=5)
    with connection.cursor() as cursor:
        cursor.execute("alter table promotions_quota drop constraint quota_taken_within")

    def one() -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select stock - taken from promotions_quota where promotion_id = %s", [rule])
            if cursor.fetchone()[0] <= 0:
                return False
            time.sleep(0.05)
            cursor.execute("update promotions_quota set taken = taken + 1 where promotion_id = %s", [rule])
        return True

    try:
        assert sum(o.value is True for o in repeat_together(16, one)) > 5
    finally:
        with connection.cursor() as cursor:
            cursor.execute("update promotions_quota set taken = 0")
            cursor.execute(
                "alter table promotions_quota add constraint quota_taken_within check (taken >= 0 and taken <= stock)"
            )


_keys = iter(range(10**6))


def _fresh() -> str:
    return f"race-{next(_keys)}"
