"""The price guarantee (价保): a price lowered for a buyer after he bought; the goods stay with him.

Who is promised it, for how long and what a unit costs now is decided above (`pledges`). Here it is paid once, down to each
price, and never more than the line still holds.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from zhanggui.kernel import clock, db, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders

from .. import locks
from ..errors import DifferenceMoved, NoDifference, NotEligible
from ..permissions import GUARANTEE, PERMISSIONS
from ..rules import DROPPED, ELSEWHERE
from ..selectors import due_of, paid_of, spoken_for
from ..states import OPEN, PRICE_GUARANTEE, REQUESTED
from ..types import CaseView, Spoken
from .common import announce, keep, shown
from .refund import send_money
from .request import check_words, find_photos

MAX_PLACE, MAX_LINK = 200, 500


def pay_differences(
    order_number: str, prices: Mapping[int, int], *, expected: int | None = None, actor: Actor
) -> CaseView:
    """Our own prices fell to `prices` (of a unit, by line): send back what the units kept had cost more. One case for all.

    With `expected` only if it comes to that much. Opens its own transaction; the gateway is asked afterwards. Raises NotFound,
    NotEligible, NoDifference, DifferenceMoved.
    """
    with transaction.atomic():
        order, spoken = _open(order_number)
        due = {
            line["line"]: (prices[line["line"]], amount)
            for line in order["lines"]
            if line["line"] in prices and (amount := due_of(line, prices[line["line"]], spoken))
        }
        total = sum(amount for _, amount in due.values())
        if not due:
            raise NoDifference()
        if expected is not None and total != expected:
            raise DifferenceMoved(amount=format_minor(total, order["currency"]), extra={"amount": total})
        number = _insert(order, DROPPED, due, {}, actor)
        locks.move(number, "approve", by=actor, decided_at=clock.now())
        keep(actor, "guarantee", number, after={"order": order_number, "reason": DROPPED, "amount": total})
        return send_money(number, actor=actor)


def claim_elsewhere(
    order_number: str,
    *,
    line: int,
    price: int,
    place: str,
    link: str = "",
    note: str = "",
    photos: Sequence[str] = (),
    actor: Actor,
) -> CaseView:
    """The buyer saw the same item for `price` at `place`: a case for staff to decide. Opens its own transaction.

    Raises NotFound, ValidationFailed, NotEligible, PhotosMissing.
    """
    place, link, note = place.strip(), link.strip(), note.strip()
    _check(price, place, link, note, photos)
    with transaction.atomic():
        order, spoken = _open(order_number)
        sold = next((each for each in order["lines"] if each["line"] == line), None)
        if sold is None:
            raise ValidationFailed.one("line", "unknown", "订单没有这件商品", "the order has no such line")
        if _waits(order_number, line):
            raise NotEligible(text=Text("这件商品的比价申请正在处理", "A claim about this item is being looked at"))
        amount = _due_or_refuse(order, sold, price, spoken)
        find_photos(photos)
        more = {"claimed_price": price, "elsewhere": place, "link": link, "note": note, "photos": list(photos)}
        number = _insert(order, ELSEWHERE, {line: (price, amount)}, more, actor)
        keep(actor, "request", number, after={"order": order_number, "kind": PRICE_GUARANTEE, "reason": ELSEWHERE})
        announce(number)
        return shown(number)


@db.needs_transaction
def grant_price(view: CaseView, price: int | None, *, actor: Actor) -> None:
    """Staff agree that a unit costs that much elsewhere, or `price`; the amount is an estimate until the money is sent.

    Raises PermissionDenied, ValidationFailed, NotEligible.
    """
    if not actor.may(GUARANTEE):
        meaning = PERMISSIONS[GUARANTEE]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": GUARANTEE})
    order, spoken = _open(view.order_number)
    [claimed] = view.lines
    sold = next(each for each in order["lines"] if each["line"] == claimed.line)
    granted = price if price is not None else claimed.price
    assert granted is not None
    amount = _due_or_refuse(order, sold, granted, spoken)
    db.execute(
        "with moved as (update aftersales_case set goods_amount = %s where number = %s returning id)"
        " update aftersales_caseline l set price = %s, amount = %s from moved where l.case_id = moved.id",
        (amount, view.number, granted, amount),
    )


def _open(order_number: str) -> tuple[dict[str, Any], Spoken]:
    """The order with its cases at rest. Raises NotFound, NotEligible."""
    locks.order(order_number)
    order = orders.find(order_number)
    if order is None:
        raise NotFound()
    if order["status"] not in ("shipped", "delivered", "completed"):
        raise NotEligible(text=Text("全部发货后才能申请价保", "possible once all of the order has left"))
    return order, spoken_for(order_number)


def _due_or_refuse(order: Mapping[str, Any], line: Mapping[str, Any], price: int, spoken: Spoken) -> int:
    if spoken.held.get(line["line"]):
        raise NotEligible(
            text=Text(
                "这件商品有进行中的售后，结束后再申请价保", "Units of this item are in an open case; wait for its end"
            )
        )
    amount = due_of(line, price, spoken)
    kept = line["quantity"] - line["refunded_quantity"]
    if not kept:
        raise NotEligible(text=Text("这件商品已全部退回", "All of this item has been given back"))
    if not amount:
        each = format_minor(paid_of(line) // kept, order["currency"])
        raise ValidationFailed.one(
            "price", "not_lower", f"应低于您实付的单价 {each}", f"must be below the {each} you paid for each"
        )
    return amount


def _waits(order_number: str, line: int) -> bool:
    found = db.row(
        "select 1 from aftersales_caseline l join aftersales_case c on c.id = l.case_id"
        " where c.order_number = %s and c.kind = %s and c.state = any(%s) and l.line = %s limit 1",
        (order_number, PRICE_GUARANTEE, list(OPEN), line),
    )
    return found is not None


def _check(price: int, place: str, link: str, note: str, names: Sequence[str]) -> None:
    errors = check_words(note, names)
    if not 0 < price <= 10**12:
        errors.append(FieldError("price", "range", Text("请填写对方的单价", "say what one costs there")))
    if not 0 < len(place) <= MAX_PLACE:
        text = Text(f"请填写在哪里看到的（最多 {MAX_PLACE} 字）", f"say where, in at most {MAX_PLACE} characters")
        errors.append(FieldError("place", "required" if not place else "too_long", text))
    if link and not _is_address(link):
        text = Text(
            "链接应以 http:// 或 https:// 开头，不超过 500 字",
            "must begin with http:// or https://, at most 500 characters",
        )
        errors.append(FieldError("link", "invalid", text))
    if not link and not names:
        text = Text("请填写链接或上传照片，便于我们核实", "give a link or a photo, so that we can look")
        errors.append(FieldError("link", "required", text))
    if errors:
        raise ValidationFailed(errors=errors)


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(link) <= MAX_LINK and link.isprintable()


def _insert(
    order: Mapping[str, Any], reason: str, due: Mapping[int, tuple[int, int]], more: Mapping[str, Any], actor: Actor
) -> str:
    """A case about the difference to these prices (`{line: (price, amount)}`); its number."""
    number = ids.document_number("C")
    made = db.row(
        "insert into aftersales_case (number, order_number, member_id, currency, kind, reason, note, photos, goods_amount,"
        " claimed_price, elsewhere, link, requested_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (
            number, order["number"], order["member_id"], order["currency"], PRICE_GUARANTEE, reason, more.get("note", ""),
            db.Json(more.get("photos", [])), sum(amount for _, amount in due.values()), more.get("claimed_price"),
            more.get("elsewhere", ""), more.get("link", ""), actor.kind,
        ),
    )  # fmt: skip
    assert made is not None
    locks.open_step(made["id"], REQUESTED)
    rows = [
        {
            "line": line["line"], "sku_id": line["sku_id"], "sku_code": line["sku"], "title": line["title"],
            "price": due[line["line"]][0], "amount": due[line["line"]][1],
        }
        for line in order["lines"]
        if line["line"] in due
    ]  # fmt: skip
    db.execute(
        "insert into aftersales_caseline (case_id, line, sku_id, sku_code, title, quantity, amount, price)"
        " select %s, r.line, r.sku_id, r.sku_code, r.title, 0, r.amount, r.price from jsonb_to_recordset(%s)"
        " as r(line int, sku_id bigint, sku_code text, title text, amount bigint, price bigint)",
        (made["id"], db.Json(rows)),
    )
    return number
