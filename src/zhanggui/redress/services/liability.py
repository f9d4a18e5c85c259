"""Who answers for a loss (责任判定): proposed by rule, decided by a person, changed with its history."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.aftersales import selectors as aftersales
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import db, ids, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement import services as suppliers

from .. import locks, rules
from ..errors import LiabilitySettled
from ..events import LiabilityDecided
from ..permissions import JUDGE, need
from ..selectors import liability, liability_about
from ..types import Judgement, LiabilityView
from .common import keep, name_of, tell

MAX_GROUND = 500


def propose(subject: str, reference: str, *, loss: str = "", actor: Actor = SYSTEM) -> LiabilityView:
    """Who answers by rule for a case, a parcel or an order; what was proposed or decided before stays. Opens its own transaction.

    Raises NotFound, ValidationFailed.
    """
    known = liability_about(subject, reference)
    if known is not None:
        return known
    facts = _facts(subject, reference, loss)
    number = ids.document_number("Z")
    try:
        with transaction.atomic():
            db.execute(
                "insert into redress_liability (number, subject, reference, order_number, loss, amount, currency, units, buyer, warehouse,"
                " carrier, supplier, merchant, mall, carrier_code, carrier_name, supplier_id, warehouse_id)"
                " select %(number)s, %(subject)s, %(reference)s, %(order_number)s, %(loss)s, %(amount)s, %(currency)s, %(units)s,"
                " (%(party)s = 'buyer')::int * 100, (%(party)s = 'warehouse')::int * 100, (%(party)s = 'carrier')::int * 100,"
                " (%(party)s = 'supplier')::int * 100, 0, (%(party)s = 'mall')::int * 100, %(carrier_code)s, %(carrier_name)s,"
                " %(supplier_id)s, null",
                {"number": number, "subject": subject, "reference": reference, **facts},
            )
            keep(number, "proposed", actor=actor, data={"shares": {facts["party"]: 100}})
    except IntegrityError:  # another proposed it in this very moment
        pass
    found = liability_about(subject, reference)
    assert found is not None
    return found


def _facts(subject: str, reference: str, loss: str) -> dict[str, Any]:
    """What is known of the subject, and the party the rule names."""
    if subject not in rules.SUBJECTS:
        raise ValidationFailed.one(
            "subject", "unknown", "请选择售后单、包裹或订单", "must be a case, a parcel or an order"
        )
    if loss and loss not in rules.LOSSES:
        raise ValidationFailed.one("loss", "unknown", "请选择损失原因", "choose what went wrong")
    case = aftersales.case(reference) if subject == "case" else None
    parcel = fulfilment.parcel(reference) if subject == "parcel" else None
    number = case.order_number if case else parcel.order_number if parcel else reference if subject == "order" else ""
    order = orders.find(number) if number else None
    if order is None:
        raise NotFound()
    if parcel is None:
        parcels = fulfilment.parcels_of([number])[number]
        touched = {line.line for line in case.lines} if case else set()
        parcel = next((p for p in parcels if not touched or touched & {line.line for line in p.lines}), None)
    units = (
        sum(line.quantity for line in case.lines)
        if case
        else sum(line.quantity for line in parcel.lines)
        if parcel
        else 0
    )
    skus = (
        [line.sku_id for line in case.lines if line.sku_id]
        if case
        else [line["sku_id"] for line in order["lines"] if line["sku_id"]]
    )
    found = loss or (rules.loss_of(case.reason) if case else "lost" if subject == "parcel" else "other")
    by_sku = procurement.suppliers_of(skus) if found == "defect" else {}
    supplier = next((each for sku in skus for each in by_sku.get(sku, [])), None)
    late = bool(parcel and order["dispatch_latest_at"] and parcel.shipped_at > order["dispatch_latest_at"])
    carrier = parcel if parcel and parcel.carrier else None
    party = rules.answers_for(found, left_late=late, has_carrier=carrier is not None, has_supplier=supplier is not None)
    return {
        "order_number": number, "loss": found, "currency": order["currency"], "units": units, "party": party,
        "amount": case.amount if case else _worth(order, parcel) if subject == "parcel" else 0,
        "carrier_code": carrier.carrier if carrier else "", "carrier_name": carrier.carrier_name if carrier else "",
        "supplier_id": supplier,
    }  # fmt: skip


def _worth(order: Mapping[str, Any], parcel: Any) -> int:
    """What was paid for the units of a parcel."""
    paid = {line["line"]: (line["payable"], line["quantity"]) for line in order["lines"]}
    return sum(paid[line.line][0] * line.quantity // paid[line.line][1] for line in parcel.lines if line.line in paid)


def decide(number: str, judgement: Judgement, *, actor: Actor) -> LiabilityView:
    """A person says who answers, or says otherwise than before; suppliers hear of it in their scorecards. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed, LiabilitySettled.
    """
    need(actor, JUDGE)
    ground = clean_text(judgement.ground, "ground", MAX_GROUND, lines=True)
    with transaction.atomic():
        held = locks.hold_liability(number)
        if held is None:
            raise NotFound()
        if held["state"] == rules.SETTLED:
            raise LiabilitySettled()
        shares = {party: judgement.shares.get(party, 0) for party in rules.PARTIES}
        code = judgement.carrier_code or held["carrier_code"]
        supplier_id = judgement.supplier_id or held["supplier_id"]
        _check(judgement, shares, code, supplier_id)
        loss, amount = judgement.loss or held["loss"], held["amount"] if judgement.amount is None else judgement.amount
        name = held["carrier_name"] if code == held["carrier_code"] else _carrier_name(code)
        db.execute(
            "update redress_liability set loss = %s, amount = %s, buyer = %s, warehouse = %s, carrier = %s, supplier = %s, merchant = %s,"
            " mall = %s, carrier_code = %s, carrier_name = %s, supplier_id = %s, warehouse_id = %s, merchant_name = %s, ground = %s,"
            " state = %s, decided_by = %s, decided_at = kernel_now() where id = %s",
            (
                loss, amount, *shares.values(), code, name, supplier_id, judgement.warehouse_id, judgement.merchant_name.strip(),
                ground, rules.DECIDED, name_of(actor), held["id"],
            ),
        )  # fmt: skip
        told = {party: share for party, share in shares.items() if share}
        keep(number, "decided", actor=actor, words=ground, data={"shares": told, "amount": amount, "loss": loss})
        tell(
            actor,
            "judge",
            "liability",
            number,
            after={"order": held["order_number"], "shares": told, "amount": amount},
            reason=ground,
        )
        outbox.record(LiabilityDecided(number, held["order_number"], loss, amount, held["currency"], told))
        _score(
            number,
            held["units"],
            shares["supplier"],
            supplier_id,
            rules.split(amount, shares).get("supplier", 0),
            loss,
            actor,
        )
        return _shown(number)


def _score(number: str, units: int, share: int, supplier_id: int | None, amount: int, loss: str, actor: Actor) -> None:
    """A supplier who answers has it in his scorecard; one who does not any more has it no longer."""
    if share and supplier_id:
        answered = max(1, (units * share + 50) // 100)
        suppliers.record_fault(number, supplier_id, units=answered, amount=amount, kind=loss, actor=actor)
    else:
        suppliers.withdraw_fault(number, actor=actor)


def _carrier_name(code: str) -> str:
    return next((each.name for each in fulfilment.carriers(active_only=False) if each.code == code), code)


def _check(judgement: Judgement, shares: Mapping[str, int], code: str, supplier_id: int | None) -> None:
    errors = []
    for party in judgement.shares:
        if party not in rules.PARTIES:
            errors.append(FieldError(f"shares.{party}", "unknown", Text("没有这一方", "there is no such party")))
    for party, share in shares.items():
        if not 0 <= share <= 100:
            errors.append(
                FieldError(f"shares.{party}", "range", Text("应在 0 到 100 之间", "must be between 0 and 100"))
            )
    total = sum(shares.values())
    if not errors and total != 100:
        text = Text(f"各方比例之和应为 100%，现在是 {total}%", f"the shares must make 100%, and make {total}%")
        errors.append(FieldError("shares", "sum", text))
    if judgement.loss and judgement.loss not in rules.LOSSES:
        errors.append(FieldError("loss", "unknown", Text("请选择损失原因", "choose what went wrong")))
    if judgement.amount is not None and not 0 <= judgement.amount <= MAX_AMOUNT:
        errors.append(FieldError("amount", "range", Text("金额不能小于 0", "must not be below 0")))
    if shares["carrier"] and not code:
        errors.append(FieldError("carrier", "required", Text("请选择承运商", "say which carrier")))
    if code and code not in {each.code for each in fulfilment.carriers(active_only=False)}:
        errors.append(FieldError("carrier", "unknown", Text("没有这家承运商", "there is no such carrier")))
    if shares["supplier"] and not supplier_id:
        errors.append(FieldError("supplier", "required", Text("请选择供应商", "say which supplier")))
    elif judgement.supplier_id and judgement.supplier_id not in procurement.currencies([judgement.supplier_id]):
        errors.append(FieldError("supplier", "unknown", Text("没有这家供应商", "there is no such supplier")))
    if shares["merchant"] and not 0 < len(judgement.merchant_name.strip()) <= 200:
        errors.append(FieldError("merchant", "required", Text("请填写商家名称", "say which merchant")))
    if errors:
        raise ValidationFailed(errors=errors)


def _shown(number: str) -> LiabilityView:
    found = liability(number)
    assert found is not None
    return found
