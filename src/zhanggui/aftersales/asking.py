"""What a wish about units of an order comes to: whether it may be asked for, which units, and what they give back. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders.types import REPLACEMENT

from . import policy
from .errors import NotEligible, TooManyUnits
from .reckoning import LEAVE, RETURN, Reckoning, Standing, sold
from .rules import ONLY_FOR, REASONS, freight_due, sellers_fault
from .spoken import refundable_lines, spoken_for
from .states import CANCEL, EXCHANGE, RETURN_REFUND, SERVICE_KINDS, UNIT_KINDS
from .types import Effect, Refundable, Spoken, Wish
from .wanting import Wanted, wanted

#: Of orders with more lines the list says each line's share; what a wish gives back is always reckoned.
MOST_RECKONED = 40
MADE_FOR_HIM = Text("为您定制的商品", "it was made for you")


class Asked(NamedTuple):
    """`units` by line, gifts that go back with them included; `amounts` by line, those of no units were held back before."""

    order: dict[str, Any]
    units: Mapping[int, int]
    amounts: Mapping[int, int]
    effect: Effect
    freight: int
    wanted: Mapping[int, Wanted] = {}

    @property
    def goods(self) -> int:
        return sum(self.amounts.values())


def look(order_number: str, kind: str, reason: str, lines: Sequence[Wish] | None, actor: Actor) -> Asked:
    """What this wish comes to. Five statements, for another article in exchange two more.

    Raises NotFound, ValidationFailed, NotEligible, TooManyUnits."""
    check(kind, reason, lines)
    order = orders.find(order_number)
    if order is None:
        raise NotFound()
    _eligible(order, kind)
    spoken = spoken_for(order_number)
    books = reckoning_of(order, spoken)
    units = _units(order, spoken, lines)
    if kind != CANCEL and actor.kind != "staff":
        units = _within_terms(order, kind, reason, units, named=lines is not None)
    if kind in SERVICE_KINDS:
        return _service(order, spoken, kind, lines or (), units)
    fault = sellers_fault(reason)
    if not fault:
        units = _with_gifts(order, spoken, books, kind, units)
    amounts, effect = reckon(order, spoken, books, units, fault=fault)
    whole = all(
        line["refunded_quantity"] + spoken.giving.get(line["line"], 0) + units.get(line["line"], 0) == line["quantity"]
        for line in order["lines"]
    )
    return Asked(order, units, amounts, effect, freight_of(order, whole=whole, seller=fault))


def check(kind: str, reason: str, lines: Sequence[Wish] | None, errors: Sequence[FieldError] = ()) -> None:
    """Raises ValidationFailed with `errors` and all that is wrong with the wish itself."""
    errors = list(errors)
    if kind not in UNIT_KINDS:
        errors.append(
            FieldError("kind", "unknown", Text("没有这种售后类型", f"must be one of {', '.join(UNIT_KINDS)}"))
        )
    if reason not in REASONS:
        errors.append(FieldError("reason", "unknown", Text("没有这个售后原因", f"must be one of {', '.join(REASONS)}")))
    for i, wish in enumerate(lines or ()):
        if not 0 < wish.quantity <= 1_000_000:
            errors.append(FieldError(f"lines.{i}.quantity", "range", Text("数量应大于 0", "must be positive")))
    if kind in ONLY_FOR and reason in REASONS and reason not in ONLY_FOR[kind]:
        text = Text("这个原因不适用于所选的处理方式", f"for {kind} it must be one of {', '.join(ONLY_FOR[kind])}")
        errors.append(FieldError("reason", "unfit", text))
    if lines is not None and not lines:
        errors.append(FieldError("lines", "required", Text("请选择商品", "say which units")))
    if errors:
        raise ValidationFailed(errors=errors)


def _eligible(order: dict[str, Any], kind: str) -> None:
    status = order["status"]
    if order["kind"] == REPLACEMENT:
        source = db.row(
            "select order_number from aftersales_case where replacement = %s and replacement <> ''", (order["number"],)
        )
        number = source["order_number"] if source else ""
        raise NotEligible(
            text=Text(
                f"这是换货或补发的订单，售后请在原订单 {number} 申请",
                f"This order brought a replacement: ask on the order it was bought with, {number}",
            ),
            extra={"order": number},
        )
    if kind == CANCEL:
        if status not in ("paid", "fulfilling"):
            raise NotEligible(
                text=Text(
                    "只有已付款、未发完的订单可以取消", "only paid orders that have not all left can be cancelled"
                )
            )
        return
    if status not in ("shipped", "delivered", "completed"):
        raise NotEligible(text=Text("全部发货后才能申请退货退款", "possible once all of the order has left"))


def terms_of(order: Mapping[str, Any]) -> dict[int, policy.Terms]:
    """What is offered for each line, by the rules of when it was placed. One statement, none where no category has rules."""
    if not policy.standing(order["placed_at"]):
        terms = policy.of_mall()
        return {line["line"]: _of_line(line, terms) for line in order["lines"]}
    skus = [line["sku_id"] for line in order["lines"] if line["sku_id"] is not None]
    paths = {sku: path for sku, (_, path, _) in catalog.goods_of(skus).items()}
    return {
        line["line"]: _of_line(line, policy.of(paths.get(line["sku_id"], ()), order["placed_at"]))
        for line in order["lines"]
    }


def _of_line(line: Mapping[str, Any], terms: policy.Terms) -> policy.Terms:
    """What was made as its buyer asked is not taken back for no reason, whatever the rules of its category (定作商品)."""
    return terms._replace(no_reason_days=0, words=MADE_FOR_HIM) if orders.is_customised(line) else terms


def refused_by(terms: policy.Terms, order: Mapping[str, Any], kind: str, reason: str) -> Text | None:
    """Why an article's terms do not allow a case; None where they do."""
    if kind not in terms.kinds:
        return Text("这件商品不提供这种售后", "this kind of after-sales is not offered for it")
    days = terms.claim_days if sellers_fault(reason) else terms.no_reason_days
    why = f"（{terms.words.zh}）" if terms.words else ""
    because = f" ({terms.words.en})" if terms.words else ""
    if not days and not sellers_fault(reason):
        return Text(f"这件商品不支持无理由退换{why}", f"it cannot be returned without a reason{because}")
    arrived = order["delivered_at"] or order["completed_at"]
    if arrived is not None and clock.now() > arrived + timedelta(days=days):
        return Text(f"已超过签收后 {days} 天的售后期限", f"more than {days} days have passed since delivery")
    return None


