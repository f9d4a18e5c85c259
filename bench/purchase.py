"""Complete purchases per second over HTTP: one call, three lines, a live 满减 and a coupon, paid by the simulator,
durable; beside the bare-SQL limit of the same run (pgbench: one transaction per order, 7 prepared statements).

The machine's speed moves by a third within minutes, so limit and load take turns: limit, load, limit, load, limit. Both figures
are means."""

from statistics import fmean
from typing import Any

from . import _limit, _mall, _report

BUYERS = 128  # two worker processes share them: batches of a few dozen
SECONDS = 8
LIMIT_CLIENTS = 8  # as the limits beside the rivals were measured
WARMUP = (8, 2)  # a mall that has been open for a moment: caches filled, plans made for tables with something in them
TARGET = 0.35


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running() as mall:
        idle = mall.memory_mb()
        limits = [_limit.best(mall.database_url, _limit.PURCHASE, clients=(LIMIT_CLIENTS,))]
        loads = []
        for warmup in WARMUP:
            loads.append(mall.load("purchase", buyers=BUYERS, seconds=SECONDS, warmup=warmup))
            limits.append(_limit.best(mall.database_url, _limit.PURCHASE, clients=(LIMIT_CLIENTS,)))
        figure = fmean(load["per_second"] for load in loads)
        shares = _report.shares(loads[-1])
        return _report.result(
            "purchase",
            figure,
            "purchases/s",
            limit=fmean(limits),
            target=TARGET,
            p95_ms=max(load["p95_ms"] for load in loads),
            buyers=BUYERS,
            limits=limits,
            limit_clients=LIMIT_CLIENTS,
            figures=[load["per_second"] for load in loads],
            cpu_ms_per_purchase=round(1000 * sum(shares["mall_cpu_share"].values()) / loads[-1]["per_second"], 2),
            idle_memory_mb=idle,
            loaded_memory_mb=mall.memory_mb(),
            **shares,
        )
