"""What it costs to price a cart: the engine alone (one core, beside the machine's own pace), and over HTTP beside the same
cart in a mall without promotions."""

import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from . import _mall, _report, _rules

#: lines, promotions, target in ms (median)
SIZES = ((20, 50, 1.0), (50, 200, 5.0))
ROUNDS = 300
LINES, LIVE = 20, 50
DEARER = 2.0  # times the cart without promotions, at most
BUYERS, SECONDS = 8, 6.0
CATEGORIES, BRANDS = 40, 40


def main(argv: list[str]) -> dict[str, Any]:
    engine = {f"{lines}x{rules}": _engine(lines, rules) for lines, rules, _ in SIZES}
    growth = {rules: _engine(LINES, LIVE, strangers=rules) for rules in (0, 250, 500, 1_000)}
    for lines, rules, target in SIZES:
        took = engine[f"{lines}x{rules}"]
        print(f"pricing: {lines} lines × {rules} promotions {took:.3f} ms, target {target}: {_said(took < target)}")
    each = [(growth[a] - growth[0]) / a for a in (250, 1_000)]
    print(
        f"pricing: a promotion that does not match costs {1000 * each[1]:.2f} µs of 1 000, {1000 * each[0]:.2f} of 250"
    )
    http = _over_http()
    return _report.result(
        "pricing",
        http["with"],
        "carts/s",
        limit=http["without"],
        target=1 / DEARER,
        p95_ms=http["p95_ms"],
        engine_ms=engine,
        engine_targets_ms={f"{lines}x{rules}": target for lines, rules, target in SIZES},
        strangers_ms=growth,
        baseline_ms=_baseline(),
        lines=LINES,
        live=LIVE,
        **http["shares"],
    )


def _said(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def _baseline() -> float:
    """The machine's pace: half a million additions in a plain loop, in ms."""
    return round(1000 * median(_seconds(_count) for _ in range(7)), 3)


def _count() -> int:
    total = 0
    for number in range(500_000):
        total += number
    return total


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _engine(lines: int, rules: int, strangers: int = 0) -> float:
    """Median ms of one verdict over carts of so many lines; `strangers` are promotions for goods nobody has in a cart."""
    from zhanggui.kernel.i18n import Text
    from zhanggui.promotions.engine import KINDS, CartLine, CartSnapshot, Rule, compile_rules, evaluate
    from zhanggui.promotions.rules import parse_scope

    at = datetime(2026, 6, 18, 12, tzinfo=UTC)
    wanted = _rules.chosen(rules, categories=list(range(1, CATEGORIES)), brands=list(range(1, BRANDS)))
    for number in range(strangers):
        wanted.append({**wanted[number % rules], "scope": {"products": [10**6 + number]}, "exclusive_group": ""})
    compiled = compile_rules(
        [
            Rule(n, w["kind"], KINDS[w["kind"]].parse(w["config"]), Text(f"活动 {n}", f"Offer {n}"), at - timedelta(1), None,
                 parse_scope(w["scope"]), (), w["priority"], w["exclusive_group"])
            for n, w in enumerate(wanted, start=1)
        ],
        ZoneInfo("Asia/Shanghai"),
    )  # fmt: skip
    chance = random.Random(lines)
    carts = [
        CartSnapshot(
            tuple(
                CartLine(str(n), n, n, (chance.randrange(1, CATEGORIES), 0), chance.randrange(1, BRANDS),
                         chance.randrange(1, 4), price := chance.randrange(500, 30_000), price)
                for n in range(lines)
            ),
            at,
        )
        for _ in range(10)
    ]  # fmt: skip
    for cart in carts:
        evaluate(compiled, cart)
    return round(
        1000 * median(_seconds(lambda c=cart: evaluate(compiled, c)) for _ in range(ROUNDS // 10) for cart in carts), 3
    )


def _over_http() -> dict[str, Any]:
    """The same carts asked for again and again, before and after the promotions go live."""
    with _mall.running(products=1_000) as mall:
        carts = [_cart(mall, seed) for seed in range(BUYERS)]
        plain = mall.load("priced_cart", buyers=BUYERS, seconds=SECONDS, carts=carts)
        environment = {**mall.environment, "DATABASE_URL": mall.database_url}
        environment["DJANGO_SETTINGS_MODULE"] = "zhanggui.config.settings"
        subprocess.run(
            [sys.executable, "-m", "bench._rules", str(LIVE)],
            env=environment,
            cwd=_mall.ROOT,
            check=True,
            capture_output=True,
        )
        priced = mall.load("priced_cart", buyers=BUYERS, seconds=SECONDS, carts=carts)
        again = json.loads(urlopen(f"http://127.0.0.1:{mall.port}{carts[0]}").read())
        if not again["discounts"]:
            raise RuntimeError("the promotions took nothing off the cart")
        return {
            "with": priced["per_second"],
            "without": plain["per_second"],
            "p95_ms": priced["p95_ms"],
            "shares": _report.shares(priced),
        }


def _cart(mall: _mall.Mall, seed: int) -> str:
    base = f"http://127.0.0.1:{mall.port}/api/store/v1/carts"
    made = json.loads(urlopen(Request(base, data=b"{}", headers={"Content-Type": "application/json"})).read())
    lines = [
        {"sku": sku, "quantity": 1 + n % 3}
        for n, sku in enumerate(random.Random(seed).sample(mall.goods["skus"], LINES))
    ]
    body = json.dumps({"lines": lines}).encode()
    urlopen(Request(f"{base}/{made['id']}/lines", data=body, headers={"Content-Type": "application/json"})).read()
    return f"/api/store/v1/carts/{made['id']}"
