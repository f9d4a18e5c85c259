"""Rounds of forecasts, carried out: sales read, gaps filled, models chosen in a process of their own, proposals made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction

from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, clock, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders

from ..core import demand
from ..errors import ForecastFailed
from ..events import ForecastsRenewed
from ..library import choose
from ..settings import HISTORY_WEEKS
from .proposing import propose

log = structlog.get_logger(__name__)
ATTEMPTS_MOST = 3
#: SKUs of one forecasting process; the kinds' mean errors are of one batch, too.
BATCH = 5_000
#: Weeks whose sales say how much a SKU is worth.
WORTH_WEEKS = 13


@dataclass(slots=True)
class Past:
    """What is known of a SKU: its weeks from `first` on, those raised, units' mean price in minor units."""

    sku_id: int
    first: date
    weeks: list[float]
    raised: list[int]
    price: float


def run_waiting() -> bool:
    """Carry out the round that waits; whether there was one. Outside transactions, one process at a time.

    What it finds begun was left behind by a worker that died, and is begun from its start.
    """
    db.drop_dead_connection()
    if not _taken("select pg_try_advisory_lock(hashtextextended('replenishment.rounds', 0)) as held"):
        return False
    try:
        row = db.row(
            "update replenishment_round set status = 'running', attempts = attempts + 1, done = 0,"
            " started_at = coalesce(started_at, kernel_now()) where status in ('waiting', 'running')"
            " returning id, until, horizon, attempts"
        )
        if row:
            _carry_out(**row)
        return row is not None
    finally:
        _taken("select pg_advisory_unlock(hashtextextended('replenishment.rounds', 0)) as held")


def _taken(sql: str) -> bool:
    row = db.row(sql)
    return bool(row and row["held"])


def _carry_out(id: int, until: date, horizon: int, attempts: int) -> None:
    try:
        if attempts > ATTEMPTS_MOST:
            raise ForecastFailed(reason=f"{attempts - 1} ×")
        _forecast(id, until, horizon)
    except Problem as problem:
        _failed(id, problem.code, problem.detail(ZH), problem.detail(EN))
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next worker goes on with it
    except Exception as error:
        log.error("forecast_round_failed", round_id=id, exc_info=True)
        said = Text(
            f"程序出错（{type(error).__name__}），详情见日志",
            f"The program failed ({type(error).__name__}); the log has the details",
        )
        _failed(id, "failed", said.zh, said.en)


def _failed(round_id: int, code: str, zh: str, en: str) -> None:
    with transaction.atomic():
        db.execute(
            "update replenishment_round set status = 'failed', failure = %s, finished_at = kernel_now() where id = %s",
            (db.Json({"code": code, "zh": zh[:1000], "en": en[:1000]}), round_id),
        )
        _record(round_id, {"status": "failed", "failure": code})


def _record(round_id: int, after: dict[str, Any]) -> None:
    row = db.row("select actor_id, actor_label from replenishment_round where id = %s", (round_id,))
    assert row is not None
    actor = Actor("staff" if row["actor_id"] else "system", row["actor_id"], row["actor_label"])
    audit.record(
        actor=actor, action="replenishment.end_round", target_type="forecast_round", target_id=round_id, after=after
    )


