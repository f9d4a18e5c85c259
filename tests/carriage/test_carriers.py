"""Carriers and lanes: what is kept of them, what buyers may be told, and that those of before came over."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from tests.factories.carriage import CLERK, lanes
from zhanggui.carriage import selectors, services
from zhanggui.carriage.types import ChoiceRuleView, Lane
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

pytestmark = pytest.mark.django_db


def test_the_carriers_of_before_come_over_with_their_rows() -> None:
    services.save_carrier(
        code="LOCAL", name="同城", name_en="Local", phone="123", position=3, active=False, actor=CLERK
    )
    [step] = import_module("zhanggui.carriage.migrations.0001_initial").Migration.operations
    with connection.cursor() as cursor:
        for operation in reversed(step.database_operations):
            cursor.execute(operation.reverse_sql)
        cursor.execute("insert into fulfilment_carrier (code, name) values ('OLD', '旧的')")
        for operation in step.database_operations:
            cursor.execute(operation.sql)
    selectors.forget()
    known = selectors.names()
    assert (known["OLD"].name, known["OLD"].active) == ("旧的", True)
    assert (known["LOCAL"].phone, known["LOCAL"].position, known["LOCAL"].active) == ("123", 3, False)
    services.save_carrier(code="NEW", name="新的", actor=CLERK)  # its numbers go on
    assert len(db.rows("select 1 from carriage_carrier")) == 3


def test_lanes_are_replaced_whole_or_not_at_all() -> None:
    good = [Lane("ZTO", "", first_fee=500), Lane("ZTO", "浙江省", days_min=1, days_max=2, first_fee=400)]
    assert services.save_lanes("ZTO", good, actor=CLERK) == 2
    assert services.save_lanes("ZTO", good, actor=CLERK) == 0
    assert [lane.province for lane in selectors.lanes_of("ZTO")] == ["", "浙江"]
    bad = [
        Lane("ZTO", "火星"), Lane("ZTO", "浙江", days_min=3, days_max=1, first_g=0), Lane("ZTO", "浙江省", first_fee=-1),
    ]  # fmt: skip
    with pytest.raises(ValidationFailed) as wrong:
        services.save_lanes("ZTO", bad, actor=CLERK)
    places = {error.loc for error in wrong.value.errors}
    assert places == {
        "lanes.0.province",
        "lanes.1.days_max",
        "lanes.1.first_g",
        "lanes.2.province",
        "lanes.2.first_fee",
    }
    assert len(selectors.lanes_of("ZTO")) == 2
    assert services.save_lanes("ZTO", good[:1], actor=CLERK) == 1
    for carrier in ("PICKUP", "NOBODY"):
        with pytest.raises(ValidationFailed):
            services.save_lanes(carrier, good, actor=CLERK)
    with pytest.raises(PermissionDenied):
        services.save_lanes("ZTO", good, actor=Actor("staff", 1, "x", frozenset({"carriage.view"})))


def test_usual_values_leave_alone_what_the_mall_has_entered() -> None:
    own = [Lane("ZTO", "", first_fee=1)]
    services.save_lanes("ZTO", own, actor=CLERK)
    assert services.fill_usual(("SF", "ZTO", "LOCAL"), actor=CLERK) == len(selectors.lanes_of("SF")) > 20
    assert selectors.lanes_of("ZTO") == own
    [rule] = selectors.rules_of_choice()
    assert (rule.carrier, rule.remote) == ("SF", True)
    services.delete_rule(rule.id, actor=CLERK)
    assert services.fill_usual(("SF",), actor=CLERK) == 0
    assert selectors.rules_of_choice() == []


def test_buyers_are_told_the_days_of_who_would_carry_it(django_assert_num_queries) -> None:
    assert selectors.delivery_times(["浙江省"]) == {}
    lanes("SF", "JTSD")
    found = selectors.delivery_times(["浙江省", "西藏自治区", "台湾省"])
    assert (found["浙江省"].carrier, found["浙江省"].days_min, found["浙江省"].days_max) == ("JTSD", 1, 2)
    assert (found["西藏自治区"].carrier, found["西藏自治区"].served) == ("SF", True)
    assert found["台湾省"].served is False
    with django_assert_num_queries(1):  # whether anything has changed
        selectors.delivery_times(["浙江省"])


def test_rules_are_checked_kept_in_order_and_removed() -> None:
    lanes()
    [first] = selectors.rules_of_choice()
    made = services.save_rule(
        ChoiceRuleView(0, "重货", "ZTO", 5, ("新疆维吾尔自治区", "西藏"), min_g=3000), actor=CLERK
    )
    assert [rule.id for rule in selectors.rules_of_choice()] == [made, first.id]
    assert selectors.rules_of_choice()[0].provinces == ("西藏", "新疆")
    with pytest.raises(ValidationFailed) as wrong:
        services.save_rule(
            ChoiceRuleView(made, " ", "PICKUP", -1, ("火星",), min_g=5, max_g=4, within_hours=9999), actor=CLERK
        )
    fields = {error.loc for error in wrong.value.errors}
    assert fields == {"label", "carrier", "position", "provinces", "max_g", "within_hours"}
    services.save_rule(ChoiceRuleView(made, "重货", "SF", 500, min_g=3000), actor=CLERK)
    assert [rule.carrier for rule in selectors.rules_of_choice()] == ["SF", "SF"]
    services.delete_rule(made, actor=CLERK)
    with pytest.raises(NotFound):
        services.delete_rule(made, actor=CLERK)
