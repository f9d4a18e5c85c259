"""Tenders (招标): asked, offered by sealed bids, compared after the deadline, awarded whole or by line."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, ids, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks, selectors
from ..errors import LinkVoid, StillSealed, TenderOver
from ..events import TenderAwarded, TenderPublished
from ..permissions import MANAGE
from ..rules import MOST_DAYS, check_tender, link_fits
from ..states import OPEN, TENDER
from ..types import AgreementDraft, Award, BidLine, Break, TenderDraft, WantedLine
from .common import need, note, reason_of, unknown_skus
from .orders import draft_order
from .suppliers import agree_price


def create_tender(draft: TenderDraft, *, actor: Actor) -> str:
    """A request as a draft; its number. Opens its own transaction. Raises ValidationFailed, PermissionDenied."""
    need(actor, MANAGE)
    check_tender(draft)
    _check_deadline(draft)
    codes = catalog.sku_codes([wish.sku_id for wish in draft.lines])
    if unknown := [place for place, wish in enumerate(draft.lines) if wish.sku_id not in codes]:
        raise unknown_skus(unknown)
    currency = mall_settings.get("mall.currency")
    paid_in = _currencies(draft, currency)
    rates = {each: format(draft.rates[each].normalize(), "f") for each in sorted(set(paid_in.values()) - {currency})}
    with transaction.atomic():
        number = ids.document_number("ZB")
        row = db.row(
            "insert into procurement_tender (number, title, note, currency, rates, deadline) values (%s, %s, %s, %s, %s, %s) returning id",
            (number, draft.title.strip(), draft.note.strip(), currency, db.Json(rates), draft.deadline),
        )
        assert row is not None
        db.execute(
            "insert into procurement_tenderline (tender_id, position, sku_id, quantity, note) select %s, l.place, l.sku, l.quantity,"
            " l.note from rows from (jsonb_to_recordset(%s) as (sku bigint, quantity int, note text)) with ordinality"
            " as l(sku, quantity, note, place)",
            (
                row["id"],
                db.Json([{"sku": w.sku_id, "quantity": w.quantity, "note": w.note.strip()[:200]} for w in draft.lines]),
            ),
        )
        db.execute(
            "insert into procurement_invitation (tender_id, supplier_id, currency)"
            " select %s, i.supplier_id, i.currency from unnest(%s::bigint[], %s::text[]) as i(supplier_id, currency)",
            (row["id"], list(paid_in), list(paid_in.values())),
        )
        note(actor, "create_tender", "tender", number, after={"title": draft.title, "lines": len(draft.lines)})
    return number


def publish_tender(tender_id: int, *, actor: Actor) -> None:
    """Draft to open: suppliers may offer by their links. Opens its own transaction.

    Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    with transaction.atomic():
        held = _held(tender_id)
        state = TENDER.target(held["state"], "publish")
        if held["deadline"] <= clock.now():
            told = "截止时间已过，请新建招标", "the deadline is over; make a new one"
            raise ValidationFailed.one("deadline", "range", *told)
        db.execute("update procurement_tender set state = %s where id = %s", (state, tender_id))
        note(actor, "publish_tender", "tender", held["number"])
        record(TenderPublished(held["number"], held["deadline"].isoformat()))


def cancel_tender(tender_id: int, *, actor: Actor, reason: str) -> None:
    """Call it off. Opens its own transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied."""
    need(actor, MANAGE)
    reason = reason_of(reason)
    with transaction.atomic():
        held = _held(tender_id)
        state = TENDER.target(held["state"], "cancel")
        db.execute("update procurement_tender set state = %s, reason = %s where id = %s", (state, reason, tender_id))
        note(actor, "cancel_tender", "tender", held["number"], reason=reason)


