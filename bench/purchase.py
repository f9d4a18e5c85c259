"""Complete purchases per second over HTTP: one call, three lines, a live 满减 and a coupon, paid by the simulator,
durable; beside the bare-SQL limit of the same run (pgbench: one transaction per order, 7 prepared statements)."""

from typing import Any

from . import _limit, _mall, _report

BUYERS = 128  # two worker processes share them: batches of a few dozen
SECONDS = 12
WARMUP = 8  # a mall that has been open for a moment: caches filled, plans made for tables with something in them
TARGET = 0.35


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running() as mall:
        idle = mall.memory_mb()
        before = _limit.best(mall.database_url, _limit.PURCHASE)
        measured = mall.load("purchase", buyers=BUYERS, seconds=SECONDS, warmup=WARMUP)
        after = _limit.best(mall.database_url, _limit.PURCHASE)
        return _report.result(
            "purchase",
            measured["per_second"],
            "purchases/s",
            limit=max(before, after),
            target=TARGET,
            p95_ms=measured["p95_ms"],
            buyers=BUYERS,
            limit_before=before,
            limit_after=after,
            idle_memory_mb=idle,
            loaded_memory_mb=mall.memory_mb(),
            **_report.shares(measured),
        )
