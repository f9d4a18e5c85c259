"""What delivery costs, by whose template, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.catalog import make_category, make_product
from tests.factories.pricing import PRICER
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.pricing import selectors, services
from zhanggui.pricing.errors import NotDelivered, TemplateInUse
from zhanggui.pricing.freight import charge_again, freight_for, frozen, may_grow
from zhanggui.pricing.rules import province_key
from zhanggui.pricing.types import (
    AMOUNT,
    DEAREST,
    PIECES,
    SUM,
    WEIGHT,
    FreightBook,
    FreightRuleView,
    FreightTemplateView,
    RegionRule,
    Sent,
    TemplateDraft,
    Text,
)
from zhanggui.promotions.types import words

EVERYWHERE = FreightRuleView(1, "express", "", fee=1000, free_over=9900)
TIBET = FreightRuleView(2, "express", "西藏", fee=2000, first=1000, step_fee=800, surcharge=1000)
NOT_THERE = FreightRuleView(3, "express", "台湾", deliverable=False)
PARCELS = FreightTemplateView("default", Text("默认模板", "Default"), WEIGHT, (EVERYWHERE, TIBET, NOT_THERE))
PLANTS = FreightTemplateView(
    "plants", Text("绿植", "Plants"), PIECES,
    (
        FreightRuleView(4, "express", "", fee=1500, first=2, step=1, step_fee=300, free_pieces=6),
        FreightRuleView(5, "express", "西藏", deliverable=False),
    ),
)  # fmt: skip
LADDER = FreightTemplateView(
    "books", Text("图书", "Books"), AMOUNT, (FreightRuleView(6, "express", "", fee=800, ladder=((5000, 500), (20_000, 0))),)
)  # fmt: skip
BOOK = FreightBook({t.code: t for t in (PARCELS, PLANTS, LADDER)}, {7: "plants"}, {70: "books"})


def goods(amount=0, weight=0, pieces=1, product=1, categories=(), title="杯"):
    return Sent(product, categories, pieces, weight, amount, title)


def why(freight, place=0):
    return [each.text.render("zh-Hans", **words(each.params)) for each in freight.parts[place].why]


@pytest.mark.parametrize(
    ("province", "amount", "weight", "fee", "rule"),
    [
        ("广东省", 9899, 0, 1000, 1),
        ("广东省", 9900, 0, 0, 1),
        ("广东省", 0, 99_000, 1000, 1),
        ("西藏自治区", 99_000, 0, 3000, 2),
        ("西藏", 99_000, 1000, 3000, 2),
        ("西藏", 99_000, 1001, 3800, 2),
        ("西藏", 99_000, 3000, 4600, 2),
        ("", 0, 0, 1000, 1),
    ],
)
def test_the_fee_of_the_province_or_the_default(province, amount, weight, fee, rule):
    freight = freight_for(BOOK, "express", province, [goods(amount, weight)])
    assert (freight.amount, freight.parts[0].rule.id) == (fee, rule)


def test_a_fee_says_how_it_comes_about():
    assert why(freight_for(BOOK, "express", "西藏", [goods(100, 2_500)])) == [
        "首重 1 kg 20 元", "续重 2 kg 16 元", "偏远附加 10 元",
    ]  # fmt: skip
    near = freight_for(BOOK, "express", "广东", [goods(7_900)])
    assert why(near) == ["每单 10 元", "再买 20.00 元免运费"]
    assert near.parts[0].missing_amount == 2_000
    assert why(freight_for(BOOK, "express", "广东", [goods(9_900)])) == ["商品满 99 元，免运费"]
    assert why(freight_for(BOOK, "express", "广东", [goods(pieces=4, product=7)])) == [
        "首 2 件 15 元", "续 2 件 6 元", "再买 2 件免运费",
    ]  # fmt: skip
    assert [why(freight_for(BOOK, "express", "广东", [goods(a, categories=(1, 70))]))[0] for a in (4_999, 5_000, 20_000)] == [
        "商品不满 50 元，运费 8 元", "商品满 50 元，运费 5 元", "商品满 200 元，运费 0 元",
    ]  # fmt: skip


def test_free_delivery_says_so():
    assert freight_for(BOOK, "express", "广东", [goods(9900)]).label.zh == "包邮"
    assert freight_for(BOOK, "express", "广东", [goods(1)]).label.en == "express delivery"
    assert freight_for(BOOK, "pickup", "广东", [goods(1)]).label.zh == "到店自提"


def test_nothing_is_charged_that_nobody_decided():
    free = freight_for(FreightBook({}, {}, {}), "express", "广东", [goods(1)])
    assert (free.amount, free.parts[0].rule) == (0, None)


def test_each_template_looks_at_its_own_goods_and_the_mall_says_how_several_are_charged():
    cart = [goods(9_900), goods(1_000, pieces=3, product=7), goods(4_000, categories=(70, 71))]
    by_each = freight_for(BOOK, "express", "广东", cart)
    assert [(part.template, part.fee) for part in by_each.parts] == [("default", 0), ("plants", 1800), ("books", 800)]
    assert by_each.amount == 2600
    assert freight_for(BOOK, "express", "广东", cart, DEAREST).amount == 1800
    assert [part.template for part in freight_for(BOOK, "pickup", "广东", cart).parts] == ["default"]


def test_a_place_that_is_not_served_is_refused_in_words_that_name_the_goods():
    with pytest.raises(NotDelivered) as refusal:
        freight_for(BOOK, "express", "台湾省", [goods(1)])
    assert refusal.value.detail("zh-Hans") == "台湾省暂不支持快递"
    with pytest.raises(NotDelivered) as refusal:
        freight_for(BOOK, "express", "西藏", [goods(1), goods(1, product=7, title="龟背竹")])
    assert refusal.value.detail("zh-Hans") == "龟背竹：西藏暂不支持快递"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("广西壮族自治区", "广西"), ("内蒙古自治区", "内蒙古"), ("新疆维吾尔自治区", "新疆"), ("北京市", "北京"),
        ("香港特别行政区", "香港"), ("浙江", "浙江"), (" 浙 江 省", "浙江"), ("", ""), ("省", "省"),
    ],
)  # fmt: skip
def test_a_province_is_known_by_any_of_its_names(name, key):
    assert province_key(name) == key


# --- whatever the terms are ----------------------------------------------------------------------------------------------

fen = st.integers(0, 5_000)
rules = st.builds(
    FreightRuleView, st.just(1), st.just("express"), st.just(""), fee=fen, first=st.integers(0, 4), step=st.integers(1, 3),
    step_fee=fen, free_over=st.none() | st.integers(0, 9_000), free_pieces=st.none() | st.integers(1, 9), surcharge=fen,
    ladder=st.lists(st.tuples(st.integers(1, 9_000), fen), max_size=3, unique_by=lambda rung: rung[0]).map(lambda r: tuple(sorted(r))),
)  # fmt: skip
templates = st.tuples(st.sampled_from([WEIGHT, PIECES, AMOUNT]), rules)
sent = st.tuples(st.integers(1, 2), st.integers(1, 5), st.integers(0, 4), st.integers(0, 6_000))


@given(templates, templates, st.lists(sent, min_size=1, max_size=4), st.sampled_from([SUM, DEAREST]))
def test_freight_is_the_sum_or_the_dearest_of_its_parts_and_never_less_for_more(first, second, cart, several):
    """Never negative; each part is the fee of its own goods alone; more weight or pieces never cost less unless they make it free;
    the threshold is exact to the fen; and what an order froze says the same amount charge_again."""
    book = FreightBook(
        {code: FreightTemplateView(code, Text(code, code), unit, (rule,)) for code, (unit, rule) in (("default", first), ("own", second))},
        {2: "own"}, {},
    )  # fmt: skip
    lines = [goods(amount, weight, pieces, product) for product, pieces, weight, amount in cart]
    whole = freight_for(book, "express", "", lines, several)
    alone = [
        freight_for(book, "express", "", [one for one in lines if one.product_id == product]).amount
        for product in dict.fromkeys(one.product_id for one in lines)
    ]
    assert whole.amount == (max(alone) if several == DEAREST else sum(alone)) >= 0
    kept = frozen(whole, lines, several) or {}
    assert kept is not None
    assert charge_again(kept, {n: (one.quantity, one.amount) for n, one in enumerate(lines, 1)}) == whole.amount

    unit, rule = first
    mine = [goods(amount, weight, pieces) for _, pieces, weight, amount in cart]
    fee = freight_for(book, "express", "", mine).parts[0]
    heavier = freight_for(book, "express", "", [one._replace(weight_g=one.weight_g + 1) for one in mine]).parts[0]
    more = freight_for(book, "express", "", [one._replace(quantity=one.quantity + 1) for one in mine]).parts[0]
    assert heavier.fee >= fee.fee
    assert more.fee >= fee.fee or rule.free_pieces is not None
    assert fee.surcharge == rule.surcharge
    if rule.free_over is not None:
        short = rule.free_over - sum(one.amount for one in mine)
        if short > 0 and rule.free_pieces is None:
            reached = freight_for(book, "express", "", [*mine, goods(short, 0, 1)]).parts[0]
            below = freight_for(book, "express", "", [*mine, goods(short - 1, 0, 1)]).parts[0]
            assert reached.fee == 0
            assert below.fee > 0 or unit == AMOUNT or rule.fee == 0
            assert fee.missing_amount == (short if fee.fee else 0)
    if not may_grow(whole):  # then no part of it given back could have cost more
        fewer = {n: (one.quantity - 1, one.amount // 2) for n, one in enumerate(lines, 1)}
        assert kept is not None
        assert charge_again(kept, fewer) <= whole.amount


# --- what staff set -------------------------------------------------------------------------------------------------------

BOSS = Actor("staff", 3, "boss", frozenset({"pricing.freight"}))


@pytest.mark.django_db
def test_rules_are_kept_in_memory_until_they_change(django_assert_num_queries):
    selectors.forget_freight()
    rule = services.save_freight_rule(method="express", fee=1200, free_over=9900, actor=PRICER)
    assert selectors.general_fee("express", "广东", 1) == 1200
    with django_assert_num_queries(1):
        selectors.general_fee("express", "广东", 1)
    services.save_freight_rule(method="express", fee=800, actor=PRICER)
    services.save_freight_rule(method="express", province="西藏自治区", fee=3000, actor=PRICER)
    assert [selectors.general_fee("express", p, 10_000) for p in ("广东", "西藏")] == [800, 3000]
    services.delete_freight_rule(rule.id, actor=PRICER)
    assert selectors.general_fee("express", "广东", 1) == 0
    with pytest.raises(NotFound):
        services.delete_freight_rule(rule.id, actor=PRICER)
    selectors.forget_freight()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "rocket"}, {"fee": -1}, {"free_over": -1}, {"first": -1}, {"province": "x" * 41}, {"step": 0},
        {"free_pieces": 0}, {"surcharge": -1}, {"ladder": ((100, 5), (50, 0))},
    ],
)  # fmt: skip
def test_wrong_rules_are_refused(wrong):
    with pytest.raises(ValidationFailed):
        services.save_freight_rule(**({"method": "express", "actor": PRICER} | wrong))


@pytest.mark.django_db
def test_a_template_is_kept_whole_and_goods_go_by_it_until_they_do_not():
    selectors.forget_freight()
    draft = TemplateDraft(
        "大件家具", "Furniture", PIECES,
        (
            RegionRule((), fee=5_000, first=1, step=1, step_fee=3_000),
            RegionRule(("新疆维吾尔自治区", "西藏自治区"), fee=9_000, first=1, step=1, step_fee=6_000, surcharge=2_000),
            RegionRule(("台湾省",), deliverable=False),
        ),
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        services.save_template("", draft, actor=PRICER)
    made = services.save_template("", draft, actor=BOSS)
    assert [(rule.province, rule.fee) for rule in made.rules] == [
        ("", 5_000),
        ("台湾", 0),
        ("新疆", 9_000),
        ("西藏", 9_000),
    ]
    product, category = make_product(), make_category()
    services.assign_template(made.code, product_ids=[product.id], category_ids=[category.id], actor=BOSS)
    assert services.assign_template(made.code, product_ids=[product.id], actor=BOSS) == 0

    def fee(product_id, path=(), pieces=1, province="新疆"):
        return selectors.freight("express", province, [Sent(product_id, path, pieces, 0, 100)]).amount

    assert [fee(product.id), fee(product.id, pieces=2), fee(0, (category.id,)), fee(0)] == [11_000, 17_000, 11_000, 0]
    with pytest.raises(TemplateInUse):
        services.delete_template(made.code, actor=BOSS)
    services.assign_template("", product_ids=[product.id], category_ids=[category.id], actor=BOSS)
    assert fee(product.id) == 0
    services.delete_template(made.code, actor=BOSS)
    with pytest.raises(NotFound):
        services.save_template(made.code, draft, actor=BOSS)
    with pytest.raises(TemplateInUse):
        services.delete_template("default", actor=SYSTEM)
    selectors.forget_freight()


@pytest.mark.django_db
def test_what_is_wrong_with_a_template_is_said_at_its_field():
    draft = TemplateDraft(
        " ", unit="mood",
        regions=(RegionRule(("浙江",), fee=-1), RegionRule(("浙江省",), step_fee=5), RegionRule((), ladder=((9, 9), (5, 1)))),
    )  # fmt: skip
    with pytest.raises(ValidationFailed) as refused:
        services.save_template("", draft, actor=BOSS)
    assert {error.loc for error in refused.value.errors} >= {
        "name_zh", "unit", "regions.0.fee", "regions.1.provinces", "regions.2.ladder"
    }  # fmt: skip
    with pytest.raises(ValidationFailed):
        services.assign_template("default", product_ids=[-5], actor=BOSS)