def submit_bid(
    invitation_id: int, lines: Sequence[BidLine], *, secret: str, remarks: str = "", decline: bool = False, actor: Actor
) -> None:
    """A supplier's offer by his link; before the deadline it may be made anew. Opens its own transaction.

    An offer may leave lines out; `decline` says that there will be none. Raises LinkVoid, TenderOver, ValidationFailed.
    """
    with transaction.atomic():
        found = db.row("select tender_id from procurement_invitation where id = %s", (invitation_id,))
        held = locks.hold_tender(found["tender_id"]) if found else None
        invited = db.row("select * from procurement_invitation where id = %s", (invitation_id,))
        if held is None or invited is None or not link_fits("bid", str(invitation_id), invited["edition"], secret):
            raise LinkVoid()
        if held["state"] != OPEN or held["deadline"] <= clock.now():
            raise TenderOver()
        wanted = {
            row["position"]: row["id"]
            for row in db.rows("select id, position from procurement_tenderline where tender_id = %s", (held["id"],))
        }
        _check_bid(lines, wanted, remarks, decline)
        db.execute("delete from procurement_bid where invitation_id = %s", (invitation_id,))
        rows = [
            {
                "line": wanted[line.position],
                "price": line.price,
                "lead_days": line.lead_days,
                "remark": line.remark.strip(),
            }
            for line in ([] if decline else lines)
        ]
        db.execute(
            "insert into procurement_bid (invitation_id, line_id, price, lead_days, remark) select %s, b.line, b.price,"
            " b.lead_days, b.remark from jsonb_to_recordset(%s) as b(line bigint, price bigint, lead_days smallint, remark text)",
            (invitation_id, db.Json(rows)),
        )
        db.execute(
            "update procurement_invitation set submitted_at = kernel_now(), declined = %s, remarks = %s,"
            " revisions = revisions + case when submitted_at is null then 0 else 1 end where id = %s",
            (decline, remarks.strip(), invitation_id),
        )
        # prices stay out of the log: it is read before the deadline
        supplier = db.row("select code from procurement_supplier where id = %s", (invited["supplier_id"],))
        who = Actor("guest", None, f"supplier {supplier['code']}" if supplier else "supplier")
        note(who, "submit_bid", "tender", held["number"], after={"lines": len(rows), "declined": decline})


def award_tender(
    tender_id: int, awards: Sequence[Award], *, reason: str, warehouse: int | None = None, agree_until: date | None = None,
    actor: Actor,
) -> list[str]:  # fmt: skip
    """Decide whose offers are taken, after the deadline; the numbers of the draft orders made. Opens its own transaction.

    With `warehouse` there is a draft order for each supplier; with `agree_until` a price agreement for each line, from today.
    Lines nobody is named for stay open. Raises NotFound, WrongState, StillSealed, ValidationFailed, AgreementsOverlap,
    PermissionDenied.
    """
    need(actor, MANAGE)
    reason = reason_of(reason)
    with transaction.atomic():
        held = _held(tender_id)
        state = TENDER.target(held["state"], "award")
        if held["deadline"] > clock.now():
            raise StillSealed()
        offers = selectors.bids(tender_id)
        chosen = _chosen(awards, offers)
        for award in awards:
            db.execute(
                "update procurement_tenderline set awarded_id = %s where tender_id = %s and position = %s",
                (award.invitation_id, tender_id, award.position),
            )
        db.execute(
            "update procurement_tender set state = %s, reason = %s, awarded_at = kernel_now() where id = %s",
            (state, reason, tender_id),
        )
        note(actor, "award_tender", "tender", held["number"], after={"lines": len(awards)}, reason=reason)
        record(TenderAwarded(held["number"]))
        return _follow(held, chosen, warehouse, agree_until, actor)


def _follow(
    held: dict[str, Any], chosen: list[dict[str, Any]], warehouse: int | None, agree_until: date | None, actor: Actor
) -> list[str]:
    """Agreements and draft orders for what was awarded."""
    today = clock.business_date()
    if agree_until is not None:
        for row in chosen:
            draft = AgreementDraft(row["sku_id"], today, agree_until, (Break(1, row["price"]),))
            agree_price(row["supplier_id"], draft, actor=actor, tender=held["number"])
    if warehouse is None:
        return []
    numbers = []
    why = f"招标 {held['number']}"
    for supplier in dict.fromkeys(row["supplier_id"] for row in chosen):
        lines = [
            WantedLine(row["sku_id"], row["quantity"], row["price"]) for row in chosen if row["supplier_id"] == supplier
        ]
        numbers.append(draft_order(actor=actor, supplier=supplier, warehouse=warehouse, lines=lines, reason=why))
    return numbers


