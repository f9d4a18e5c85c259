"""Purchase orders: drafted, approved, sent, confirmed, cancelled, closed. Every step holds the order's row first."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT, format_minor, symbol_of
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import selectors
from ..errors import CannotSend, NeedsAnother
from ..events import PurchaseApproved, PurchaseCancelled, PurchaseConfirmed, PurchaseSent
from ..permissions import APPROVE, APPROVE_LARGE, MANAGE
from ..rules import MOST_DAYS, ceiling, check_lines
from ..types import ConfirmedLine, Terms, WantedLine
from .common import (
    check_warehouse,
    held_order,
    held_supplier,
    need,
    note,
    reason_of,
    supplier_actor,
    target,
    unknown_skus,
)

APPROVING, SENDING = Text("批准", "approving"), Text("发出", "sending")
CONFIRMING, CANCELLING = Text("确认", "confirming"), Text("取消", "cancelling")
CLOSING, REVISING, CHANGING = Text("关闭", "closing"), Text("退回草稿", "revising"), Text("修改", "changing")
COMMENTING = Text("留言", "commenting")


def draft_order(
    *, actor: Actor, supplier: int, warehouse: int, lines: Sequence[WantedLine], reason: str = "", order_note: str = ""
) -> str:
    """A purchase order as a draft; its number. Opens its own transaction, or lives in the caller's.

    A line without a price costs what was agreed, else what was paid last; with neither it has to say. `reason` says why this is
    bought. Raises NotFound, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    check_lines(lines)
    check_warehouse(warehouse)
    with transaction.atomic():
        held = held_supplier(supplier)
        if held["state"] == "ended":
            raise ValidationFailed.one("supplier", "ended", "已与该供应商终止合作", "he is not a supplier any more")
        rows = _rows(supplier, lines)
        number = ids.document_number("CG")
        made = db.row(
            "insert into procurement_order (number, supplier_id, warehouse_id, currency, total, note, reason, drafted_kind,"
            " drafted_by, drafted_label) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
            (
                number, supplier, warehouse, held["currency"], _total(rows), order_note.strip()[:1000], reason.strip()[:500],
                actor.kind, actor.id, actor.label[:200],
            ),
        )  # fmt: skip
        assert made is not None
        _write(made["id"], rows)
        note(actor, "draft_order", "purchase", number, after={"total": _total(rows), "lines": len(rows)}, reason=reason)
    return number


def change_order(
    number: str, *, warehouse: int, lines: Sequence[WantedLine], order_note: str = "", actor: Actor
) -> None:
    """Other lines of a draft. Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied."""
    need(actor, MANAGE)
    check_lines(lines)
    check_warehouse(warehouse)
    with transaction.atomic():
        held = held_order(number)
        target(held, "approve", CHANGING)
        rows = _rows(held["supplier_id"], lines)
        db.execute("delete from procurement_orderline where order_id = %s", (held["id"],))
        _write(held["id"], rows)
        # whoever wrote the numbers last is who must not approve them alone
        db.execute(
            "update procurement_order set warehouse_id = %s, total = %s, note = %s, drafted_kind = %s, drafted_by = %s,"
            " drafted_label = %s where id = %s",
            (
                warehouse, _total(rows), order_note.strip()[:1000], actor.kind, actor.id, actor.label[:200], held["id"],
            ),
        )  # fmt: skip
        note(actor, "change_order", "purchase", number, before={"total": held["total"]}, after={"total": _total(rows)})


def approve_order(number: str, *, actor: Actor) -> None:
    """Draft to approved. Opens its own transaction.

    One's own drafts above `procurement.own_limit` need another person; orders above `procurement.large_limit`, and those in
    another currency than the mall's, need the right over large ones and another person.
    Raises NotFound, WrongState, NeedsAnother, PermissionDenied.
    """
    need(actor, APPROVE)
    with transaction.atomic():
        held = held_order(number)
        state = target(held, "approve", APPROVING)
        foreign = held["currency"] != mall_settings.get("mall.currency")
        own_limit = 0 if foreign else mall_settings.get("procurement.own_limit")
        if foreign or held["total"] > mall_settings.get("procurement.large_limit"):
            need(actor, APPROVE_LARGE)
        own = actor.kind == held["drafted_kind"] and actor.id == held["drafted_by"] and actor.kind != "system"
        if own and (foreign or held["total"] > own_limit):
            currency = str(held["currency"])
            raise NeedsAnother(limit=f"{symbol_of(currency)}{format_minor(own_limit, currency)}")
        db.execute(
            "update procurement_order set state = %s, approved_at = kernel_now(), approved_label = %s where id = %s",
            (state, actor.label[:200], held["id"]),
        )
        note(actor, "approve_order", "purchase", number, after={"total": held["total"]})
        record(PurchaseApproved(number, held["supplier_id"]))


