"""Prices for some buyers, and for whoever takes enough: the lowest lawful one is charged, and it says which it is."""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.accounts import member
from tests.factories.pricing import PRICER, priced
from tests.factories.shop import goods
from tests.factories.skus import make_sku_ids
from tests.support.races import run_together
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout import services as carts
from zhanggui.checkout.types import QuotedLine, QuoteRequest, WantedLine
from zhanggui.kernel import audit, clock, db, invariants, versions
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.types import TierDraft
from zhanggui.pricing import selectors, services
from zhanggui.pricing.invariants import INVARIANTS
from zhanggui.pricing.rules import price_for, steps_of
from zhanggui.pricing.types import Buyer, BuyerPrice, Price, Special, SpecialRow

ORDINARY = Price(12_000, 10_000, 4_000)
SPECIALS = (
    Special("tier", "gold", 1, 9_000),
    Special("tier", "gold", 5, 8_500),
    Special("tier", "silver", 1, 9_500),
    Special("channel", "app", 1, 9_200),
    Special("employee", "", 1, 7_000),
    Special("quantity", "", 3, 9_300),
    Special("quantity", "", 10, 8_800),
)
ALL = Price(12_000, 10_000, 4_000, specials=SPECIALS)


@pytest.mark.parametrize(
    ("buyer", "expected"),
    [
        (Buyer(), BuyerPrice(10_000)),
        (Buyer(quantity=2), BuyerPrice(10_000)),
        (Buyer(quantity=3), BuyerPrice(9_300, "quantity", "", 3)),
        (Buyer(quantity=10), BuyerPrice(8_800, "quantity", "", 10)),
        (Buyer("gold"), BuyerPrice(9_000, "tier", "gold", 1)),
        (Buyer("gold", quantity=4), BuyerPrice(9_000, "tier", "gold", 1)),
        (Buyer("gold", quantity=5), BuyerPrice(8_500, "tier", "gold", 5)),
        (Buyer("silver", quantity=3), BuyerPrice(9_300, "quantity", "", 3)),
        (Buyer("silver", "app"), BuyerPrice(9_200, "channel", "app", 1)),
        (Buyer("bronze", "shop"), BuyerPrice(10_000)),
        (Buyer("gold", "app", employee=True, quantity=10), BuyerPrice(7_000, "employee", "", 1)),
    ],
)
def test_the_lowest_price_a_buyer_may_have_is_his(buyer: Buyer, expected: BuyerPrice) -> None:
    assert price_for(ALL, buyer) == expected


def test_what_a_tier_pays_of_everything_is_one_more_price_and_comes_on_top_of_none() -> None:
    assert price_for(ORDINARY, Buyer("gold", discount_bp=9_800)) == BuyerPrice(9_800, "tier", "gold", 1)
    assert price_for(ALL, Buyer("silver", discount_bp=9_400)) == BuyerPrice(9_400, "tier", "silver", 1)
    assert price_for(ALL, Buyer("silver", discount_bp=9_600)) == BuyerPrice(9_500, "tier", "silver", 1)
    assert price_for(ALL, Buyer("silver", quantity=10, discount_bp=9_400)) == BuyerPrice(8_800, "quantity", "", 10)
    window = Price(12_000, 6_905, None, True, SPECIALS)
    assert price_for(window, Buyer("gold", discount_bp=9_000)) == BuyerPrice(6_215, "tier", "gold", 1)
    assert price_for(Price(1, 1, None), Buyer("gold", discount_bp=9_800)) == BuyerPrice(1)


def test_a_planned_price_below_the_special_one_stands() -> None:
    assert price_for(Price(12_000, 6_900, None, True, SPECIALS), Buyer("gold", employee=True)) == BuyerPrice(6_900)


def test_what_each_step_of_a_quantity_costs_is_said_once_and_only_where_it_is_less() -> None:
    assert steps_of(ALL, Buyer()) == [BuyerPrice(9_300, "quantity", "", 3), BuyerPrice(8_800, "quantity", "", 10)]
    assert steps_of(ALL, Buyer("gold")) == [BuyerPrice(8_500, "tier", "gold", 5)]
    assert steps_of(ALL, Buyer(employee=True)) == []


specials = st.lists(
    st.builds(
        Special,
        st.sampled_from(["tier", "channel"]),
        st.sampled_from(["a", "b"]),
        st.integers(1, 6),
        st.integers(0, 200),
    )
    | st.builds(
        Special, st.sampled_from(["employee", "quantity"]), st.just(""), st.integers(1, 6), st.integers(0, 200)
    ),
    max_size=7,
)
buyers = st.builds(
    Buyer, st.sampled_from(["", "a", "b", "c"]), st.sampled_from(["", "a", "b"]), st.booleans(), st.integers(1, 8),
    st.sampled_from([10_000, 9_800, 5_050, 1]),
)  # fmt: skip


