"""What is asked and answered: equal answers are one line of a cart, wrong ones say what is wrong, and the money is right to the fen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.aftersales import ask, grant, money_arrives
from tests.factories.bespoke import ANNA, COLOUR, EDITOR, HEIGHT, MAKER, NAME, command, cup, order
from tests.factories.promotions import live
from tests.factories.shop import attempt, goods, open_shop
from zhanggui.bespoke import rules, selectors, services
from zhanggui.bespoke.errors import ParticularsNeeded
from zhanggui.bespoke.types import DATE, PHOTO, TEXT, Field
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout import services as carts
from zhanggui.kernel import invariants, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import Conflict, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.workshop import services as workshop

FIELDS = (NAME, COLOUR, HEIGHT, Field("day", DATE, "日期", least="3"), Field("photo", PHOTO, "照片"))
TODAY = date(2030, 5, 1)


def faults(**answers: object) -> dict[str, str]:
    _, errors = rules.settle(FIELDS, {"name": "安娜", **answers}, TODAY)
    return {error.loc.removeprefix("particulars."): error.code for error in errors}


def test_each_kind_says_what_is_wrong_and_costs_what_it_says():
    assert faults() == {}
    assert faults(name="") == {"name": "required"}
    assert faults(name="一二三四五六七八九") == {"name": "too_long"}
    assert faults(name="<b>") == {"name": "characters"}
    assert faults(colour="紫色", height="15", day="2030-05-03", photo="../x") == {
        "colour": "unknown", "height": "range", "day": "range", "photo": "unknown"
    }  # fmt: skip
    assert faults(height="9.3") == {"height": "step"}
    assert faults(height="nan", day="soon", size="1") == {"height": "type", "day": "type", "size": "unknown"}
    settled, _ = rules.settle(FIELDS, {**ANNA, "day": "2030-05-04"}, TODAY)
    assert settled.surcharge == 1200 + 800
    assert [(one["key"], one["said_zh"], one["said_en"]) for one in settled.told] == [
        ("name", "安娜", "安娜"), ("colour", "金色", "Gold"), ("height", "12 cm", "12 cm"), ("day", "2030-05-04", "2030-05-04")
    ]  # fmt: skip


WORDS = st.text(alphabet="安娜 Ab1", max_size=6)


@given(WORDS, WORDS, st.sampled_from(["12", "12.0", "12.50", 12, 12.5, ""]), st.sampled_from(["12", "12.5", ""]))
@settings(max_examples=60)
def test_equal_answers_are_one_line_and_others_are_not(a, b, height, other):
    """Whatever the spaces and zeros: lines are the same exactly if they are told the same."""
    one = rules.tidy(FIELDS, {"name": a, "height": height})
    two = rules.tidy(FIELDS, {"height": other, "name": f" {b} "})
    told = [rules.settle(FIELDS, {"name": "", **each}, TODAY)[0].told for each in (one, two)]
    assert (one == two) == (told[0] == told[1])
    assert rules.tidy(FIELDS, one) == one


def test_ahead_of_a_day_that_is_full():
    assert [rules.ahead(1, n, 5) for n in (0, 4, 5, 9, 10)] == [0, 0, 1, 1, 2]
    assert (rules.ahead(12, 0, 5), rules.ahead(9, 99, None)) == (2, 0)


@pytest.mark.django_db
def test_a_form_is_edited_by_one_at_a_time_and_says_what_is_wrong_with_it():
    sku = cup()
    product = next(iter(selectors.forms()))
    assert selectors.fields_of_code(sku) == (NAME, COLOUR, HEIGHT)
    with pytest.raises(PermissionDenied):
        services.set_form(product, (), actor=MAKER)
    with pytest.raises(Conflict):
        services.set_form(product, (), seen=0, actor=EDITOR)
    wrong = (
        Field("A", TEXT, "", most="999"),
        Field("n", "number", "长", least="9", most="3"),
        Field("c", "choice", "色"),
    )
    with pytest.raises(ValidationFailed) as refused:
        services.set_form(product, wrong, daily=0, actor=EDITOR)
    assert {error.loc for error in refused.value.errors} == {
        "daily", "fields.0.key", "fields.0.zh", "fields.0.most", "fields.1.most", "fields.2.choices"
    }  # fmt: skip
    assert services.set_form(product, (NAME,), seen=1, actor=EDITOR) == 2
    assert selectors.fields_of_code(sku) == (NAME,)
    workshop.sell_from_stock(product, actor=EDITOR)
    [answer] = attempt(command((sku, 1, ANNA)))
    assert getattr(answer, "code", "") == "out_of_stock"


@pytest.mark.django_db
def test_a_cart_keeps_lines_by_what_is_asked():
    sku, (tea,) = cup(), goods(1000)
    cart = carts.change_cart(carts.creating(), actor=GUEST)[0]["id"]

    def do(made):
        return carts.change_cart(made, actor=GUEST)

    with pytest.raises(ParticularsNeeded) as refused:
        do(carts.adding(cart, [(sku, 1)]))
    assert [error.loc for error in refused.value.errors] == ["particulars.name"]
    assert "{" not in refused.value.detail("en")
    do(carts.adding(cart, [(sku, 1, ANNA), (tea, 1)]))
    do(
        carts.adding(cart, [(sku, 2, {"height": "12.0", "colour": " 金色", "name": "安娜 "})])
    )  # the same, written otherwise
    kept, quote = do(carts.adding(cart, [(sku, 1, {"name": "包柏"})]))
    assert [(line.sku, line.quantity, line.unit_price, line.surcharge) for line in quote.lines] == [
        (sku, 3, 7000, 2000), (tea, 1, 1000, 0), (sku, 1, 6200, 1200)
    ]  # fmt: skip
    with pytest.raises(ParticularsNeeded):
        do(carts.remaking(cart, "3", {"name": "太长的名字写不下了"}))
    kept, quote = do(carts.remaking(cart, "3", ANNA))
    assert [(line["id"], line["quantity"]) for line in kept["lines"]] == [("1", 4), ("2", 1)]
    assert quote.items_total == 4 * 7000 + 1000
    product = next(iter(selectors.forms()))
    services.set_form(product, (NAME, Field("date", DATE, "日期", required=True)), actor=EDITOR)
    _, quote = do(carts.changing(cart, "2", 2))  # another line changes although this one has to be said anew
    assert [(line.problem, len(line.faults)) for line in quote.lines] == [("particulars", 3), ("", 0)]
    assert checkout.quotes([checkout.request_of(kept)])[0].problems


@pytest.mark.django_db
def test_a_surcharge_is_left_alone_by_promotions_and_goes_back_with_its_piece():
    """Three cups of 50.00 with 20.00 each for how they are made, and 33.33 of tea: only 183.33 count, and only off these is taken."""
    open_shop()
    mall_settings.put("orders.partial_return", "reprice", actor=SYSTEM)
    sku, (tea,) = cup(5000), goods(3333)
    live(config={"steps": [{"threshold": 15000, "off": 1000}]})
    dear = {"name": "安娜", "colour": "金色"}
    assert orders.find(order((sku, 2, dear), (tea, 1, None)))["discount_total"] == 0  # 173.33 are paid, 133.33 count
    number = order((sku, 3, dear), (tea, 1, None))
    found = orders.find(number)
    made, plain = found["lines"]
    assert (made["unit_price"], made["surcharge"], made["quantity"]) == (7000, 2000, 3)
    assert (made["discount"], plain["discount"]) == (818, 182)  # 1000 by 15000 : 3333
    assert found["total"] == 3 * 7000 + 3333 - 1000 + found["shipping_total"]
    assert (orders.is_customised(made), orders.is_customised(plain)) == (True, False)
    assert orders.made_as(made) == "刻字：安娜；颜色：金色"
    grant(ask(number, (1, 1), kind="cancel", reason="out_of_stock"))
    # the mall's fault: a third of what was paid for three, and nothing gets dearer
    assert orders.find(number)["lines"][0]["refunded_amount"] == (3 * 7000 - 818) // 3
    grant(ask(number, (1, 1), kind="cancel", reason="ordered_wrong"))
    # one cup and the tea are kept, one more is judged as kept: 133.33 miss the step, so the 10.00 are over for what is kept
    kept = sum(line["payable"] - line["refunded_amount"] for line in orders.find(number)["lines"])
    assert kept == 7000 + 3333
    grant(ask(number, kind="cancel", reason="out_of_stock"))
    money_arrives()
    assert orders.find(number)["refunded_total"] == found["total"]
    assert invariants.check() == []