def revise_order(number: str, *, actor: Actor, reason: str) -> None:
    """Approved back to draft. Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied."""
    need(actor, MANAGE)
    reason = reason_of(reason)
    with transaction.atomic():
        held = held_order(number)
        state = target(held, "revise", REVISING)
        db.execute(
            "update procurement_order set state = %s, approved_at = null, approved_label = '' where id = %s",
            (state, held["id"]),
        )
        note(actor, "revise_order", "purchase", number, reason=reason)


def send_order(number: str, *, actor: Actor) -> None:
    """Approved to sent: the supplier's link shows it from now on. Opens its own transaction.

    Refused while the supplier is not approved, or a mandatory paper of his has expired; the minimum order amount is his.
    Raises NotFound, WrongState, CannotSend, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    with transaction.atomic():
        held = held_order(number)
        state = target(held, "send", SENDING)
        supplier = held_supplier(held["supplier_id"])
        if supplier["state"] != "approved":
            why = Text("该供应商不在合作中", "the supplier is not approved")
            raise CannotSend(supplier=supplier["name"], why=why, extra={"reason": "not_approved"})
        if expired := selectors.expired_papers(held["supplier_id"]):
            names = Text("、".join(text.zh for text in expired), ", ".join(text.en for text in expired))
            why = Text(
                f"必备证件已过期（{names.zh}），请先更新证件",
                f"a mandatory paper has expired ({names.en}); renew it first",
            )
            raise CannotSend(supplier=supplier["name"], why=why, extra={"reason": "paper_expired"})
        if held["total"] < supplier["minimum_order"]:
            least = f"{symbol_of(supplier['currency'])}{format_minor(supplier['minimum_order'], supplier['currency'])}"
            told = f"未达到起订金额 {least}，请增加数量", f"below the supplier's minimum of {least}; order more"
            raise ValidationFailed.one("total", "minimum", *told)
        expected = clock.business_date() + timedelta(days=_lead_days(held["id"], supplier["lead_days"]))
        over = mall_settings.get("procurement.over_percent")
        db.execute(
            "update procurement_orderline set ceiling = quantity + quantity * %s / 100 where order_id = %s",
            (over, held["id"]),
        )
        db.execute(
            "update procurement_order set state = %s, sent_at = kernel_now(), expected_on = %s where id = %s",
            (state, expected, held["id"]),
        )
        note(actor, "send_order", "purchase", number, after={"expected_on": expected.isoformat()})
        record(PurchaseSent(number, held["supplier_id"], expected.isoformat()))


def confirm_order(
    number: str, *, expected_on: date, lines: Sequence[ConfirmedLine] = (), actor: Actor, secret: str | None = None
) -> None:
    """What the supplier will deliver, and when; lines that are not named are confirmed as ordered. Opens its own transaction.

    With the `secret` of his link by himself, else by staff who were told. It may be said anew until goods have come.
    Raises NotFound, LinkVoid, WrongState, ValidationFailed, PermissionDenied.
    """
    if secret is None:
        need(actor, MANAGE)
    with transaction.atomic():
        held = held_order(number, secret=secret)
        who = actor if secret is None else supplier_actor(held)
        state = target(held, "confirm", CONFIRMING)
        _check_expected(expected_on)
        _confirm_lines(held["id"], lines)
        db.execute(
            "update procurement_order set state = %s, confirmed_at = coalesce(confirmed_at, kernel_now()), expected_on = %s"
            " where id = %s",
            (state, expected_on, held["id"]),
        )
        after = {"expected_on": expected_on.isoformat()} | {str(line.position): line.quantity for line in lines}
        note(who, "confirm_order", "purchase", number, after=after)
        record(PurchaseConfirmed(number, held["supplier_id"], expected_on.isoformat()))


def cancel_order(number: str, *, actor: Actor, reason: str) -> None:
    """Call it off, while nothing has come. Opens its own transaction.

    Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    reason = reason_of(reason)
    with transaction.atomic():
        held = held_order(number)
        state = target(held, "cancel", CANCELLING)
        _end(held["id"], state)
        note(actor, "cancel_order", "purchase", number, before={"state": held["state"]}, reason=reason)
        record(PurchaseCancelled(number, held["supplier_id"]))