def _within_terms(
    order: dict[str, Any], kind: str, reason: str, units: dict[int, int], *, named: bool
) -> dict[int, int]:
    """The units whose terms allow it; where the buyer `named` them, all of them must. Raises NotEligible."""
    terms = terms_of(order)
    refused = {n: why for n in units if (why := refused_by(terms[n], order, kind, reason)) is not None}
    if not refused or (not named and len(refused) < len(units)):
        return {n: pieces for n, pieces in units.items() if n not in refused}
    titles = {line["line"]: line["title"] for line in order["lines"]}
    first = next(iter(refused.values()))
    if len(units) == 1:
        raise NotEligible(text=first)
    zh = "；".join(f"{titles[n]}：{why.zh}" for n, why in refused.items())
    en = "; ".join(f"{titles[n]}: {why.en}" for n, why in refused.items())
    raise NotEligible(text=Text(zh, en))


def _service(order: dict[str, Any], spoken: Spoken, kind: str, lines: Sequence[Wish], units: dict[int, int]) -> Asked:
    """Units the buyer keeps: no money but the difference of an exchange."""
    instead = wanted(order, spoken, lines, units) if kind == EXCHANGE else {}
    amounts = {n: instead[n].difference * pieces for n, pieces in units.items()} if instead else dict.fromkeys(units, 0)
    return Asked(order, units, amounts, Effect("keep", "leave", False, sum(amounts.values())), 0, instead)