def _forecast(round_id: int, until: date, horizon: int) -> None:
    since = until - timedelta(weeks=mall_settings.get(HISTORY_WEEKS))
    past, worth = _past(since, until)
    abc = demand.classes(worth)
    db.execute("update replenishment_round set total = %s where id = %s", (len(past), round_id))
    errors: dict[str, float] = {}
    chosen: list[dict[str, Any]] = []
    for batch in _batches(past):
        before = len(chosen)

        def told(done: int, before: int = before) -> None:
            db.execute("update replenishment_round set done = %s where id = %s", (before + done, round_id))

        found = choose([each.weeks for each in batch], [each.price for each in batch], horizon, told)
        for each, known in zip(batch, found, strict=True):
            for name, units in known["tested"].items():
                errors[name] = errors.get(name, 0.0) + units * each.price
        chosen += found
    sold = errors.pop("sold", 0.0)
    with transaction.atomic():
        _keep(round_id, past, chosen, abc)
        proposals = propose(round_id)
        db.execute(
            "update replenishment_round set status = 'finished', done = total, proposals = %s, errors = %s,"
            " finished_at = kernel_now() where id = %s",
            (proposals, db.Json({name: value / sold for name, value in errors.items()} if sold else {}), round_id),
        )
        outbox.record(ForecastsRenewed(round_id=round_id, skus=len(past), proposals=proposals))
        _record(round_id, {"status": "finished", "skus": len(past), "proposals": proposals})


def _past(since: date, until: date) -> tuple[list[Past], dict[int, float]]:
    """What each SKU sold week by week, and what its sales of the last quarter are worth."""
    start, end = clock.day_bounds(since)[0], clock.day_bounds(until)[0]
    sold: dict[int, list[tuple[date, float]]] = {}
    money: dict[int, float] = {}
    worth: dict[int, float] = {}
    recent = until - timedelta(weeks=WORTH_WEEKS)
    for row in orders.facts.units_by_week(start, end):
        sold.setdefault(row.sku_id, []).append((row.week, float(row.units)))
        money[row.sku_id] = money.get(row.sku_id, 0.0) + row.sales
        worth[row.sku_id] = worth.get(row.sku_id, 0.0) + (row.sales if row.week >= recent else 0)
    empty: dict[int, list[tuple[date, date]]] = {}
    for span in inventory.empty_spans(list(sold), since):
        empty.setdefault(span.sku_id, []).append((span.first, span.until))
    past = []
    for sku_id, rows in sold.items():
        first, weeks = demand.weekly(rows, until)
        units = sum(weeks)
        weeks, raised = demand.filled(weeks, demand.shares(first, len(weeks), empty.get(sku_id, ())))
        past.append(Past(sku_id, first, weeks, raised, money[sku_id] / units if units else 0.0))
    past.sort(key=lambda each: (-worth[each.sku_id], each.sku_id))
    return past, worth


def _batches(past: Sequence[Past]) -> Iterator[Sequence[Past]]:
    for start in range(0, len(past), BATCH):
        yield past[start : start + BATCH]


def _keep(round_id: int, past: Sequence[Past], chosen: Sequence[dict[str, Any]], abc: dict[int, str]) -> None:
    """Forecasts of this round take the place of older ones; a SKU that did not sell in all the past has none."""
    rows = [
        {
            "sku_id": each.sku_id, "kind": known["kind"], "abc": abc[each.sku_id], "model": known["model"],
            "first": each.first.isoformat(), "history": [round(units, 2) for units in each.weeks], "filled": each.raised,
            "weeks": [round(units, 4) for units in known["weeks"]], "deviation": round(known["deviation"], 4),
            "trials": known["trials"], "errors": {name: round(value, 4) for name, value in known["errors"].items()},
        }
        for each, known in zip(past, chosen, strict=True)
    ]  # fmt: skip
    db.execute("delete from replenishment_forecast")
    db.execute(
        "insert into replenishment_forecast (sku_id, round_id, kind, abc, model, first, history, filled, weeks, deviation,"
        " trials, errors) select r.sku_id, %s, r.kind, r.abc, r.model, r.first, r.history, r.filled, r.weeks, r.deviation,"
        " r.trials, r.errors from jsonb_to_recordset(%s) as r(sku_id bigint, kind text, abc text, model text, first date,"
        " history jsonb, filled jsonb, weeks jsonb, deviation float8, trials int, errors jsonb)"
        " where exists (select from catalog_sku s where s.id = r.sku_id)",
        (round_id, db.Json(rows)),
    )
