"""The operations API shows the same numbers as the command line, and the collector takes what a browser sends."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

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


def _ops(path: str, *roles: str) -> tuple[int, dict[str, Any]]:
    answer = Client().get(f"/api/ops/v1/{path}", headers=_as(*(roles or ("analyst",))))
    return answer.status_code, answer.json()


def test_lines_hours_and_sellers_are_there_for_programs() -> None:
    sell(datetime(2026, 11, 17, 4, tzinfo=UTC), Line(30_00, cost=10_00))
    status, line = _ops(f"reports/metrics/sales/series?until={DAY}&points=2")
    assert (status, line["points"]) == (
        200,
        [{"first": "2026-11-16", "value": None}, {"first": "2026-11-17", "value": 3000}],
    )
    status, heat = _ops(f"reports/hours?until={DAY}&weeks=1")
    assert (status, len(heat["cells"]), [(c["weekday"], c["hour"], c["sales"]) for c in heat["peaks"]]) == (
        200,
        168,
        [(2, 12, 3000)],
    )
    status, found = _ops(f"reports/sellers?until={DAY}")
    assert (status, found["listed"], found["best"]) == (200, 0, [])


def test_what_is_behind_a_figure_is_there_for_programs() -> None:
    numbers = [sell(datetime(2026, 11, 17, hour, tzinfo=UTC), Line(10_00, cost=1)) for hour in (1, 2, 3)]
    status, first = _ops(f"reports/weekly/behind/sales?day={DAY}&limit=2")
    _, rest = _ops(f"reports/weekly/behind/sales?day={DAY}&limit=2&cursor={first['next_cursor']}")
    assert (status, first["records"], rest["next_cursor"]) == (200, "orders", None)
    assert [row["number"] for row in first["items"] + rest["items"]] == numbers[::-1]
    assert _ops("reports/weekly/behind/nothing")[0] == 404
    assert _ops("reports/daily/behind/sales", "warehouse")[0] == 403


def test_spend_is_recorded_and_listed() -> None:
    body = json.dumps({"day": "2026-11-17", "source": "ad:spring", "amount": 12_00})
    headers = _as("marketing")
    assert Client().post("/api/ops/v1/spend", body, content_type="application/json", headers=headers).status_code == 201
    status, found = _ops("spend")
    assert (status, [(r["day"], r["source"], r["amount"]) for r in found["items"]]) == (
        200,
        [("2026-11-17", "ad:spring", 1200)],
    )
