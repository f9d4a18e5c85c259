"""The worked cases of `docs/pricing.md`, read from the page itself: what is promised there is what is tested."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import to_minor
from zhanggui.promotions.engine import (
    CartLine,
    CartSnapshot,
    HeldCoupon,
    Rule,
    Scope,
    Selection,
    Verdict,
    compile_rules,
    evaluate,
    get_kind,
    relieve,
)

PAGE = Path(__file__).parents[2] / "docs" / "pricing.md"
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2026, 6, 18, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A heading with two tables: the rules with what they say, and the lines with what each rule takes off them."""

    title: str
    rules: list[dict[str, str]]
    lines: list[dict[str, str]]


def cases() -> list[Case]:
    section = PAGE.read_text(encoding="utf-8").split("## How promotions combine", 1)[1].split("\n## ", 1)[0]
    found = []
    for part in section.split("\n#### ")[1:]:
        title, _, body = part.partition("\n")
        tables = [_table(block) for block in re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE)]
        found.append(Case(title, tables[0], tables[1]))
    return found


def _table(block: str) -> list[dict[str, str]]:
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.strip().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def rule(
    number: int, kind: str, config: Mapping[str, object], *, label: str = "", scope: Scope | None = None,
    priority: int = 0, group: str = "", **more: object,
) -> Rule:  # fmt: skip
    """A rule in force, its configuration read by its kind."""
    label = label or f"rule {number}"
    starts_at = more.pop("starts_at", START)
    return Rule(
        number, kind, get_kind(kind).parse(config), Text(label, label), starts_at, scope=scope or Scope(),  # type: ignore[arg-type]
        priority=priority, exclusive_group=group, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def line(key: str, product: int, unit_price: int, quantity: int, list_price: int | None = None) -> CartLine:
    """A line whose product has one SKU of the same number, in category 10 × product, of brand 7."""
    return CartLine(key, product, product, (product * 10, 1000), 7, quantity, unit_price, list_price or unit_price)


#: What the freight of the page's carts is, and how many pieces there are of what promotions give away.
FREIGHT = 1200
STOCK = dict.fromkeys(range(1, 10), 5)


def judge(rules: list[Rule], lines: list[CartLine], **more: object) -> Verdict:
    """The verdict on a cart, with what is said of its freight; rules of coupon kinds are presented as codes."""
    own = [r for r in rules if not get_kind(r.kind).by_code]
    held = [
        HeldCoupon(compiled, compiled.rule.label.zh, compiled.rule.id)
        for compiled in compile_rules([r for r in rules if get_kind(r.kind).by_code], ZONE).rules
    ]
    at = more.pop("at", AT)
    cart = CartSnapshot(tuple(lines), at, stock=STOCK)  # type: ignore[arg-type]
    compiled = compile_rules(own, ZONE)
    verdict = evaluate(compiled, cart, held, **more)  # type: ignore[arg-type]
    relief = relieve(compiled, cart, verdict, FREIGHT, held)
    return verdict._replace(explanation=verdict.explanation + relief.explanation)


def rules_of(case: Case) -> list[Rule]:
    return [
        rule(
            number, row["kind"], json.loads(row["configuration"].strip("`")), label=row["rule"],
            scope=_scope(row["goods"]), priority=int(row["priority"] or 0), group=row["group"],
        )
        for number, row in enumerate(case.rules, start=1)
    ]  # fmt: skip


def _scope(goods: str) -> Scope:
    if goods == "all":
        return Scope()
    word, _, names = goods.rpartition("product ")
    selection = Selection(product_ids=frozenset(int(name) for name in names.split(" and ")))
    return Scope(None, selection) if word == "all but " else Scope(selection)


def lines_of(case: Case) -> list[CartLine]:
    return [line(row["line"], int(row["product"]), fen(row["price"]), int(row["pieces"])) for row in case.lines]


def fen(yuan: str) -> int:
    return to_minor(Decimal(yuan))
