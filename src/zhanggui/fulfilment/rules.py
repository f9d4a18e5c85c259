"""What the review finds in an order, and what a parcel should weigh. Pure: facts and the mall's settings in, judgement out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhanggui.kernel.i18n import Text

HOLD, TELL, OFF = "hold", "tell", "off"
LEVELS = (HOLD, TELL, OFF)
GROUP, MAKING = "group", "making"

#: What can be found, in the order in which it is said. Each can hold, be told at packing only, or be switched off.
RULES: dict[str, Text] = {
    "address_incomplete": Text("收货信息不全", "The address is incomplete"),
    "address_odd": Text("收货信息可疑", "The address looks odd"),
    "buyer_note": Text("买家留言", "The buyer left a note"),
    "staff_note": Text("客服备注", "Staff left a note"),
    "high_amount": Text("金额很高", "A very high amount"),
    "many_orders": Text("同一地址订单很多", "Many orders to one address"),
    "merge": Text("同一买家可合并", "Could go in one box"),
    "stock_short": Text("库存占用不足", "Its stock is not all held"),
    "several_warehouses": Text("分在多个仓库", "Lies in several warehouses"),
}
#: Not a matter of choice: an order that waits for its group, or is being made, is not sent.
WORDS = RULES | {GROUP: Text("等待成团", "Waiting for its group"), MAKING: Text("制作中", "Being made")}
WAITS = frozenset(WORDS.keys() - RULES.keys())
POLICY = {
    "address_incomplete": HOLD,
    "address_odd": HOLD,
    "buyer_note": HOLD,
    "staff_note": TELL,
    "high_amount": HOLD,
    "many_orders": HOLD,
    "merge": TELL,
    "stock_short": HOLD,
    "several_warehouses": TELL,
}
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}|0\d{9,11}|\+\d{7,15}")  # mobile, landline, abroad
_TRIAL = re.compile(r"测试|test|asdf|1234567|不发货|勿发")


@dataclass(frozen=True, slots=True)
class Facts:
    """A paid order as the review sees it. `total` in minor units; `here`: open orders to its address, itself included;
    `siblings`: open orders of its buyer to that address, itself not."""

    contact_name: str
    contact_mobile: str
    province: str
    city: str
    address_line: str
    buyer_note: str
    staff_notes: int
    total: int
    waits_for_group: bool
    units: int
    promised: int
    warehouses: int
    here: int
    siblings: tuple[str, ...] = ()
    being_made: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Where "very high" (minor units) and "many" begin."""

    amount: int
    orders: int


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    level: str
    data: dict[str, Any]


def findings(facts: Facts, policy: Mapping[str, str], limits: Limits) -> list[Finding]:
    """All that is to be said of an order, what holds it first."""
    found: dict[str, dict[str, Any]] = {}
    missing = [
        name
        for name in ("contact_name", "contact_mobile", "province", "city", "address_line")
        if not getattr(facts, name).strip()
    ]
    if missing:
        found["address_incomplete"] = {"fields": missing}
    odd = _odd(facts)
    if odd and not missing:
        found["address_odd"] = {"fields": odd}
    if facts.buyer_note.strip():
        found["buyer_note"] = {}
    if facts.staff_notes:
        found["staff_note"] = {"count": facts.staff_notes}
    if facts.total >= limits.amount:
        found["high_amount"] = {}
    if facts.here >= limits.orders:
        found["many_orders"] = {"count": facts.here}
    if facts.siblings:
        found["merge"] = {"orders": list(facts.siblings)}
    if facts.promised < facts.units:
        found["stock_short"] = {"missing": facts.units - facts.promised}
    if facts.warehouses > 1:
        found["several_warehouses"] = {"count": facts.warehouses}
    levels = {**POLICY, **policy}
    told = [Finding(code, levels[code], found[code]) for code in RULES if code in found and levels[code] != OFF]
    if facts.waits_for_group:
        told.insert(0, Finding(GROUP, HOLD, {}))
    if facts.being_made:
        told.insert(0, Finding(MAKING, HOLD, {}))
    return sorted(told, key=lambda finding: finding.level != HOLD)


def passes(told: Iterable[Finding], *, auto: bool) -> bool:
    """Whether an order goes on without anybody looking at it."""
    return auto and all(finding.level != HOLD for finding in told)


def _odd(facts: Facts) -> list[str]:
    """The fields that no carrier would accept, or that somebody has filled for fun."""
    odd = []
    line = facts.address_line.strip()
    words = re.sub(r"[\W_]", "", line)
    if len(words) < 3 or len(set(words)) < 2 or _TRIAL.search(line.lower()):
        odd.append("address_line")
    if not _MOBILE.fullmatch(re.sub(r"[\s-]", "", facts.contact_mobile)):
        odd.append("contact_mobile")
    if not any(char.isalpha() for char in facts.contact_name):
        odd.append("contact_name")
    return odd


def address_key(order: Mapping[str, Any]) -> str:
    """The same for addresses that differ in spaces, width or case only."""
    return _digest(order[name] for name in ("province", "city", "district", "address_line"))


def buyer_key(order: Mapping[str, Any]) -> str:
    """The same for orders of one member, or of guests with one mobile, to one person."""
    who = f"m{order['member_id']}" if order["member_id"] else order["contact_mobile"]
    return _digest([who, order["contact_name"], order["contact_mobile"]])


def _digest(parts: Iterable[Any]) -> str:
    plain = "|".join(re.sub(r"[\s\W_]", "", unicodedata.normalize("NFKC", str(part))).lower() for part in parts)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def policy_wrong(value: Any) -> Text | None:
    """What is wrong with the setting of the rules."""
    if not isinstance(value, dict) or set(value) - set(RULES):
        words = "、".join(RULES)
        return Text(f"只能写这些规则：{words}", f"name only these rules: {', '.join(RULES)}")
    if any(level not in LEVELS for level in value.values()):
        return Text("每条规则应为 hold（拦下）、tell（提示）或 off（不看）", "each rule is hold, tell or off")
    return None


def expected_grams(lines: Iterable[tuple[int, int]], packaging: int) -> int | None:
    """What a box with these (grams of a unit, units) weighs; None where a unit's weight is not known."""
    known = list(lines)
    if not known or any(grams <= 0 for grams, _ in known):
        return None
    return sum(grams * units for grams, units in known) + packaging


def weight_fits(expected: int, weighed: int, percent: int, grams: int) -> bool:
    """Within the larger of both tolerances."""
    return abs(weighed - expected) <= max(grams, expected * percent // 100)


def allotted(units: Mapping[int, int], parts: Sequence[Mapping[int, int]]) -> list[dict[int, int]]:
    """`units` by line, spread over the boxes an order is to be split into; what no box names goes into the first."""
    if not parts:
        return [dict(units)]
    left, boxes = dict(units), []
    for part in parts:
        box = {line: min(wanted, left.get(line, 0)) for line, wanted in part.items() if left.get(line, 0) > 0}
        for line, taken in box.items():
            left[line] -= taken
        boxes.append(box)
    for line, rest in left.items():
        if rest:
            boxes[0][line] = boxes[0].get(line, 0) + rest
    return [box for box in boxes if box]


def box_reference(tasks: Iterable[Mapping[str, Any]]) -> str:
    """What a box is called where a waybill is asked for it: the order and the task of its first part."""
    first = min(tasks, key=lambda task: task["id"])
    return f"{first['order_number']}-{first['id']}"
