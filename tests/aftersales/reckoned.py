"""Orders for tests of what a partial return gives back: judged by the engine, frozen, and reckoned with, without a database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.promotions.worked import AT, FREIGHT, PAGE, STOCK, ZONE, fen, line
from zhanggui.aftersales.reckoning import Reckoning, Sold
from zhanggui.aftersales.rules import Base
from zhanggui.aftersales.types import Change
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate
from zhanggui.promotions.engine import CartSnapshot, HeldCoupon, Rule, compile_rules, evaluate, get_kind, relieve
from zhanggui.promotions.types import CartLine, freeze, gift_values

#: What a piece weighs.
GRAMS = 500


def rule(number: int, kind: str, config: Mapping[str, Any], *, label: str = "", **more: Any) -> Rule:
    label = label or f"rule {number}"
    return Rule(number, kind, get_kind(kind).parse(config), Text(label, label), AT, config=config, **more)


@dataclass
class Bought:
    """An order, its terms, and what has gone back of it."""

    lines: list[Sold]
    terms: dict[str, Any] | None
    shipping: int
    taken: dict[int, int] = field(default_factory=dict)
    faulty: dict[int, int] = field(default_factory=dict)
    given: dict[int, int] = field(default_factory=dict)
    bases: dict[int, Base] = field(default_factory=dict)

    @property
    def books(self) -> Reckoning:
        return Reckoning(self.lines, self.terms, self.shipping, self.bases)

    @property
    def paid(self) -> int:
        return sum(each.payable for each in self.lines)

    @property
    def back(self) -> int:
        return sum(self.given.values())

    def give_back(self, units: Mapping[int, int], *, fault: bool = False) -> tuple[int, list[Change]]:
        """The step of these units; what it gave, and why not their share."""
        books = self.books
        before = books.standing(self.taken, self.faulty)
        taken = {n: self.taken.get(n, 0) + units.get(n, 0) for n in books.lines}
        faulty = {n: self.faulty.get(n, 0) + (units.get(n, 0) if fault else 0) for n in books.lines}
        after = books.standing(taken, faulty)
        parts, changes = books.share(units, self.given, before, after)
        share = sum(after.worth.values()) - sum(before.worth.values())
        assert all(part >= 0 for part in parts.values())
        assert sum(parts.values()) == share + sum(change.amount for change in changes)
        for n, part in parts.items():
            self.given[n] = self.given.get(n, 0) + part
            assert self.given[n] <= after.worth[n], "no line gives back more than was paid for its units"
        self.taken, self.faulty = taken, faulty
        return sum(parts.values()), changes


def bought(
    rules: Sequence[Rule], lines: Sequence[CartLine], *, policy: str, gift: str = "leave", points: int = 0,
    freight: Mapping[str, Any] | None = None,
) -> Bought:  # fmt: skip
    """The order these rules make of these lines; `points` is what points take off it."""
    own = [r for r in rules if not get_kind(r.kind).by_code]
    coupons = compile_rules([r for r in rules if get_kind(r.kind).by_code], ZONE).rules
    held = [HeldCoupon(each, each.rule.label.zh, each.rule.id) for each in coupons]
    cart = CartSnapshot(tuple(lines), AT, stock=STOCK)
    compiled = compile_rules(own, ZONE)
    verdict = evaluate(compiled, cart, held)
    relief = relieve(compiled, cart, verdict, FREIGHT, held)
    frozen = freeze([*verdict.applied, *relief.applied], [*compiled.rules, *coupons], lines)
    assert frozen is not None
    paid = [each.amount - each.discount for each in verdict.lines]
    off = allocate(min(points, sum(paid)), paid)
    sold = []
    for n, (row, judged, less) in enumerate(zip(lines, verdict.lines, off, strict=True), 1):
        shares: dict[int, int] = {}
        for share in judged.shares:
            shares[share.promotion_id] = shares.get(share.promotion_id, 0) + share.amount
        sold.append(
            Sold(
                n, row.sku_id, row.product_id, row.key, row.quantity, row.unit_price, row.list_price,
                judged.amount - judged.discount - less, less, shares, 0,
            )
        )  # fmt: skip
    for n, given in enumerate(verdict.gifts, len(sold) + 1):
        sold.append(Sold(n, given.sku_id, given.sku_id, "gift", given.quantity, 0, 0, 0, 0, {}, given.promotion_id))
    terms = {
        "policy": policy, "gift": gift, "rules": json.loads(json.dumps(frozen)),
        "gifts": [[*key, value] for key, value in gift_values(frozen).items()],
        "freight": freight and {**freight, "grams": [GRAMS] * len(lines)},
    }  # fmt: skip
    return Bought(sold, terms, FREIGHT - relief.amount)


# --- the tables of docs/pricing.md ------------------------------------------------------------------------------------

#: The columns of amounts: the mall's rules they are about.
COLUMNS = {"keep": ("keep", "leave"), "reprice": ("reprice", "leave"), "reprice, gift deducted": ("reprice", "deduct")}
_STEP = re.compile(r"(\d+) (\w+)")


@dataclass(frozen=True)
class Case:
    title: str
    rules: list[dict[str, str]]
    lines: list[dict[str, str]]
    steps: list[dict[str, str]]


def cases() -> list[Case]:
    section = PAGE.read_text(encoding="utf-8").split("\n## Partial returns", 1)[1].split("\n## ", 1)[0]
    found = []
    for part in section.split("\n#### ")[1:]:
        title, _, body = part.partition("\n")
        tables = [_table(block) for block in re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE)]
        found.append(Case(title, *tables))
    return found


def _table(block: str) -> list[dict[str, str]]:
    head, _, *rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in block.strip().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def order_of(case: Case, column: str) -> Bought:
    policy, gift = COLUMNS[column]
    rules = [
        rule(n, row["kind"], json.loads(row["configuration"].strip("`")), label=row["rule"])
        for n, row in enumerate(case.rules, 1)
    ]
    lines = [line(row["line"], int(row["product"]), fen(row["price"]), int(row["pieces"])) for row in case.lines]
    free = {"fee": FREIGHT, "included_g": 0, "fee_per_kg": 0, "free_over": None}
    return bought(rules, lines, policy=policy, gift=gift, freight=free)


def units_of(order: Bought, words: str) -> dict[int, int]:
    named = {each.title: each.line for each in order.lines}
    return {named[name]: int(count) for count, name in _STEP.findall(words)}


def said(changes: Sequence[Change]) -> str:
    """The changes as the page writes them."""
    names = {"freight": "freight", "gift": "gift", "limit": "limit"}
    parts = [
        f"{names.get(c.kind, c.label.zh)} {'+' if c.amount > 0 else '−'}{abs(c.amount) // 100}.{abs(c.amount) % 100:02d}"
        for c in changes
    ]
    return ", ".join(parts)
