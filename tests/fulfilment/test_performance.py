"""Carriers held against their lanes, one another and what they cost, by hand-computed figures; the choice is told their scores."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.fulfilment import news, ship, tell
from tests.factories.shop import HOME, buy, goods, open_shop
from tests.support.pages import at_the_desk, statements
from zhanggui.carriage import selectors as carriage
from zhanggui.carriage import services as carriers
from zhanggui.carriage.types import Lane
from zhanggui.fulfilment import selectors, services
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed

pytestmark = pytest.mark.django_db
FAR = HOME.__class__("express", "韩梅", "13900139000", "广东省", "广州市", "天河区", "体育西路 1 号")


def test_time_news_losses_and_cost_by_carrier_and_province_make_a_score_that_choices_follow() -> None:
    open_shop()
    (tea,) = goods(10_000)
    carriers.save_lanes(
        "ZTO",
        [Lane("ZTO", "", days_max=3, first_fee=1_000), Lane("ZTO", "浙江", days_max=2, first_fee=600)],
        actor=SYSTEM,
    )
    carriers.save_lanes("SF", [Lane("SF", "", days_max=1, first_fee=1_800)], actor=SYSTEM)
    mall_settings.put("fulfilment.score_least_parcels", 2, actor=SYSTEM)
    start = clock.now() - timedelta(days=10)
    with clock.at(start):
        sent = [ship(buy((tea, 1)), carrier="ZTO"), ship(buy((tea, 1), delivery=FAR), carrier="ZTO")]
        sent += [ship(buy((tea, 1)), carrier="SF"), ship(buy((tea, 1)), carrier="SF")]
        ship(buy((tea, 1)), carrier="YTO")  # no lane, one parcel, never heard of again
    for parcel, hours, days in zip(sent, (4, 8, 2, 2), (2, 4, 1, 2), strict=True):
        with clock.at(start + timedelta(days=days)):
            tell(news(parcel, "accepted", start + timedelta(hours=hours)), news(parcel, "delivered"))

    since, until = start - timedelta(days=1), clock.now()
    found = {(one.carrier, one.province): one for one in selectors.performance(since, until, {"SF": 1})}
    zto, sf = found["ZTO", ""], found["SF", ""]
    assert (zto.parcels, zto.delivered, zto.due, zto.in_time, zto.on_time) == (2, 2, 2, 1, 5_000)  # 2 of 2 days, 4 of 3
    assert (zto.days, zto.hours, zto.cost, zto.each) == (3, 6, 1_600, 800)
    assert (found["ZTO", "浙江"].on_time, found["ZTO", "广东"].on_time) == (10_000, 0)
    assert (sf.on_time, sf.days, sf.hours, sf.cost, sf.each, sf.faults) == (5_000, 1.5, 2, 3_600, 1_800, 1)
    assert (found["YTO", ""].due, found["YTO", ""].score, found["YTO", ""].priced) == (0, None, 0)
    # 40 × in time + 20 × speed + 25 × safety + 15 × cost, of 100
    assert zto.score == round((40 * 50 + 20 * 50 + 25 * 100 + 15 * 100) / 100) == 70
    assert sf.score == round((40 * 50 + 20 * 100 + 25 * 0 + 15 * 100 * 800 / 1_800) / 100) == 47

    manager = Actor("staff", 31, "chief", frozenset({"carriage.manage"}))
    assert services.score_carriers(actor=manager) == {"ZTO": 70, "SF": 72}  # nobody has decided about a loss
    assert {one.code: one.score for one in carriage.carriers() if one.score is not None} == {"ZTO": 70, "SF": 72}
    with pytest.raises(PermissionDenied):
        services.score_carriers(actor=Actor("staff", 32, "nobody"))
    for wrong in ({"ZTO": 101}, {"NOBODY": 5}):
        with pytest.raises(ValidationFailed):
            carriers.set_scores(wrong, actor=manager)

    desk = at_the_desk("warehouse")
    here = "/office/carriers/scores"
    assert "50.0%" in desk.get(here).content.decode()
    assert "广东" in desk.get(f"{here}?carrier=ZTO").content.decode()
    assert statements(desk, here) <= 12
    assert desk.get(f"{here}?export=xlsx").status_code == 200
    assert desk.post(f"{here}/keep").status_code == 303
    assert at_the_desk("editor").get(here).status_code == 403
