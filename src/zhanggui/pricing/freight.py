"""What delivery costs: templates, their rules by province, and how a fee comes about. Pure; told in docs/delivery.md.

Goods go by the template of their product, of its nearest category, or the default one. Each template looks at its own goods alone:
their weight, pieces and amount (after discounts). A template without any rule for a method leaves it to the default one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zhanggui.kernel.i18n import Text

from .errors import NotDelivered
from .rules import FREE, METHOD_NAMES, province_key
from .types import (
    AMOUNT,
    DEAREST,
    DEFAULT_TEMPLATE,
    PIECES,
    SUM,
    WEIGHT,
    Freight,
    FreightBook,
    FreightPart,
    FreightRuleView,
    FreightTemplateView,
    Sent,
    Why,
)

_DEFAULT_NAME = Text("默认模板", "Default")
_FLAT = Text("每单 {fee_figure} 元", "{fee_figure} an order")
_FIRST = {
    WEIGHT: Text("首重 {first} kg {fee_figure} 元", "first {first} kg {fee_figure}"),
    PIECES: Text("首 {first} 件 {fee_figure} 元", "first {first} pcs {fee_figure}"),
}
_STEP = {
    WEIGHT: Text("续重 {more} kg {step_figure} 元", "{more} kg more {step_figure}"),
    PIECES: Text("续 {more} 件 {step_figure} 元", "{more} pcs more {step_figure}"),
}
_RUNG = Text("商品满 {from_figure} 元，运费 {fee_figure} 元", "goods from {from_figure} on: {fee_figure}")
_BELOW = Text("商品不满 {to_figure} 元，运费 {fee_figure} 元", "goods below {to_figure}: {fee_figure}")
_FREE_OVER = Text("商品满 {over_figure} 元，免运费", "free from {over_figure} on")
_FREE_PIECES = Text("满 {pieces} 件，免运费", "free from {pieces} pcs on")
_REMOTE = Text("偏远附加 {surcharge_figure} 元", "remote area {surcharge_figure}")
_MISSING = Text("再买 {missing_amount} 元免运费", "add {missing_amount} for free delivery")
_NOT_THESE = Text("{goods}：{province}暂不支持{method_name}", "{goods}: no {method_name} to {province}")
_MISSING_PIECES = Text("再买 {missing} 件免运费", "add {missing} pcs for free delivery")


def freight_for(book: FreightBook, method: str, province: str, goods: Sequence[Sent], several: str = SUM) -> Freight:
    """What it costs to send these goods: of each template the rule of the province, else its rule for everywhere else.

    Goods of several templates pay every fee, or (`several` is dearest) only the highest. What no rule charges is free. Raises
    NotDelivered, naming the goods where others could be sent.
    """
    parts = [
        _part(book.templates.get(code), method, province, places, goods)
        for code, places in _by_template(book, method, goods).items()
    ]
    refused = [place for part in parts if part.rule is not None and not part.rule.deliverable for place in part.places]
    name = METHOD_NAMES.get(method, Text(method, method))
    if refused and len(refused) == len(goods):
        raise not_delivered(method, province)
    if refused:
        titles = "、".join(dict.fromkeys(goods[place].title for place in sorted(refused)))
        raise NotDelivered(province=province, method_name=name, goods=titles, text=_NOT_THESE)
    if several == DEAREST and len(parts) > 1:
        dearest = max(parts, key=lambda part: part.amount)
        parts = [part if part is dearest else replace(part, charged=False) for part in parts]
    amount = sum(part.amount for part in parts if part.charged)
    free = FREE.get(method, Text("免运费", "No delivery fee"))
    return Freight(amount, name if amount else free, tuple(parts))


def not_delivered(method: str, province: str) -> NotDelivered:
    """The refusal of all goods."""
    return NotDelivered(province=province, method_name=METHOD_NAMES.get(method, Text(method, method)))


def _by_template(book: FreightBook, method: str, goods: Sequence[Sent]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, one in enumerate(goods):
        code = book.template_of(one.product_id, one.category_ids) if book.products or book.categories else ""
        template = book.templates.get(code or DEFAULT_TEMPLATE)
        if template is None or not any(rule.method == method for rule in template.rules):
            code = DEFAULT_TEMPLATE
        found.setdefault(code or DEFAULT_TEMPLATE, []).append(place)
    return found


def rule_for(template: FreightTemplateView | None, method: str, province: str) -> FreightRuleView | None:
    """The rule that holds there; None where nothing is charged."""
    key = province_key(province)
    elsewhere = None
    for rule in template.rules if template else ():
        if rule.method == method:
            if rule.province == key and key:
                return rule
            if not rule.province:
                elsewhere = rule
    return elsewhere


def _part(
    template: FreightTemplateView | None, method: str, province: str, places: Sequence[int], goods: Sequence[Sent]
) -> FreightPart:
    rule, unit = rule_for(template, method, province), template.unit if template else WEIGHT
    name = template.name if template else _DEFAULT_NAME
    code = template.code if template else DEFAULT_TEMPLATE
    if rule is None or not rule.deliverable:
        return FreightPart(code, name, unit, rule, tuple(places), 0, 0)
    mine = [goods[place] for place in places]
    amount, pieces = sum(one.amount for one in mine), sum(one.quantity for one in mine)
    counted = {WEIGHT: sum(one.weight_g * one.quantity for one in mine), PIECES: pieces, AMOUNT: amount}[unit]
    why: list[Why] = []
    fee = 0
    over, most = rule.free_over, rule.free_pieces
    missing_amount = missing_pieces = 0
    if over is not None and amount >= over:
        why.append(Why("free_over", _FREE_OVER, {"over_figure": over}))
    elif most is not None and pieces >= most:
        why.append(Why("free_pieces", _FREE_PIECES, {"pieces": most}))
    else:
        fee = _charged(rule, unit, counted)
        why += _how(rule, unit, counted)
        if fee and over is not None:
            missing_amount = over - amount
            why.append(Why("missing_amount", _MISSING, {"missing_amount": missing_amount}))
        if fee and most is not None:
            missing_pieces = most - pieces
            why.append(Why("missing_pieces", _MISSING_PIECES, {"missing": missing_pieces}))
    if rule.surcharge:
        why.append(Why("surcharge", _REMOTE, {"surcharge_figure": rule.surcharge}))
    return FreightPart(
        code, name, unit, rule, tuple(places), fee, rule.surcharge, tuple(why), missing_amount, missing_pieces
    )


def _charged(rule: FreightRuleView, unit: str, counted: int) -> int:
    return charged(
        unit=unit, fee=rule.fee, first=rule.first, step=rule.step, step_fee=rule.step_fee, ladder=rule.ladder, counted=counted
    )  # fmt: skip


def charged(
    *, unit: str, fee: int, first: int, step: int, step_fee: int, ladder: Sequence[Sequence[int]], counted: int
) -> int:
    """The fee for so many grams, pieces or minor units where delivery is not free."""
    if unit == AMOUNT:
        return next((cost for since, cost in reversed(ladder) if counted >= since), fee)
    return fee + _further(first, step, step_fee, counted) * step_fee


def _further(first: int, step: int, step_fee: int, counted: int) -> int:
    """The steps begun beyond what the fee covers."""
    return -(-max(0, counted - first) // step) if first and step_fee else 0


def _how(rule: FreightRuleView, unit: str, counted: int) -> list[Why]:
    if unit == AMOUNT and rule.ladder:
        rung = next(((since, cost) for since, cost in reversed(rule.ladder) if counted >= since), None)
        if rung is None:
            return [Why("below", _BELOW, {"to_figure": rule.ladder[0][0], "fee_figure": rule.fee})]
        return [Why("rung", _RUNG, {"from_figure": rung[0], "fee_figure": rung[1]})]
    if unit == AMOUNT or not rule.first or not rule.step_fee:
        return [Why("flat", _FLAT, {"fee_figure": rule.fee})] if rule.fee else []
    found = [Why("first", _FIRST[unit], {"first": _measure(unit, rule.first), "fee_figure": rule.fee})]
    if steps := _further(rule.first, rule.step, rule.step_fee, counted):
        params = {"more": _measure(unit, steps * rule.step), "step_figure": steps * rule.step_fee}
        found.append(Why("step", _STEP[unit], params))
    return found


def _measure(unit: str, counted: int) -> str:
    """Kilograms or pieces in figures."""
    return f"{counted / 1000:.3f}".rstrip("0").rstrip(".") if unit == WEIGHT else str(counted)


def frozen(freight: Freight, goods: Sequence[Sent], several: str) -> dict[str, Any] | None:
    """What a partial return has to know of a freight to say what sending less would have cost (`charge_again`); `lines` count from 1.

    None where nothing is charged by a rule.
    """
    terms = [
        {
            "unit": part.unit, "fee": rule.fee, "first": rule.first, "step": rule.step, "step_fee": rule.step_fee,
            "free_over": rule.free_over, "free_pieces": rule.free_pieces, "surcharge": rule.surcharge,
            "ladder": [list(rung) for rung in rule.ladder], "lines": [place + 1 for place in part.places],
        }
        for part in freight.parts
        if (rule := part.rule) is not None
    ]  # fmt: skip
    if not terms:
        return None
    return {"several": several, "parts": terms, "grams": [one.weight_g for one in goods]}


def charge_again(kept: Mapping[str, Any], goods: Mapping[int, tuple[int, int]]) -> int:
    """The freight by frozen terms for (pieces, amount) of each line that is sent; what has no pieces is not.

    Terms of before there were templates are those of one part that all lines belong to.
    """
    grams = kept["grams"]
    if "parts" not in kept:
        kept = {
            "parts": [
                {
                    "unit": WEIGHT, "fee": kept["fee"], "first": kept["included_g"], "step": 1_000,
                    "step_fee": kept["fee_per_kg"], "free_over": kept["free_over"], "free_pieces": None, "surcharge": 0,
                    "ladder": [], "lines": list(goods),
                }
            ],
            "several": SUM,
        }  # fmt: skip
    fees = [_again(terms, grams, goods) for terms in kept["parts"]]
    return max(fees, default=0) if kept["several"] == DEAREST else sum(fees)


def _again(terms: Mapping[str, Any], grams: Sequence[int], goods: Mapping[int, tuple[int, int]]) -> int:
    mine = {line: goods[line] for line in terms["lines"] if line in goods and goods[line][0]}
    if not mine:
        return 0
    pieces, amount = sum(one[0] for one in mine.values()), sum(one[1] for one in mine.values())
    weight = sum((grams[line - 1] if line <= len(grams) else 0) * one[0] for line, one in mine.items())
    free = (terms["free_over"] is not None and amount >= terms["free_over"]) or (
        terms["free_pieces"] is not None and pieces >= terms["free_pieces"]
    )
    if free:
        return int(terms["surcharge"])
    fee = charged(
        counted={WEIGHT: weight, PIECES: pieces, AMOUNT: amount}[terms["unit"]],
        **{name: terms[name] for name in ("unit", "fee", "first", "step", "step_fee", "ladder")},
    )
    return int(fee + terms["surcharge"])


def may_grow(freight: Freight) -> bool:
    """Whether sending less could have cost more: where a threshold or a ladder made it cheaper."""
    return any(
        part.rule is not None
        and (part.rule.free_over is not None or part.rule.free_pieces is not None or bool(part.rule.ladder))
        for part in freight.parts
    )
