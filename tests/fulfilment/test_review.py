"""The review: what holds an order, who decides, and that what is held does not leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.fulfilment import PACKER, ship
from tests.factories.shop import goods
from tests.factories.warehouse import FOREMAN, paid, reviewed, somewhere, wave
from zhanggui.fulfilment import rules, selectors, services
from zhanggui.fulfilment.errors import NothingForWave, NotOneBox, ReviewHolds, ReviewOver
from zhanggui.kernel import invariants, mall_settings, outbox
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.orders import services as order_services
from zhanggui.orders.types import Receiver

pytestmark = pytest.mark.django_db
LIMITS = rules.Limits(500_000, 10)
FINE: dict[str, Any] = {
    "contact_name": "李雷", "contact_mobile": "13800138000", "province": "浙江省", "city": "杭州市", "address_line": "文三路 1 号",
    "buyer_note": "", "staff_notes": 0, "total": 1000, "waits_for_group": False, "units": 2, "promised": 2, "warehouses": 1,
    "here": 1,
}  # fmt: skip


def found(**changes: Any) -> dict[str, str]:
    told = rules.findings(rules.Facts(**{**FINE, **changes}), {}, LIMITS)
    return {finding.code: finding.level for finding in told}


@pytest.mark.parametrize(
    ("changes", "code", "level"),
    [
        ({"city": " "}, "address_incomplete", "hold"),
        ({"contact_mobile": ""}, "address_incomplete", "hold"),
        ({"address_line": "1"}, "address_odd", "hold"),
        ({"address_line": "测试勿发"}, "address_odd", "hold"),
        ({"contact_mobile": "1380013"}, "address_odd", "hold"),
        ({"contact_name": "123"}, "address_odd", "hold"),
        ({"buyer_note": "周末送"}, "buyer_note", "hold"),
        ({"staff_notes": 1}, "staff_note", "tell"),
        ({"total": 500_000}, "high_amount", "hold"),
        ({"here": 10}, "many_orders", "hold"),
        ({"siblings": ("A",)}, "merge", "tell"),
        ({"promised": 1}, "stock_short", "hold"),
        ({"warehouses": 2}, "several_warehouses", "tell"),
        ({"waits_for_group": True}, "group", "hold"),
    ],
)
def test_each_rule_finds_what_it_is_there_for(changes, code, level):
    assert found(**changes) == {code: level}


def test_an_ordinary_order_has_nothing_against_it():
    assert found() == {}
    assert found(contact_mobile="+44 20 7946 0958", total=499_999, here=9) == {}


def test_the_mall_says_what_holds_and_a_group_is_no_matter_of_choice():
    facts = rules.Facts(**FINE | {"buyer_note": "快点", "staff_notes": 1, "waits_for_group": True})
    told = rules.findings(facts, {"buyer_note": "off", "staff_note": "hold"}, LIMITS)
    assert [(f.code, f.level) for f in told] == [("group", "hold"), ("staff_note", "hold")]
    with pytest.raises(ValidationFailed):
        mall_settings.put("fulfilment.review_rules", {"buyer_note": "maybe"}, actor=SYSTEM)
    with pytest.raises(ValidationFailed):
        mall_settings.put("fulfilment.review_rules", {"moon_phase": "hold"}, actor=SYSTEM)


def test_addresses_are_the_same_however_they_are_typed():
    one = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "address_line": "文三路 12 号 A座"}
    two = one | {"address_line": "文三路１２号a座"}
    other = one | {"address_line": "文三路13号a座"}
    assert rules.address_key(one) == rules.address_key(two) != rules.address_key(other)


def test_a_paid_order_is_judged_by_itself_and_what_is_held_does_not_leave():
    (tea,) = goods(1000)
    good, noted = paid((tea, 1)), paid((tea, 1), note="请放前台")
    outbox.drain()
    assert {n: r.state for n, r in selectors.warehouse.reviews_of([good, noted]).items()} == {
        good: "passed",
        noted: "held",
    }
    assert services.start_picking([noted], actor=PACKER) == []
    with pytest.raises(ReviewHolds):
        ship(noted)
    assert services.pass_orders([noted], actor=FOREMAN) == [noted]
    ship(noted)
    ship(good)
    assert {r.state for r in selectors.warehouse.reviews_of([good, noted]).values()} == {"taken"}
    assert invariants.check() == []


def test_everything_waits_for_somebody_where_the_mall_wants_it_so():
    mall_settings.put("fulfilment.review_auto_pass", False, actor=SYSTEM)
    (tea,) = goods(1000)
    assert set(services.review([paid((tea, 1))]).values()) == {"held"}


def test_what_a_person_decided_stands_and_only_who_may_decides():
    (tea,) = goods(1000)
    number = reviewed((tea, 1))
    with pytest.raises(PermissionDenied):
        services.hold_orders([number], reason="looks odd", actor=Actor("staff", 1, "x"))
    with pytest.raises(ValidationFailed):
        services.hold_orders([number], reason=" ", actor=FOREMAN)
    assert services.hold_orders([number], reason="call the buyer", actor=FOREMAN) == [number]
    assert services.review([number]) == {number: "held"}
    with pytest.raises(NothingForWave):
        wave()
    assert services.pass_orders([number], actor=FOREMAN) == [number]
    assert services.pass_orders([number], actor=FOREMAN) == []
    wave()
    assert services.hold_orders([number], reason="too late", actor=FOREMAN) == []


def test_a_cancelled_order_waits_for_nobody():
    (tea,) = goods(1000)
    number = reviewed((tea, 1))
    order_services.cancel(number, actor=GUEST)
    outbox.drain()
    assert selectors.warehouse.reviews_of([number])[number].state == "over"
    assert selectors.warehouse.review_counts() == {"held": 0, "passed": 0}


def test_a_corrected_address_is_judged_anew():
    (tea,) = goods(1000)
    number = paid((tea, 1), delivery=somewhere(line="不发货"))
    assert services.review([number]) == {number: "held"}
    right = Receiver("李雷", "13800138000", "浙江省", "杭州市", "西湖区", "文一路 88 号")
    services.correct_receiver(number, right, actor=FOREMAN)
    assert selectors.warehouse.reviews_of([number])[number].state == "passed"
    with pytest.raises(ValidationFailed) as wrong:
        services.correct_receiver(number, Receiver("", "1", "", "", "", ""), actor=FOREMAN)
    assert {error.loc for error in wrong.value.errors} == {"contact_name", "province", "city", "address_line"}
    wave()
    with pytest.raises(ReviewOver):
        services.correct_receiver(number, right, actor=FOREMAN)


def test_orders_of_one_buyer_to_one_house_may_share_a_box_and_no_others():
    (tea,) = goods(1000)
    home = somewhere()
    one, two = paid((tea, 1), delivery=home), paid((tea, 1), delivery=home)
    other = reviewed((tea, 1))
    services.review([one, two])
    told = selectors.warehouse.reviews_of([one, two])
    assert [f.data["orders"] for f in told[two].findings if f.code == "merge"] == [[one]]
    with pytest.raises(NotOneBox):
        services.merge([one, other], actor=FOREMAN)
    bundle = services.merge([one, two], actor=FOREMAN)
    assert selectors.warehouse.companions([bundle]) == {bundle: [one, two]}
    with pytest.raises(NotOneBox):
        services.split(one, [{1: 1}, {1: 1}], actor=FOREMAN)
    services.separate([two], actor=FOREMAN)
    assert selectors.warehouse.companions([bundle]) == {}
    with pytest.raises(PermissionDenied):
        services.merge([one, two], actor=Actor("staff", 1, "x"))


def test_a_split_says_what_is_wrong_with_it():
    (tea,) = goods(1000)
    number = reviewed((tea, 3))
    for parts in ([{1: 3}], [{1: 2}, {1: 2}], [{1: 3}, {}], [{9: 1}, {1: 1}]):
        with pytest.raises(ValidationFailed):
            services.split(number, parts, actor=FOREMAN)
    services.split(number, [{1: 1}, {1: 2}], actor=FOREMAN)
    assert selectors.warehouse.reviews_of([number])[number].parts == ({1: 1}, {1: 2})
    wave()
    with pytest.raises(ReviewOver):
        services.split(number, [], actor=FOREMAN)


def test_orders_nobody_has_judged_are_found_and_judged_once():
    (tea,) = goods(1000)
    numbers = {paid((tea, 1)) for _ in range(3)}
    assert services.review_missing(batch=2) == 3
    assert services.review_missing(batch=2) == 0
    assert set(selectors.warehouse.reviews_of(sorted(numbers))) == numbers