def _units(order: dict[str, Any], spoken: Spoken, lines: Sequence[Wish] | None) -> dict[int, int]:
    """The wished units per line, none of them spoken for."""
    free = {r.line: r.quantity for r in refundable_lines(order, spoken)}
    if lines is None:
        if not free:
            raise TooManyUnits()
        return free
    wanted: dict[int, int] = {}
    for wish in lines:
        wanted[wish.line] = wanted.get(wish.line, 0) + wish.quantity
    errors = []
    for i, wish in enumerate(lines):
        left = free.get(wish.line, 0)
        if wanted[wish.line] > left:
            text = Text(f"这一行还可以申请 {left} 件", f"{left} units of this line can still be asked for")
            errors.append(FieldError(f"lines.{i}.quantity", "too_many", text))
    if errors:
        raise TooManyUnits(errors=errors)
    return wanted


def _with_gifts(
    order: dict[str, Any], spoken: Spoken, books: Reckoning, kind: str, units: dict[int, int]
) -> dict[int, int]:
    """The units with the gifts that go back with them: unearned ones that have not left, or that have and are to come back."""
    if books.gift == LEAVE or (kind != CANCEL and (kind, books.gift) != (RETURN_REFUND, RETURN)):
        return units
    after = _standing(order, spoken, books, units, fault=False)
    free = {r.line: r.quantity for r in refundable_lines(order, spoken)}
    more = {
        n: extra for n, pieces in after.missing.items() if (extra := min(pieces, free.get(n, 0) - units.get(n, 0))) > 0
    }
    return units | {n: units.get(n, 0) + extra for n, extra in more.items()}


def reckoning_of(order: Mapping[str, Any], spoken: Spoken) -> Reckoning:
    """The order with the terms it was sold under. One statement."""
    terms = orders.terms(order["number"])
    return Reckoning(sold(order), terms, order["shipping_total"], spoken.bases)


def reckon(
    order: Mapping[str, Any], spoken: Spoken, books: Reckoning, units: Mapping[int, int], *, fault: bool
) -> tuple[dict[int, int], Effect]:
    """What `units` more give back by line, once the open cases (`spoken.giving`) are through, and how that comes about."""
    given = {line["line"]: line["refunded_amount"] for line in order["lines"]}
    before = _standing(order, spoken, books, {}, fault=False)
    if spoken.giving:
        now = _standing(order, Spoken({}, spoken.bases, spoken.faulty), books, {}, fault=False)
        for n, part in books.share(spoken.giving, given, now, before)[0].items():
            given[n] += part
    after = _standing(order, spoken, books, units, fault=fault)
    amounts, changes = books.share(units, given, before, after)
    share = sum(after.worth.values()) - sum(before.worth.values())
    return amounts, Effect(books.policy, books.gift, books.told, share, tuple(changes))


def _standing(
    order: Mapping[str, Any], spoken: Spoken, books: Reckoning, units: Mapping[int, int], *, fault: bool
) -> Standing:
    taken = {
        line["line"]: line["refunded_quantity"] + spoken.giving.get(line["line"], 0) + units.get(line["line"], 0)
        for line in order["lines"]
    }
    faulty = {n: spoken.faulty.get(n, 0) + spoken.held_faulty.get(n, 0) for n in taken}
    if fault:
        faulty = {n: pieces + units.get(n, 0) for n, pieces in faulty.items()}
    return books.standing(taken, faulty)


def refundable_with_amounts(order: dict[str, Any], spoken: Spoken, books: Reckoning) -> list[Refundable]:
    """As `refundable_lines`, with what each line's units would give back were they asked for alone."""
    found = refundable_lines(order, spoken)
    if books.plain or len(found) > MOST_RECKONED:
        return found
    return [
        replace(each, amount=sum(reckon(order, spoken, books, {each.line: each.quantity}, fault=False)[0].values()))
        for each in found
    ]


def freight_of(order: Mapping[str, Any], *, whole: bool, seller: bool) -> int:
    """The freight that goes back with a case. One statement."""
    nothing_left = all(line["shipped_quantity"] == 0 for line in order["lines"])
    return freight_due(
        order["shipping_total"], freight_given(order["number"]), whole=whole, nothing_left=nothing_left, seller=seller
    )


def freight_given(order_number: str) -> int:
    """The freight that cases of an order have given back for good."""
    row = db.row(
        "select coalesce(sum(freight_amount), 0)::bigint as amount from aftersales_case where order_number = %s and reserved",
        (order_number,),
    )
    assert row is not None
    return int(row["amount"])
