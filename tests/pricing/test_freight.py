"""What delivery costs."""

import pytest

from tests.factories.pricing import PRICER
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.pricing import selectors, services
from zhanggui.pricing.errors import NotDelivered
from zhanggui.pricing.rules import freight_for, province_key
from zhanggui.pricing.types import FreightRuleView

EVERYWHERE = FreightRuleView(1, "express", "", True, 1000, 0, 0, 9900)
TIBET = FreightRuleView(2, "express", "西藏", True, 2000, 1000, 800, None)
NOT_THERE = FreightRuleView(3, "express", "台湾", False, 0, 0, 0, None)
RULES = [EVERYWHERE, TIBET, NOT_THERE]


@pytest.mark.parametrize(
    ("province", "goods", "weight", "amount", "rule"),
    [
        ("广东省", 9899, 0, 1000, 1),
        ("广东省", 9900, 0, 0, 1),
        ("广东省", 0, 99_000, 1000, 1),
        ("西藏自治区", 99_000, 0, 2000, 2),
        ("西藏", 99_000, 1000, 2000, 2),
        ("西藏", 99_000, 1001, 2800, 2),
        ("西藏", 99_000, 3000, 3600, 2),
        ("", 0, 0, 1000, 1),
    ],
)
def test_the_fee_of_the_province_or_the_default(province, goods, weight, amount, rule):
    freight = freight_for(RULES, "express", province, goods, weight)
    assert (freight.amount, freight.rule) == (amount, rule)


def test_free_delivery_says_so():
    assert freight_for(RULES, "express", "广东", 9900).label.zh == "包邮"
    assert freight_for(RULES, "express", "广东", 1).label.en == "express delivery"
    assert freight_for(RULES, "pickup", "广东", 1).label.zh == "到店自提"


def test_nothing_is_charged_that_nobody_decided():
    assert (freight_for([], "express", "广东", 1).amount, freight_for([], "express", "广东", 1).rule) == (0, None)


def test_a_place_that_is_not_served_is_refused_in_words():
    with pytest.raises(NotDelivered) as refusal:
        freight_for(RULES, "express", "台湾省", 1)
    assert refusal.value.detail("zh-Hans") == "台湾省暂不支持快递"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("广西壮族自治区", "广西"), ("内蒙古自治区", "内蒙古"), ("新疆维吾尔自治区", "新疆"), ("北京市", "北京"),
        ("香港特别行政区", "香港"), ("浙江", "浙江"), (" 浙 江 省", "浙江"), ("", ""), ("省", "省"),
    ],
)  # fmt: skip
def test_a_province_is_known_by_any_of_its_names(name, key):
    assert province_key(name) == key


@pytest.mark.django_db
def test_rules_are_kept_in_memory_until_they_change(django_assert_num_queries):
    selectors.forget_freight()
    rule = services.save_freight_rule(method="express", fee=1200, free_over=9900, actor=PRICER)
    assert selectors.freight("express", "广东", 1).amount == 1200
    with django_assert_num_queries(1):
        selectors.freight("express", "广东", 1)
    services.save_freight_rule(method="express", fee=800, actor=PRICER)
    services.save_freight_rule(method="express", province="西藏自治区", fee=3000, actor=PRICER)
    assert [selectors.freight("express", p, 10_000).amount for p in ("广东", "西藏")] == [800, 3000]
    services.delete_freight_rule(rule.id, actor=PRICER)
    assert selectors.freight("express", "广东", 1).amount == 0
    with pytest.raises(NotFound):
        services.delete_freight_rule(rule.id, actor=PRICER)
    selectors.forget_freight()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"method": "rocket"}, {"fee": -1}, {"free_over": -1}, {"included_g": -1}, {"province": "x" * 41}]
)
def test_wrong_rules_are_refused(wrong):
    with pytest.raises(ValidationFailed):
        services.save_freight_rule(**({"method": "express", "actor": PRICER} | wrong))