def close_order(number: str, *, actor: Actor, reason: str = "") -> None:
    """Nothing more is to come. While something is missing that needs a reason. Opens its own transaction.

    Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    with transaction.atomic():
        held = held_order(number)
        state = target(held, "close", CLOSING)
        if held["state"] == "part":
            reason = reason_of(reason)
        _end(held["id"], state)
        note(actor, "close_order", "purchase", number, before={"state": held["state"]}, reason=reason)


def renew_link(number: str, *, actor: Actor) -> None:
    """The supplier's link of before is void, a new one takes its place. Opens its own transaction. Raises NotFound, PermissionDenied."""
    need(actor, MANAGE)
    with transaction.atomic():
        held = held_order(number)
        db.execute("update procurement_order set edition = edition + 1 where id = %s", (held["id"],))
        note(actor, "renew_link", "purchase", number)


def say(number: str, text: str, *, actor: Actor, secret: str | None = None) -> None:
    """A comment, by staff or on the supplier's page. Opens its own transaction.

    Raises NotFound, LinkVoid, WrongState, ValidationFailed, PermissionDenied.
    """
    text = text.strip()
    if not text or len(text) > 1000:
        raise ValidationFailed.one("text", "length", "请填写 1 到 1000 个字", "write 1 to 1000 characters")
    if secret is None:
        need(actor, MANAGE)
    with transaction.atomic():
        held = held_order(number, secret=secret)
        _open_for_words(held)
        who = actor if secret is None else supplier_actor(held)
        _note(held["id"], "comment", secret is not None, who, text=text)


def announce_shipment(
    number: str, *, carrier: str, waybill: str, arrives_on: date | None, text: str = "", actor: Actor, secret: str
) -> None:
    """The supplier says on his page that goods are on their way. Opens its own transaction.

    Raises LinkVoid, WrongState, ValidationFailed.
    """
    errors = [
        FieldError(name, "length", Text(f"最多 {most} 个字", f"at most {most} characters"))
        for name, value, most in (("carrier", carrier, 60), ("waybill", waybill, 60), ("text", text, 1000))
        if len(value) > most
    ]
    if not carrier.strip():
        errors.append(FieldError("carrier", "required", Text("请填写承运商或送货方式", "say who brings it")))
    if errors:
        raise ValidationFailed(errors=errors)
    if arrives_on is not None:
        _check_expected(arrives_on, "arrives_on")
    with transaction.atomic():
        held = held_order(number, secret=secret)
        target(held, "receive", Text("登记发货", "announcing a shipment"))
        _note(
            held["id"], "shipment", True, supplier_actor(held), text=text.strip(), carrier=carrier.strip(),
            waybill=waybill.strip(), arrives_on=arrives_on,
        )  # fmt: skip


def _rows(supplier_id: int, lines: Sequence[WantedLine]) -> list[dict[str, Any]]:
    """Lines as they are stored. Raises ValidationFailed for unknown SKUs, wrong packs, and what has no price."""
    skus = [line.sku_id for line in lines]
    codes = catalog.sku_codes(skus)
    if unknown := [place for place, sku in enumerate(skus) if sku not in codes]:
        raise unknown_skus(unknown)
    known = {each.sku_id: each for each in catalog.sellable_by_code([codes[sku] for sku in skus])}
    terms = selectors.terms(supplier_id, skus, clock.business_date())
    errors: list[FieldError] = []
    rows = []
    for place, line in enumerate(lines):
        found = terms[line.sku_id]
        _check_quantity(place, line.quantity, found, errors)
        agreed = found.price(line.quantity)
        price = next((each for each in (line.price, agreed, found.last_price) if each is not None), None)
        if price is None:
            text = Text("没有协议价和上次进价，请填写价格", "neither agreed nor bought before: give a price")
            errors.append(FieldError(f"lines.{place}.price", "required", text))
        goods = known[line.sku_id]
        rows.append(
            {
                "position": place + 1, "sku_id": line.sku_id, "title": f"{goods.title} {goods.options}".strip()[:300],
                "supplier_code": found.supplier_code, "quantity": line.quantity, "price": price or 0, "agreed": agreed,
                "last": found.last_price, "ceiling": ceiling(line.quantity, 0),
            }
        )  # fmt: skip
    if not errors and _total(rows) > MAX_AMOUNT:
        errors.append(FieldError("lines", "range", Text("金额太大", "the amount is too large")))
    if errors:
        raise ValidationFailed(errors=errors)
    return rows


