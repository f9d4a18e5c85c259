"""The operations API shows the same numbers as the command line, and the collector takes what a browser sends."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from tests.factories.accounts import staff_token
from tests.factories.sales import Line, sell
from tests.factories.visits import BROWSER, event
from zhanggui.analytics import services
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 17)


def _as(*roles: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {staff_token(*roles)}"}


@pytest.mark.parametrize("period", ["daily", "weekly"])
def test_the_api_says_what_the_command_says(period: str) -> None:
    sell(
        datetime(2026, 11, 17, 4, tzinfo=UTC),
        Line(123_45, 3, cost=67_89, discount=10),
        Line(1, cost=None),
        shipping=8_00,
    )
    answer = Client().get(f"/api/ops/v1/reports/{period}?day={DAY}", headers=_as("analyst"))
    assert answer.status_code == 200
    assert answer.json() == json.loads(services.report(period, DAY, "json"))
    assert answer.json()["metrics"]["sales"]["value"] == 370_26


def test_reports_need_a_permission() -> None:
    assert Client().get("/api/ops/v1/reports/daily").status_code == 401
    assert Client().get("/api/ops/v1/reports/daily", headers=_as("warehouse")).status_code == 403


def test_a_browsers_page_views_are_in_todays_report() -> None:
    client = Client(headers={"User-Agent": BROWSER})
    body = json.dumps({"events": [event(seconds=12), event("bob", kind="product", ref="vase")]})
    for _ in range(2):
        answer = client.post("/api/store/v1/events", body, content_type="application/json")
        assert (answer.status_code, answer.json()) == (202, {"stored": 2, "ignored": 0, "reason": ""})
    found = json.loads(services.report("daily", clock.business_date(), "json"))["metrics"]
    assert {name: found[name]["value"] for name in ("ip", "uv", "pv", "visit_seconds")} == {
        "ip": 1, "uv": 2, "pv": 2, "visit_seconds": 6.0,
    }  # fmt: skip


def test_a_script_is_told_that_it_does_not_count() -> None:
    body = json.dumps({"events": [event()]})
    answer = Client(headers={"User-Agent": "curl/8.5.0"}).post(
        "/api/store/v1/events", body, content_type="application/json"
    )
    assert answer.json() == {"stored": 0, "ignored": 1, "reason": "bot"}