@given(specials, buyers, st.integers(0, 200), st.randoms(use_true_random=False))
def test_nobody_pays_more_than_everybody_the_lowest_wins_and_order_is_irrelevant(found, buyer, sale, random) -> None:
    price = Price(200, sale, None, specials=tuple(found))
    his = price_for(price, buyer)
    assert 0 <= his.price <= sale
    lawful = [
        s.price
        for s in found
        if s.min_quantity <= buyer.quantity
        and (s.kind, s.key) in {("tier", buyer.tier), ("channel", buyer.channel), ("quantity", ""), ("employee", "")}
        and (s.kind != "employee" or buyer.employee)
    ]
    share = int((Decimal(sale) * buyer.discount_bp / 10_000).quantize(Decimal(1), ROUND_HALF_UP))
    assert his.price == min([sale, share, *lawful])
    assert bool(his.kind) == (his.price < sale)
    random.shuffle(found)
    assert price_for(Price(200, sale, None, specials=tuple(found)), buyer) == his
    more = price_for(price, buyer._replace(quantity=buyer.quantity + 1))
    assert more.price <= his.price


# --- setting them


@pytest.fixture
def _books_are_right(db):
    yield
    assert invariants.check(INVARIANTS) == []


stored = pytest.mark.usefixtures("_books_are_right")


def put(*rows: SpecialRow, reason: str = "会员日") -> int:
    return services.set_specials(rows, reason=reason, actor=PRICER)


def of(sku: int) -> tuple[Special, ...]:
    return selectors.base_prices([sku])[sku].specials


@stored
def test_special_prices_are_set_changed_and_taken_away_on_record() -> None:
    (sku,) = priced(10_000, list_price=12_000)
    version = versions.get("pricing.specials")
    assert put(SpecialRow(sku, "tier", "gold", 1, 9_000), SpecialRow(sku, "quantity", "", 3, 9_300)) == 2
    assert put(SpecialRow(sku, "tier", "gold", 1, 9_000)) == 0
    assert put(SpecialRow(sku, "tier", "gold", 1, 8_800), reason="换季") == 1
    assert put(SpecialRow(sku, "quantity", "", 3, None), SpecialRow(sku, "quantity", "", 9, None)) == 1
    assert of(sku) == (Special("tier", "gold", 1, 8_800),)
    assert versions.get("pricing.specials") > version
    gone, changed, *_ = selectors.history(sku).items
    assert (changed.kind, changed.reason, changed.details) == (
        "special",
        "换季",
        {"kind": "tier", "key": "gold", "min_quantity": 1, "price": 8_800, "old_price": 9_000},
    )
    assert gone.details is not None
    assert (gone.details["price"], gone.details["old_price"]) == (None, 9_300)
    entry = audit.history(target_type="sku", target_id=str(sku), action="pricing.set_special")[1]
    assert (entry["before"]["price"], entry["after"]["price"], entry["reason"]) == (9_000, 8_800, "换季")
    told = db.rows("select payload from kernel_outboxevent where name = 'pricing.special_changed' order by id")
    assert [(e["payload"]["kind"], e["payload"]["old_price"], e["payload"]["price"]) for e in told][2:] == [
        ("tier", 9_000, 8_800),
        ("quantity", 9_300, None),
    ]


@stored
@pytest.mark.parametrize(
    ("row", "loc", "code"),
    [
        (("vip", "x", 1, 50), "kind", "unknown"),
        (("tier", "", 1, 50), "key", "required"),
        (("tier", "金卡", 1, 50), "key", "type"),
        (("channel", "shop", 1, 50), "key", "own_channel"),
        (("employee", "x", 1, 50), "key", "not_empty"),
        (("quantity", "", 1, 50), "min_quantity", "range"),
        (("tier", "gold", 0, 50), "min_quantity", "range"),
        (("tier", "gold", 2**31, 50), "min_quantity", "range"),
        (("tier", "gold", 1, -1), "price", "range"),
        (("tier", "gold", 1, 10**12), "price", "range"),
        (("tier", "gold", 1, 151), "price", "above_list_price"),
        (("quantity", "", 9, 80), "price", "never_applies"),
    ],
)
def test_what_cannot_be_is_refused_by_field(row, loc, code) -> None:
    (sku,) = priced(100, list_price=150)
    put(SpecialRow(sku, "quantity", "", 3, 80))
    with pytest.raises(ValidationFailed) as refusal:
        put(SpecialRow(sku, "tier", "ok", 1, 50), SpecialRow(sku, *row))
    assert [(e.loc, e.code) for e in refusal.value.errors] == [(f"rows.1.{loc}", code)]
    assert of(sku) == (Special("quantity", "", 3, 80),)


