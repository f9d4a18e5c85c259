"""The warehouse's pages and waves with 100,000 orders waiting to be sent, and a stock-take of 20,000 lines.

Each list is asked for by two colleagues at once over HTTP, signed in; waves of 500 orders are made one after the other by the
form of the page. The figure is the worst p95 of all of them. The statements of each page are counted at this size and in a small
mall: they are the same. The orders are made by the database in a minute (bench/_large.py); what the stock-take takes is timed
step by step, its import as the mall's own worker does it. With ORDERS, SKUS and LINES in the environment, other sizes.
"""

import json
import os
from typing import Any
from urllib.parse import urlencode

from . import _mall, _report
from .office import cookie, fill, run_in, statements

ORDERS, SKUS, LINES = (
    int(os.environ.get(name, most)) for name, most in (("ORDERS", 100_000), ("SKUS", 30_000), ("LINES", 20_000))
)
SMALL = {"orders": 100, "open": 100, "skus": 100}
LIMIT_MS, LIMIT_IMPORT = 300, 20
COLLEAGUES, SECONDS = 2, 3
WAVE, WAVES = 500, 40
ADDRESSES = (
    "/office/promises", "/office/promises?urgency=overdue", "/office/promises?state=passed", "/office/promises?warehouse={warehouse}",
    "/office/review?state=passed", "/office/waves", "/office/orders", "/office/orders?status=paid",
)  # fmt: skip


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running(products=0) as mall:
        few = list(statements(mall, _addresses(fill(mall, SMALL))).values())
    with _mall.running(products=0) as mall:
        made = fill(mall, {"orders": ORDERS, "open": ORDERS, "skus": SKUS})
        addresses = _addresses(made)
        many = statements(mall, addresses)
        who = cookie(mall)
        loads = {
            a: mall.load("page", buyers=COLLEAGUES, seconds=SECONDS, warmup=1.0, path=a, cookie=who) for a in addresses
        }
        wanted = {"warehouse_id": made["warehouse"], "kind": "mixed", "carrier": "", "limit": WAVE}
        times = min(WAVES, max(1, ORDERS // WAVE // 2))
        loads["POST /office/waves"] = mall.load(
            "form",
            buyers=1,
            seconds=120,
            warmup=0.0,
            path="/office/waves/new",
            cookie=who,
            times=times,
            body=urlencode(wanted),
        )
        newest = "/office/waves/" + json.loads(run_in(mall, "bench._statements", "--held"))["wave"]
        loads["a wave's page"] = mall.load(
            "page", buyers=COLLEAGUES, seconds=SECONDS, warmup=1.0, path=newest, cookie=who
        )
        took = json.loads(run_in(mall, "bench._stocktake", str(LINES)))
    worst = max(loads, key=lambda address: loads[address]["p95_ms"] or 0)
    figure = loads[worst]["p95_ms"]
    waves = loads["POST /office/waves"]["units"]
    print(f"warehouse: worst p95 {figure} ms at {worst}: {'within' if figure <= LIMIT_MS else 'ABOVE'} {LIMIT_MS} ms")
    print(
        f"  {LINES} counted lines taken in after {took['import']} s (limit {LIMIT_IMPORT}), put into the book in {took['post']} s"
    )
    if few != list(many.values()):
        print(f"  statements DIFFER between {SMALL} and this size: {few}, {list(many.values())}")
    if waves != times:
        print(f"  only {waves} of {times} waves were made: {loads['POST /office/waves']['problems']}")
    return _report.result(
        "warehouse",
        figure,
        "ms (worst p95)",
        p95_ms=figure,
        open_orders=ORDERS,
        skus=made["skus"],
        waves=waves,
        orders_in_a_wave=WAVE,
        colleagues=COLLEAGUES,
        same_statements=few == list(many.values()),
        stock_take=took,
        pages={
            a: {"p95_ms": m["p95_ms"], "p50_ms": m["p50_ms"], "statements": many.get(a), "statuses": m["statuses"]}
            for a, m in loads.items()
        },
    )


def _addresses(made: dict[str, Any]) -> list[str]:
    return [address.format(warehouse=made["warehouse"]) for address in ADDRESSES]
