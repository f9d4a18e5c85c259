"""The lowest reachable prices of a mall of 10,000 SKUs under 100 live promotions and coupons, and of one changed promotion.

Pure: no database. The first figure is everything looked at, bounds and carts; the second what publishing one more promotion
waits for: the mall read anew and the bounds of all goods in its scope. In seconds of one core; SKUS and RULES in the
environment for other sizes.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from . import _report

SKUS, RULES = (int(os.environ.get(name, most)) for name, most in (("SKUS", 10_000), ("RULES", 100)))
LIMIT, LIMIT_ONE = 30.0, 1.0
AT = datetime(2026, 6, 18, 4, tzinfo=UTC)
_CONFIGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("limited_discount", {"off_basis_points": 1000}),
    ("limited_discount", {"off_basis_points": 2000}),
    ("limited_discount", {"off_basis_points": 1500}),
    ("full_reduction", {"steps": [{"threshold": 20000, "off": 2000}, {"threshold": 50000, "off": 6000}]}),
    ("full_reduction", {"every": {"threshold": 10000, "off": 1000, "cap": 5000}}),
    ("full_discount", {"steps": [{"threshold": 30000, "off_basis_points": 1000}]}),
    ("multi_discount", {"steps": [{"pieces": 2, "off_basis_points": 1000}, {"pieces": 3, "off_basis_points": 2000}]}),
    ("coupon", {"threshold": 10000, "off": 1000}),
    ("coupon", {"threshold": 5000, "off_basis_points": 1000, "cap": 3000}),
    ("coupon", {"threshold": 29900, "off": 3000}),
)


def main(argv: list[str]) -> dict[str, Any]:
    from zhanggui.promotions.engine.lowest import Lowest, Mall

    wares, rules = _mall(Random(7))
    begun = time.perf_counter()
    found = Lowest(Mall(wares, rules, AT, ZoneInfo("Asia/Shanghai")))
    exact = near = 0
    for n, answer in enumerate(found.answers(), start=1):
        exact += answer.exact
        near += answer.price - answer.bound <= max(1, answer.price // 100)
        if n % 1000 == 0:
            print(f"  {n:,} of {SKUS:,}: {time.perf_counter() - begun:.1f} s", flush=True)
    whole = time.perf_counter() - begun
    one = max(_changed(wares, rules, number) for number in (1, RULES // 2, RULES))
    print(f"lowest: the whole mall {whole:.1f} s: {'within' if whole <= LIMIT else 'ABOVE'} {LIMIT:.0f} s")
    print(f"lowest: one changed promotion {one:.2f} s: {'within' if one <= LIMIT_ONE else 'ABOVE'} {LIMIT_ONE:.0f} s")
    return _report.result(
        "lowest", whole, "s (whole mall)", one_changed_promotion_s=round(one, 2), skus=SKUS, rules=RULES,
        carts_judged=found.judged, exact=f"{exact / SKUS:.1%}", within_a_percent=f"{near / SKUS:.1%}",
    )  # fmt: skip


def _changed(wares: list[Any], rules: list[Any], number: int) -> float:
    """What publishing one of the promotions waits for."""
    from zhanggui.promotions.engine.lowest import Lowest, Mall

    begun = time.perf_counter()
    found = Lowest(Mall(wares, rules, AT, ZoneInfo("Asia/Shanghai")))
    changed = next(rule for rule in found.mall.rules if rule.rule.id == number)
    for place in changed.positions:
        found.bound(found.mall.wares[place].sku_id)
    return time.perf_counter() - begun


def _mall(random: Random) -> tuple[list[Any], list[Any]]:
    """Eighty categories in ten departments; one rule in twenty for everything, the others for categories, brands or products."""
    from zhanggui.kernel.i18n import Text
    from zhanggui.promotions.engine import Audience, Rule, Scope, Selection, get_kind
    from zhanggui.promotions.engine.lowest import Special, Ware

    wares = []
    for sku in range(1, SKUS + 1):
        category = random.randrange(80)
        price = random.randrange(10, 400) * 100 - random.choice((0, 10, 100))
        specials = (
            (Special(price * 95 // 100, tier="gold"), Special(price * 9 // 10, quantity=3))
            if random.random() < 0.2
            else ()
        )
        wares.append(
            Ware(
                sku,
                (sku + 2) // 3,
                (1000 + category, 2000 + category // 8),
                random.randrange(30),
                price,
                price,
                specials,
            )
        )
    rules = []
    for number in range(1, RULES + 1):
        kind, config = random.choice(_CONFIGS)
        where = random.random()
        if where < 0.05:
            scope = Scope()
        elif where < 0.6:
            scope = Scope(
                Selection(
                    category_ids=frozenset([random.choice((1000 + random.randrange(80), 2000 + random.randrange(10)))])
                )
            )
        elif where < 0.7:
            scope = Scope(Selection(brand_ids=frozenset([random.randrange(30)])))
        else:
            scope = Scope(Selection(product_ids=frozenset(random.sample(range(1, SKUS // 3), min(20, SKUS // 6)))))
        starts = AT + timedelta(days=random.randrange(-30, 10))
        audience = random.choice((None, None, None, None, Audience(new=True), Audience(tiers=frozenset(["gold"]))))
        rules.append(
            Rule(
                number, kind, get_kind(kind).parse(config), Text("活动", "offer"), starts,
                starts + timedelta(days=random.randrange(31, 60)), scope, priority=random.choice((0, 0, 0, 1)),
                exclusive_group=random.choice(("", "", "", "", "a", "b")), audience=audience,
            )
        )  # fmt: skip
    return wares, rules
