"""A buyer (or staff for him) asks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.orders import selectors as orders

from .. import locks, photos
from ..errors import NotEligible, PhotosMissing, TooManyUnits
from ..rules import REASONS, freight_due, sellers_fault
from ..selectors import estimate, refundable_lines, spoken_for
from ..states import CANCEL, UNIT_KINDS
from ..types import CaseView, Spoken, Wish
from .common import announce, keep, shown

MAX_NOTE, MAX_PHOTOS = 1000, 9


def request(
    order_number: str,
    *,
    kind: str,
    reason: str,
    lines: Sequence[Wish] | None = None,
    note: str = "",
    photos: Sequence[str] = (),
    actor: Actor,
) -> CaseView:
    """Open a case about units of an order; without `lines`, about all that may be asked for. Opens its own transaction.

    `photos` are names that `keep_photo` gave.
    `cancel` is for units that have not left, `refund_only` and `return_refund` for units that have. Staff are not held to
    the time limits. Raises NotFound, ValidationFailed, NotEligible, TooManyUnits, PhotosMissing.
    """
    _check(kind, reason, lines, note, photos)
    with transaction.atomic():
        locks.order(order_number)
        order = orders.find(order_number)
        if order is None:
            raise NotFound()
        _eligible(order, kind, reason, actor)
        spoken = spoken_for(order_number)
        units = _units(order, spoken, lines)
        find_photos(photos)
        number = ids.document_number("C")
        _insert(number, order, kind, reason, note.strip(), photos, units, spoken, actor)
        keep(actor, "request", number, after={"order": order_number, "kind": kind, "reason": reason})
        announce(number)
        return shown(number)


def keep_photo(data: bytes, *, actor: Actor) -> str:
    """Keep a photo for a case that is about to be opened; its name. Raises PictureRefused."""
    return photos.keep(data)


def _check(kind: str, reason: str, lines: Sequence[Wish] | None, note: str, names: Sequence[str]) -> None:
    errors = []
    if kind not in UNIT_KINDS:
        errors.append(
            FieldError("kind", "unknown", Text("没有这种售后类型", f"must be one of {', '.join(UNIT_KINDS)}"))
        )
    if reason not in REASONS:
        errors.append(FieldError("reason", "unknown", Text("没有这个售后原因", f"must be one of {', '.join(REASONS)}")))
    errors += check_words(note, names)
    for i, wish in enumerate(lines or ()):
        if not 0 < wish.quantity <= 1_000_000:
            errors.append(FieldError(f"lines.{i}.quantity", "range", Text("数量应大于 0", "must be positive")))
    if lines is not None and not lines:
        errors.append(FieldError("lines", "required", Text("请选择商品", "say which units")))
    if errors:
        raise ValidationFailed(errors=errors)


def check_words(note: str, names: Sequence[str]) -> list[FieldError]:
    """What is wrong with a buyer's words and pictures."""
    errors = []
    if len(note.strip()) > MAX_NOTE:
        errors.append(FieldError("note", "too_long", Text(f"最多 {MAX_NOTE} 个字", f"at most {MAX_NOTE} characters")))
    if len(names) > MAX_PHOTOS:
        text = Text(f"最多 {MAX_PHOTOS} 张照片", f"at most {MAX_PHOTOS} photos")
        errors.append(FieldError("photos", "too_many", text))
    return errors


def find_photos(names: Sequence[str]) -> None:
    if any(photos.file_of(name) is None for name in names):
        raise PhotosMissing(errors=[FieldError("photos", "unknown", PhotosMissing.message)])


def _eligible(order: dict[str, Any], kind: str, reason: str, actor: Actor) -> None:
    status = order["status"]
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
    days = mall_settings.get("aftersales.claim_days" if sellers_fault(reason) else "aftersales.no_reason_days")
    arrived = order["delivered_at"] or order["completed_at"]
    if actor.kind != "staff" and arrived is not None and clock.now() > arrived + timedelta(days=days):
        raise NotEligible(
            text=Text("已超过签收后 {days} 天的售后期限", "more than {days} days have passed since delivery"), days=days
        )


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


def _insert(
    number: str, order: dict[str, Any], kind: str, reason: str, note: str, photos: Sequence[str],
    units: dict[int, int], spoken: Spoken, actor: Actor,
) -> None:  # fmt: skip
    rows = [
        {
            "line": line["line"], "sku_id": line["sku_id"], "sku_code": line["sku"], "title": line["title"],
            "quantity": units[line["line"]],
            "amount": estimate(line, spoken, units[line["line"]]),
        }
        for line in order["lines"]
        if line["line"] in units
    ]  # fmt: skip
    whole = all(
        line["refunded_quantity"] + spoken.held.get(line["line"], 0) + units.get(line["line"], 0) == line["quantity"]
        for line in order["lines"]
    )
    nothing_left = all(line["shipped_quantity"] == 0 for line in order["lines"])
    freight = freight_due(
        order["shipping_total"], freight_given(order["number"]), whole=whole, nothing_left=nothing_left,
        seller=sellers_fault(reason),
    )  # fmt: skip
    made = db.row(
        "insert into aftersales_case (number, order_number, member_id, currency, kind, reason, note, photos, goods_amount,"
        " freight_amount, requested_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (
            number, order["number"], order["member_id"], order["currency"], kind, reason, note, db.Json(list(photos)),
            sum(row["amount"] for row in rows), freight, actor.kind,
        ),
    )  # fmt: skip
    assert made is not None
    db.execute(
        "insert into aftersales_caseline (case_id, line, sku_id, sku_code, title, quantity, amount)"
        " select %s, r.line, r.sku_id, r.sku_code, r.title, r.quantity, r.amount from jsonb_to_recordset(%s)"
        " as r(line int, sku_id bigint, sku_code text, title text, quantity int, amount bigint)",
        (made["id"], db.Json(rows)),
    )


def freight_given(order_number: str) -> int:
    """The freight that cases of an order have given back for good."""
    row = db.row(
        "select coalesce(sum(freight_amount), 0)::bigint as amount from aftersales_case where order_number = %s and reserved",
        (order_number,),
    )
    assert row is not None
    return int(row["amount"])
