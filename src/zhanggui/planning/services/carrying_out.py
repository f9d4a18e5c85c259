"""The replays that were asked for, carried out one after another; progress and result kept."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction

from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.promotions.types import KINDS

from ..core import Proposed, Tally, Till
from ..errors import ReplayInterrupted
from ..past import Goods, sales
from ..proposals import proposed
from ..types import Figures

log = structlog.get_logger(__name__)
ATTEMPTS_MOST = 5  # a worker may die under a replay; this often, it is the replay


class _Stopped(Exception):
    """Somebody asked for it."""


def run_waiting() -> int:
    """Carry out what waits, the oldest first, until nothing does; how many. Outside transactions.

    One process at a time does so. What it finds begun was left behind by one that died, and is begun from its first order:
    a replay changes nothing but its own row, so doing it twice is doing it once.
    """
    db.drop_dead_connection()
    if not _taken("select pg_try_advisory_lock(hashtextextended('planning.replays', 0)) as held"):
        return 0
    done = 0
    try:
        while row := db.row(
            "select id from planning_replay where status in ('waiting', 'running') order by id limit 1"
        ):
            _carry_out(row["id"])
            done += 1
    finally:
        _taken("select pg_advisory_unlock(hashtextextended('planning.replays', 0)) as held")
    return done


def _taken(sql: str) -> bool:
    row = db.row(sql)
    return bool(row and row["held"])


def _carry_out(replay_id: int) -> None:
    row = db.row(
        "update planning_replay set status = 'running', attempts = attempts + 1, done = 0,"
        " started_at = coalesce(started_at, kernel_now()) where id = %s"
        " returning first, last, currency, proposal, stop, attempts",
        (replay_id,),
    )
    if row is None:
        return
    try:
        if row["stop"]:
            raise _Stopped()
        if row["attempts"] > ATTEMPTS_MOST:
            raise ReplayInterrupted(times=row["attempts"] - 1)
        figures = _replay(replay_id, row["first"], row["last"], row["currency"], row["proposal"])
    except _Stopped:
        _over(replay_id, "stopped")
    except Problem as problem:
        _over(replay_id, "failed", failure=_failure(problem.code, problem.detail(ZH), problem.detail(EN)))
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next worker goes on with it
    except Exception as error:
        log.error("replay_failed", replay_id=replay_id, exc_info=True)
        name = type(error).__name__
        said = Text(f"程序出错（{name}），详情见日志", f"The program failed ({name}); the log has the details")
        _over(replay_id, "failed", failure=_failure("failed", said.zh, said.en))
    else:
        _over(replay_id, "finished", figures)


def _failure(code: str, zh: str, en: str) -> dict[str, str]:
    return {"code": code, "zh": zh[:1000], "en": en[:1000]}


def _replay(replay_id: int, first: date, last: date, currency: str, proposal: list[dict[str, Any]]) -> Figures:
    """All orders of the window once through till and tally, with one note of progress for each batch."""
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    found = orders.past.count(start, end, currency)
    db.execute(
        "update planning_replay set total = %s, left_out = %s where id = %s", (found.orders, found.others, replay_id)
    )
    promotions, goods = proposed(proposal, start), Goods()
    goods.learn(sku for each in promotions for sku in _gifts(each))
    till, tally = Till(promotions, clock.zone()), Tally(goods)
    for batch in sales(start, end, currency, goods):
        for sale in batch:
            judged = till.judge(sale)
            if sale.counts:
                tally.add(sale, judged)
        row = db.row(
            "update planning_replay set done = done + %s where id = %s returning stop", (len(batch), replay_id)
        )
        if row is None or row["stop"]:
            raise _Stopped()
    return tally.figures()


def _gifts(each: Proposed) -> Iterable[int]:
    """What it may give away has a cost, too."""
    kind = KINDS[each.rule.kind]
    return kind.gives(each.rule.terms) if kind.gives else ()


def _over(replay_id: int, status: str, figures: Figures | None = None, failure: dict[str, str] | None = None) -> None:
    kept = None if figures is None else db.Json(asdict(figures))
    with transaction.atomic():
        row = db.row(
            "update planning_replay set status = %s, figures = %s, failure = %s, finished_at = kernel_now(),"
            " done = case %s when 'finished' then total else done end where id = %s returning actor_id, actor_label, total",
            (status, kept, db.Json(failure) if failure else None, status, replay_id),
        )
        if row:
            actor = Actor("staff" if row["actor_id"] else "system", row["actor_id"], row["actor_label"])
            after = {"status": status, "orders": row["total"], **({"failure": failure["code"]} if failure else {})}
            audit.record(
                actor=actor, action="planning.end_replay", target_type="replay", target_id=replay_id, after=after
            )