@stored
def test_a_special_price_needs_an_ordinary_one_a_reason_and_stands_once() -> None:
    (bare,) = make_sku_ids(1)
    (sku,) = priced(100)
    for rows, loc, code in (
        ([SpecialRow(bare, "employee", "", 1, 5)], "rows.0.sku_id", "no_price"),
        ([SpecialRow(sku, "employee", "", 1, 5)] * 2, "rows.1.min_quantity", "duplicate"),
    ):
        with pytest.raises(ValidationFailed) as refusal:
            put(*rows)
        assert [(e.loc, e.code) for e in refusal.value.errors] == [(loc, code)]
    with pytest.raises(ValidationFailed) as refusal:
        put(SpecialRow(sku, "employee", "", 1, 5), reason=" ")
    assert refusal.value.errors[0].loc == "reason"


@stored
def test_setting_many_takes_few_statements(django_assert_max_num_queries) -> None:
    skus = priced(*[1_000] * 200)
    with django_assert_max_num_queries(14):
        assert put(*(SpecialRow(sku, "tier", "gold", 1, 900) for sku in skus)) == 200


@pytest.mark.django_db(transaction=True)
def test_two_clerks_on_the_same_special_prices_leave_one_whole_answer() -> None:
    skus = priced(*[1_000] * 20)

    def clerk(price: int, order: list[int]) -> int:
        return put(*(SpecialRow(sku, "tier", "gold", 1, price) for sku in order))

    outcomes = run_together(
        [lambda p=price, o=order: clerk(p, o) for price, order in ((900, skus), (800, skus[::-1]), (700, skus))]
    )
    assert [o.error for o in outcomes if o.error] == []
    assert len({of(sku) for sku in skus}) == 1
    assert invariants.check(INVARIANTS) == []


# --- buying at them


def gold() -> int:
    """A member who was granted the tier."""
    who = member().id
    assert who is not None
    if "gold" not in {tier.code for tier in members.tiers()}:
        member_services.save_tier("gold", TierDraft("金卡", rank=1), actor=SYSTEM)
    member_services.grant_tier(who, "gold", until=clock.business_date(), reason="x", actor=SYSTEM)
    return who


def employee() -> int:
    who = member().id
    assert who is not None
    member_services.set_employee(who, True, reason="x", actor=SYSTEM)
    return who


def quoted(code: str, quantity: int = 1, **more) -> QuotedLine:
    return checkout.quote(QuoteRequest((WantedLine("1", code, quantity),), **more)).lines[0]


@stored
def test_a_quote_charges_each_buyer_his_own_price_and_says_which() -> None:
    (code,) = goods(10_000, stock=50)
    sku = catalog.sellable_by_code([code])[0].sku_id
    put(*(SpecialRow(sku, *special) for special in SPECIALS))
    vip, colleague = gold(), employee()
    told = {
        name: (line.unit_price, line.special, line.subtotal, line.one_price, line.sale_price)
        for name, line in {
            "guest": quoted(code),
            "guest takes 3": quoted(code, 3),
            "in the app": quoted(code, channel="app"),
            "gold": quoted(code, member_id=vip),
            "gold takes 10": quoted(code, 10, member_id=vip),
            "staff": quoted(code, member_id=colleague),
        }.items()
    }
    assert told == {
        "guest": (10_000, "", 10_000, 10_000, 10_000),
        "guest takes 3": (9_300, "quantity", 27_900, 10_000, 10_000),
        "in the app": (9_200, "channel", 9_200, 9_200, 10_000),
        "gold": (9_000, "tier", 9_000, 9_000, 10_000),
        "gold takes 10": (8_500, "tier", 85_000, 9_000, 10_000),
        "staff": (7_000, "employee", 7_000, 7_000, 10_000),
    }


@stored
def test_special_prices_cost_a_quote_no_statement(django_assert_num_queries) -> None:
    codes = goods(10_000, 5_000, 3_000)
    wanted = QuoteRequest(tuple(WantedLine(str(i), code, 3) for i, code in enumerate(codes)), member_id=gold())
    checkout.quote(wanted)
    skus = [catalog.sellable_by_code([code])[0].sku_id for code in codes]
    put(*(SpecialRow(sku, "tier", "gold", n, 1_000 - n) for sku, n in itertools.product(skus, (1, 2, 3))))
    with django_assert_num_queries(1):
        assert checkout.quote(wanted).items_total == 9 * 997


@stored
def test_taking_more_of_it_is_no_change_of_its_price() -> None:
    (code,) = goods(10_000, stock=50)
    sku = catalog.sellable_by_code([code])[0].sku_id
    put(SpecialRow(sku, "quantity", "", 3, 9_000))
    cart = carts.change_cart(carts.creating(), actor=GUEST)[0]["id"]
    carts.change_cart(carts.adding(cart, [(code, 1)]), actor=GUEST)
    found, quote = carts.change_cart(carts.changing(cart, "1", 3), actor=GUEST)
    assert (found["lines"][0]["seen"], quote.lines[0].one_price, quote.items_total) == (10_000, 10_000, 27_000)