def _check_quantity(place: int, quantity: int, found: Terms, errors: list[FieldError]) -> None:
    loc = f"lines.{place}.quantity"
    if quantity < found.minimum_quantity:
        least = found.minimum_quantity
        errors.append(
            FieldError(loc, "minimum", Text(f"该供应商起订 {least} 件", f"the supplier sells {least} at least"))
        )
    elif quantity % found.pack_size:
        pack, more = found.pack_size, -(-quantity // found.pack_size) * found.pack_size
        text = Text(f"每箱 {pack} 件，须为整箱，如 {more} 件", f"packs of {pack}: whole packs only, such as {more}")
        errors.append(FieldError(loc, "pack", text))


def _total(rows: Sequence[dict[str, Any]]) -> int:
    return sum(row["price"] * row["quantity"] for row in rows)


def _write(order_id: int, rows: list[dict[str, Any]]) -> None:
    db.execute(
        "insert into procurement_orderline (order_id, position, sku_id, title, supplier_code, quantity, price, agreed, last,"
        " ceiling) select %s, r.position, r.sku_id, r.title, r.supplier_code, r.quantity, r.price, r.agreed, r.last, r.ceiling"
        " from jsonb_to_recordset(%s) as r(position smallint, sku_id bigint, title text, supplier_code text, quantity int,"
        " price bigint, agreed bigint, last bigint, ceiling int) order by r.position",
        (order_id, db.Json(rows)),
    )


def _lead_days(order_id: int, ordinary: int) -> int:
    """The longest of the lines."""
    row = db.row(
        "select max(coalesce(f.lead_days, %s))::int as days from procurement_orderline l join procurement_order o on"
        " o.id = l.order_id left join procurement_offering f on f.supplier_id = o.supplier_id and f.sku_id = l.sku_id"
        " where l.order_id = %s",
        (ordinary, order_id),
    )
    return int(row["days"]) if row and row["days"] is not None else ordinary


def _check_expected(day: date, name: str = "expected_on") -> None:
    today = clock.business_date()
    if not today <= day <= today + timedelta(days=MOST_DAYS):
        raise ValidationFailed.one(name, "range", "日期不能早于今天", "must not be before today")


def _confirm_lines(order_id: int, lines: Sequence[ConfirmedLine]) -> None:
    ordered = {
        row["position"]: row["quantity"]
        for row in db.rows("select position, quantity from procurement_orderline where order_id = %s", (order_id,))
    }
    errors = []
    for line in lines:
        most = ordered.get(line.position)
        if most is None or not 0 <= line.quantity <= most:
            text = Text(f"应在 0 到 {most or 0} 之间", f"must be between 0 and {most or 0}")
            errors.append(FieldError(f"lines.{line.position}.quantity", "range", text))
    if errors:
        raise ValidationFailed(errors=errors)
    if lines and not any({**ordered, **dict(lines)}.values()):
        told = (
            "一件也不能供货时请留言，由采购员取消订单",
            "if nothing can be delivered, say so; the buyer will cancel the order",
        )
        raise ValidationFailed.one("lines", "nothing", *told)
    db.execute(
        "update procurement_orderline l set confirmed = coalesce(c.quantity, l.quantity) from procurement_orderline x"
        " left join jsonb_to_recordset(%s) as c(position int, quantity int) on c.position = x.position"
        " where x.order_id = %s and l.id = x.id",
        (db.Json([line._asdict() for line in lines]), order_id),
    )


def _end(order_id: int, state: str) -> None:
    db.execute(
        "update procurement_order set state = %s, ended_at = kernel_now(), late = '' where id = %s", (state, order_id)
    )


def _open_for_words(held: dict[str, Any]) -> None:
    if held["sent_at"] is None:
        target(held, "receive", COMMENTING)


def _note(order_id: int, kind: str, by_supplier: bool, who: Actor, **more: Any) -> None:
    values = {"text": "", "carrier": "", "waybill": "", "arrives_on": None} | more
    db.execute(
        "insert into procurement_note (order_id, kind, by_supplier, author, text, carrier, waybill, arrives_on)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            order_id, kind, by_supplier, who.label[:200], values["text"], values["carrier"], values["waybill"],
            values["arrives_on"],
        ),
    )  # fmt: skip
