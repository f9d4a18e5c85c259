"""The back office's two long lists over HTTP, signed in: orders at 1,000,000, products at 300,000 SKUs.

Each address is asked for by two colleagues at once; the figure is the worst p95. The statements of each page are counted at
this size and in a small mall: they are the same. The mall is made by the database in a minute or two (bench/_large.py). With
ORDERS and SKUS in the environment, other sizes.
"""

import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import quote

from . import _mall, _report

ORDERS, SKUS = (int(os.environ.get(name, most)) for name, most in (("ORDERS", 1_000_000), ("SKUS", 300_000)))
SMALL = {"orders": 100, "skus": 100}
LIMIT_MS = 150
COLLEAGUES, SECONDS = 2, 3
#: What people ask of the lists. `{mobile}` and the like are taken from what the mall holds.
ADDRESSES = {
    "orders": (
        "", "status=paid", "status=completed", "status=cancelled", "q={number}", "q={mobile}", "q={name}", "q={sku}", "q={nothing}",
        "from={day}&to={day}", "{deep}",
    ),
    "products": ("", "state=listed", "q={title}", "q={code}", "q={sku}", "q={nothing}", "category={category}", "{deep}"),
}  # fmt: skip


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running(products=0) as mall:
        fill(mall, SMALL)
        few = statements(mall, _addresses(mall))
    with _mall.running(products=0) as mall:
        made = fill(mall, {"orders": ORDERS, "skus": SKUS})
        addresses = _addresses(mall)
        many = statements(mall, addresses)
        who = cookie(mall)
        loads = {
            a: mall.load("page", buyers=COLLEAGUES, seconds=SECONDS, warmup=1.0, path=a, cookie=who) for a in addresses
        }
    worst = max(loads, key=lambda address: loads[address]["p95_ms"] or 0)
    counted = {"few": list(few.values()), "many": list(many.values())}
    figure = loads[worst]["p95_ms"]
    print(f"office: worst p95 {figure} ms at {worst}: {'within' if figure <= LIMIT_MS else 'ABOVE'} {LIMIT_MS} ms")
    if counted["few"] != counted["many"]:
        print(f"  statements DIFFER between {SMALL} and this size: {counted}")
    return _report.result(
        "office",
        figure,
        "ms (worst p95)",
        p95_ms=figure,
        orders=made["orders"],
        skus=made["skus"],
        seconds_to_make=round(sum(made["seconds"].values()), 1),
        colleagues=COLLEAGUES,
        same_statements=counted["few"] == counted["many"],
        pages={
            a: {"p95_ms": m["p95_ms"], "p50_ms": m["p50_ms"], "statements": many[a], "statuses": m["statuses"]}
            for a, m in loads.items()
        },
    )


def fill(mall: _mall.Mall, what: dict[str, int]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(run_in(mall, "bench._large", json.dumps(what)))
    return made


def run_in(mall: _mall.Mall, module: str, *arguments: str) -> str:
    """A module of `bench` on the mall's database; the last line it prints."""
    environment = {
        **mall.environment,
        "DATABASE_URL": mall.database_url,
        "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=environment, cwd=_mall.ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed: {done.stderr.strip()[-800:]}")
    return done.stdout.splitlines()[-1]


def statements(mall: _mall.Mall, addresses: list[str]) -> dict[str, int]:
    """How many statements each page takes, counted in a process of its own."""
    counted: dict[str, int] = json.loads(run_in(mall, "bench._statements", *addresses))
    return counted


def cookie(mall: _mall.Mall) -> str:
    command = [sys.executable, "-m", "zhanggui.cli", "token", "--staff", "bench@zhanggui.local", "--create"]
    done = subprocess.run([*command, "--data", str(mall.data)], env=mall.environment, capture_output=True, text=True)
    return "zg_staff=" + done.stdout.strip()


def _addresses(mall: _mall.Mall) -> list[str]:
    """Every list with what people ask of it, filled in with what this mall holds."""
    held: dict[str, str] = json.loads(run_in(mall, "bench._statements", "--held"))
    words = {name: quote(value) for name, value in held.items()}
    found = []
    for area, queries in ADDRESSES.items():
        for query in queries:
            asked = (
                f"cursor={words['order_cursor' if area == 'orders' else 'product_cursor']}"
                if query == "{deep}"
                else query.format(**words)
            )
            found.append(f"/office/{area}" + (f"?{asked}" if asked else ""))
    return found