def _chosen(awards: Sequence[Award], offers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {(row["position"], row["invitation_id"]): row for row in offers}
    if not awards or len({award.position for award in awards}) != len(awards):
        raise ValidationFailed.one(
            "awards", "required", "请为至少一行选择中标供应商", "choose an offer for one line at least"
        )
    wrong = [award for award in awards if (award.position, award.invitation_id) not in known]
    if wrong:
        text = Text("该供应商没有对这一行报价", "there is no offer for this line")
        raise ValidationFailed(errors=[FieldError(f"awards.{each.position}", "unknown", text) for each in wrong])
    return [known[award.position, award.invitation_id] for award in awards]


def _held(tender_id: int) -> dict[str, Any]:
    held = locks.hold_tender(tender_id)
    if held is None:
        raise NotFound()
    return held


def _check_deadline(draft: TenderDraft) -> None:
    if draft.deadline <= clock.now():
        raise ValidationFailed.one("deadline", "range", "截止时间须在将来", "must lie in the future")


def _currencies(draft: TenderDraft, own: str) -> dict[int, str]:
    """What each invited supplier is paid in. Raises ValidationFailed for whom nobody can invite, and for a rate that is not stated."""
    rows = db.rows(
        "select id, currency from procurement_supplier where id = any(%s) and state in ('candidate', 'approved')",
        (list(draft.suppliers),),
    )
    found = {row["id"]: row["currency"] for row in rows}
    if len(found) != len(set(draft.suppliers)):
        told = "只能邀请候选或合作中的供应商", "only candidates and approved suppliers can be invited"
        raise ValidationFailed.one("suppliers", "unknown", *told)
    missing = sorted(set(found.values()) - {own} - set(draft.rates))
    if missing:
        errors = [
            FieldError(
                f"rates.{each}",
                "required",
                Text(
                    f"请填写 1 {each} 折合多少 {own}，用于比价",
                    f"say how many {own} one {each} is worth, to compare offers",
                ),
            )
            for each in missing
        ]
        raise ValidationFailed(errors=errors)
    return {supplier: found[supplier] for supplier in dict.fromkeys(draft.suppliers)}


def _check_bid(lines: Sequence[BidLine], wanted: dict[int, int], remarks: str, decline: bool) -> None:
    errors = []
    if not lines and not decline:
        text = Text("请至少为一行报价；不参与请点「不报价」", "offer a price for one line at least, or decline")
        errors.append(FieldError("lines", "required", text))
    for line in lines:
        loc = f"lines.{line.position}"
        if line.position not in wanted:
            errors.append(FieldError(loc, "unknown", Text("没有这一行", "there is no such line")))
        if not 0 < line.price <= MAX_AMOUNT:
            errors.append(FieldError(f"{loc}.price", "range", Text("价格应大于 0", "must be above 0")))
        if not 0 <= line.lead_days <= MOST_DAYS:
            errors.append(
                FieldError(f"{loc}.lead_days", "range", Text(f"应在 0 到 {MOST_DAYS} 天之间", f"0 to {MOST_DAYS} days"))
            )
        if len(line.remark) > 200:
            errors.append(FieldError(f"{loc}.remark", "length", Text("最多 200 个字", "at most 200 characters")))
    if len({line.position for line in lines}) != len(lines):
        errors.append(FieldError("lines", "duplicate", Text("同一行只能报价一次", "a line stands once")))
    if len(remarks) > 2000:
        errors.append(FieldError("remarks", "length", Text("最多 2000 个字", "at most 2000 characters")))
    if errors:
        raise ValidationFailed(errors=errors)
