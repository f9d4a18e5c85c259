"""Replays over the API: started, read, stopped; faults by their field; costs only with the right to see them."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories.promotions import live
from tests.factories.shop import buy, goods, open_shop
from tests.support.api import Caller, ok, refused
from zhanggui.kernel import clock
from zhanggui.planning.services import carrying_out

pytestmark = pytest.mark.django_db
HERE = "ops/v1/replays"


def test_started_read_and_without_costs() -> None:
    open_shop()
    (tea,) = goods(12000, cost=4000)
    sale, day = live(), clock.business_date().isoformat()
    buy((tea, 1))
    new = {
        "kind": "limited_discount", "label_zh": "九折", "config": {"off_basis_points": 1000},
        "starts_at": "2030-01-01T00:00:00+08:00",
    }  # fmt: skip
    body = {"first": day, "last": day, "promotions": [{"draft": new, "throughout": True}], "note": "九折"}
    analyst = Caller(make.staff_token("analyst"))
    started = ok(analyst.post(HERE, body), 201)
    assert (started["status"], started["figures"]) == ("waiting", None)
    carrying_out.run_waiting()
    found = ok(analyst.get(f"{HERE}/{started['id']}"))
    assert found["status"] == "finished"
    figures = found["figures"]
    assert (figures["real"]["discount"], figures["proposed"]["discount"]) == (1000, 1200)
    assert (figures["real"]["profit"], figures["proposed"]["profit"]) == (7000, 6800)
    assert figures["proposed"]["cost_rate"] == 1200 * 10_000 // 10_800
    assert {row["id"]: row["real_amount"] for row in figures["promotions"]}[sale] == 1000
    blind = ok(Caller(make.staff_token("service")).get(f"{HERE}/{started['id']}"))["figures"]
    assert blind["proposed"]["discount"] == 1200
    assert (blind["proposed"]["profit"], blind["proposed"]["margin"], blind["bands"]) == (None, None, None)
    assert [row["id"] for row in ok(analyst.get(HERE))["items"]] == [started["id"]]
    refused(analyst.post(f"{HERE}/{started['id']}/stop"), 409, "wrong_state")


def test_faults_are_named() -> None:
    analyst, day = Caller(make.staff_token("analyst")), clock.business_date().isoformat()
    wrong = {"kind": "full_reduction", "label_zh": "x", "config": {"steps": []}, "starts_at": "2026-01-01T00:00:00Z"}
    body = {
        "first": day,
        "last": day,
        "promotions": [{"promotion_id": 10**12}, {}, {"draft": wrong, "throughout": True}],
    }
    errors = refused(analyst.post(HERE, body), 409, "validation_error")["errors"]
    assert {error["loc"] for error in errors} >= {
        "promotions.0.promotion_id", "promotions.1.promotion_id", "promotions.2.draft.config.steps",
    }  # fmt: skip
    refused(Caller(make.staff_token("finance")).post(HERE, body), 403, "permission_denied")
