"""The rules an order was sold under, kept with it as JSON, and made into rules again that judge the units its buyer keeps. Pure.

Only rules that gave something are kept. Whom and when they were for, and how often they could be used, has been decided: what
is left of a rule are its terms, the goods of the order it saw, and the pieces it could give.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text

from .engine import (
    KINDS,
    Allowance,
    Applied,
    CartLine,
    CompiledRule,
    HeldCoupon,
    Lane,
    Rule,
    RuleSet,
    Scope,
    Selection,
    compile_rules,
)
from .engine.compiler import line_tokens

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_GIFTS = "full_gift"


class Thawed(NamedTuple):
    """What `evaluate` and `relieve` take. `labels` say the rules' names by their id."""

    rules: RuleSet
    held: tuple[HeldCoupon, ...]
    allowances: Mapping[int, Allowance]
    labels: Mapping[int, Text]


def freeze(
    applied: Sequence[Applied], rules: Sequence[CompiledRule], lines: Sequence[CartLine]
) -> list[dict[str, Any]] | None:
    """The rules that were `applied` to `lines` (`rules`: where they are found), to be kept; None where one of them is unknown."""
    known = {compiled.rule.id: compiled for compiled in rules}
    kept = []
    for used in applied:
        compiled = known.get(used.promotion_id)
        if compiled is None or compiled.rule.config is None:
            return None
        rule = compiled.rule
        seen = sorted({line.sku_id for line in lines if compiled.takes(line_tokens(line))})
        kept.append(
            {
                "id": rule.id, "kind": rule.kind, "zh": rule.label.zh, "en": rule.label.en, "config": rule.config,
                "skus": seen, "priority": rule.priority, "group": rule.exclusive_group,
                "apart": sorted(int(lane) for lane in rule.apart), "coupon": used.coupon,
                "pieces": [list(pieces) for pieces in used.pieces],
            }
        )  # fmt: skip
    return kept


def thaw(kept: Sequence[Mapping[str, Any]]) -> Thawed:
    """The rules of `freeze`. Raises KeyError for a kind that is no more, ConfigFaults for terms it does not take any more."""
    own: list[tuple[Rule, str]] = []
    by_code: list[tuple[Rule, str]] = []
    allowances = {}
    for row in kept:
        kind = KINDS[row["kind"]]
        scope = Scope() if kind.closed else Scope(Selection(sku_ids=frozenset(row["skus"])))
        rule = Rule(
            row["id"], row["kind"], kind.parse(row["config"]), Text(row["zh"], row["en"]), _EVER, None, scope, (),
            row["priority"], row["group"], bool(row["pieces"]), None, frozenset(Lane(lane) for lane in row["apart"]),
        )  # fmt: skip
        if row["pieces"]:
            allowances[rule.id] = Allowance(pieces=dict(row["pieces"]))
        (by_code if kind.by_code else own).append((rule, row["coupon"]))
    coupons = {compiled.rule.id: compiled for compiled in compile_rules([rule for rule, _ in by_code], UTC).rules}
    held = tuple(HeldCoupon(coupons[rule.id], code, rule.id) for rule, code in by_code)
    labels = {row["id"]: Text(row["zh"], row["en"]) for row in kept}
    return Thawed(compile_rules([rule for rule, _ in own], UTC), held, allowances, labels)


def gift_values(kept: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], int]:
    """What the mall says a piece of each gift is worth, by (promotion, SKU): as its highest step that has it says."""
    found = {}
    for row in kept:
        if row["kind"] == _GIFTS:
            for step in row["config"]["steps"]:
                found.update({(row["id"], gift["sku"]): gift.get("value", 0) for gift in step["gifts"]})
    return found
