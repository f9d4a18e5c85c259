"""Who carries a parcel and what it costs: rules in their order, then the mall's preference; and the services' signatures."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.carriage import usual
from zhanggui.carriage.carriers import SHIPPED
from zhanggui.carriage.providers import kdniao, kuaidi100
from zhanggui.carriage.rules import choose, cost
from zhanggui.carriage.types import CarrierView, ChoiceRuleView, Freight, Lane

FAST = CarrierView("FAST", "快", "Fast", "", 1, True, 90)
CHEAP = CarrierView("CHEAP", "省", "Cheap", "", 2, True, 60)
PLAIN = CarrierView("PLAIN", "平", "Plain", "", 3, True)
OFF = CarrierView("OFF", "停", "Off", "", 4, False, 100)
CARRIERS = (FAST, CHEAP, PLAIN, OFF)
LANES = {
    (lane.carrier, lane.province): lane
    for lane in (
        Lane("FAST", "", True, 1, 1, False, 1000, 2000, 1000, 900),
        Lane("CHEAP", "", True, 3, 5, False, 1000, 500, 1000, 900),
        Lane("CHEAP", "西藏", False),
        Lane("PLAIN", "", True, 2, 3, False, 1000, 700, 1000, 100),
        Lane("PLAIN", "西藏", True, 6, 9, True, 1000, 1500, 1000, 1200, 300),
        Lane("OFF", "", True, 1, 1, False, 1000, 1, 1000, 1),
    )
}
RULES = (
    ChoiceRuleView(1, "大件走平", "PLAIN", 10, min_g=5_000),
    ChoiceRuleView(2, "贵重走快", "FAST", 20, min_amount=100_000),
    ChoiceRuleView(3, "偏远走快", "FAST", 30, remote=True),
    ChoiceRuleView(4, "湖南走省", "CHEAP", 40, provinces=("湖南",)),
    ChoiceRuleView(5, "急件走快", "FAST", 50, within_hours=2),
    ChoiceRuleView(6, "西藏走省", "CHEAP", 5, provinces=("西藏",)),
    ChoiceRuleView(7, "关了的", "OFF", 1, active=False),
)
ORDERED = sorted(RULES, key=lambda rule: rule.position)


@pytest.mark.parametrize(
    ("freight", "prefer", "carrier", "by", "said"),
    [
        (Freight("浙江省", 800), "cheapest", "CHEAP", "cheapest", "省：送浙江的 3 家中最便宜"),
        (Freight("浙江省", 800), "fastest", "FAST", "fastest", "快：送浙江最快，1 天"),
        (Freight("浙江", 800), "score", "FAST", "score", "评分最高，90 分"),
        (Freight("浙江", 3_000), "cheapest", "PLAIN", "cheapest", "最便宜"),  # 7 + 2×1 beats 5 + 2×9
        (Freight("浙江", 5_000), "fastest", "PLAIN", "rule", "平：重 5000 克（规则「大件走平」）"),
        (Freight("浙江", 800, 100_000), "cheapest", "FAST", "rule", "订单金额符合（规则「贵重走快」）"),
        (Freight("湖南省", 800), "fastest", "CHEAP", "rule", "送往湖南（规则「湖南走省」）"),
        (Freight("浙江", 800, hours_left=2), "cheapest", "FAST", "rule", "须在 2 小时内发出"),
        (Freight("浙江", 800, hours_left=3), "cheapest", "CHEAP", "cheapest", ""),
        # the rule's carrier does not go there: it is passed over, told, and the next one that fits decides
        (
            Freight("西藏自治区", 800),
            "cheapest",
            "FAST",
            "rule",
            "快：西藏为偏远地区（规则「偏远走快」）（规则「西藏走省」：省不送西藏）",
        ),
    ],
)
def test_the_first_rule_that_fits_else_the_preference(
    freight: Freight, prefer: str, carrier: str, by: str, said: str
) -> None:
    choice = choose(freight, CARRIERS, LANES, ORDERED, prefer)
    assert (choice.carrier, choice.by) == (carrier, by)
    assert said in choice.why.zh
    assert choice.cost == cost(LANES.get((carrier, freight.province[:2])) or LANES[carrier, ""], freight.weight_g)
    assert "OFF" not in {offer.carrier for offer in choice.offers}


def test_where_nobody_goes_and_where_only_one_does() -> None:
    alone = {("CHEAP", "西藏"): LANES["CHEAP", "西藏"]}
    nobody = choose(Freight("西藏", 1), CARRIERS, alone, ORDERED, "cheapest")
    assert (nobody.carrier, nobody.by, nobody.cost) == ("", "none", None)
    assert "没有承运商送达西藏" in nobody.why.zh
    only = choose(Freight("浙江", 1), CARRIERS, {("PLAIN", ""): LANES["PLAIN", ""]}, (), "fastest")
    assert (only.carrier, only.by, only.why.en) == ("PLAIN", "only", "Plain: the only one that goes to 浙江")


def test_far_provinces_go_by_sf_with_the_usual_values() -> None:
    lanes = {(lane.carrier, lane.province): lane for code in usual.CARRIERS for lane in usual.lanes(code)}
    label, carrier = usual.REMOTE_RULE
    rules = (ChoiceRuleView(1, label, carrier, 100, remote=True),)
    for province in ("西藏自治区", "新疆维吾尔自治区", "青海省"):
        assert choose(Freight(province, 900), SHIPPED, lanes, rules, "cheapest").carrier == "SF"
    assert choose(Freight("浙江省", 900), SHIPPED, lanes, rules, "cheapest").carrier != "SF"
    assert choose(Freight("台湾省", 900), SHIPPED, lanes, rules, "cheapest").by == "none"


@given(
    st.builds(
        Lane, carrier=st.just("X"), first_g=st.integers(1, 5000), first_fee=st.integers(0, 10_000), step_g=st.integers(1, 5000),
        step_fee=st.integers(0, 5_000), surcharge=st.integers(0, 5_000),
    ),
    st.integers(0, 100_000),
    st.integers(0, 10_000),
)  # fmt: skip
def test_cost_never_falls_with_weight_and_each_started_step_counts_once(lane: Lane, weight: int, more: int) -> None:
    price = cost(lane, weight)
    assert price >= lane.first_fee + lane.surcharge >= 0
    assert cost(lane, weight + more) >= price
    assert cost(lane, max(weight, lane.first_g) + lane.step_g) == cost(lane, max(weight, lane.first_g)) + lane.step_fee
    assert cost(lane, min(weight, lane.first_g)) == lane.first_fee + lane.surcharge


def test_signatures_are_those_of_the_services() -> None:
    """Vectors computed here step by step, and one digest that anybody can look up."""
    assert kuaidi100.md5("abc") == "900150983CD24FB0D6963F7D28E17F72"
    param, t, key, secret = '{"a":1}', "1700000000000", "KEY", "SECRET"
    joined = '{"a":1}1700000000000KEYSECRET'
    assert kuaidi100.md5(param, t, key, secret) == hashlib.md5(joined.encode()).hexdigest().upper()
    assert kdniao.sign("ab", "c") == base64.b64encode(b"900150983cd24fb0d6963f7d28e17f72").decode()
