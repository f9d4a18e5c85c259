"""What a buyer is given for what went wrong: by an entry of the playbook, within its limits, once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from zhanggui.aftersales import services as aftersales
from zhanggui.kernel import db, ids, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.permissions import POINTS as MAY_POINTS
from zhanggui.orders import selectors as orders
from zhanggui.promotions import services as promotions
from zhanggui.promotions.permissions import GRANT_COUPONS

from .. import locks, rules
from ..errors import GrantedBefore, GrantWrongState, NothingToGrant
from ..events import CompensationGranted
from ..limits import limits
from ..permissions import APPROVE, GRANT, need
from ..selectors import advise, play
from ..selectors import grant as find_grant
from ..types import GrantView, Remedy
from .common import name_of, tell

MAX_WORDS = 500


def grant(
    order_number: str,
    code: str,
    kind: str,
    *,
    key: str,
    amount: int | None = None,
    words: str = "",
    case_number: str = "",
    actor: Actor,
) -> GrantView:
    """Give the buyer of an order what an entry of the playbook allows; `amount` (points, money) is the usual one unless said.

    Within what service may give it is carried out at once; beyond it waits for somebody who may approve, who grants directly. The
    same `key` again answers the same. Opens its own transaction. Raises NotFound, PermissionDenied, ValidationFailed,
    GrantedBefore, NothingToGrant, and what carries it out refuses.
    """
    need(actor, GRANT)
    key = clean_text(key, "key", 80)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    order = orders.find(order_number)
    entry = play(code)
    if order is None or entry is None:
        raise NotFound()
    buyer = buyer_of(order)
    with transaction.atomic():
        locks.hold_buyer(buyer)
        if (known := db.row("select number, order_number from redress_grant where key = %s", (key,))) is not None:
            if known["order_number"] != order_number:
                raise ValidationFailed.one("key", "used", "请刷新页面后再试", "load the page again")
            return _shown(known["number"])
        order = orders.find(order_number)
        assert order is not None
        advice = next((each for each in advise(order, scenario=entry.scenario) if each.play.code == code), None)
        if advice is None:
            raise ValidationFailed.one("play", "unfit", "这条手册不适用于这个订单", "this entry is not for this order")
        offer = next((each for each in advice.offers if each.kind == kind), None)
        if offer is None:
            raise ValidationFailed.one("kind", "unknown", "这条手册没有这种补偿", "this entry has no such compensation")
        if offer.given:
            raise GrantedBefore(extra={"grant": offer.given})
        if offer.barrier is not None:
            raise NothingToGrant(reason=offer.barrier)
        wanted = _size(offer, amount, order["currency"])
        count = limits(order_number, buyer)
        why = rules.beyond(wanted, offer.free, **count)
        number = ids.document_number("B")
        db.execute(
            "insert into redress_grant (number, key, order_number, case_number, buyer, member_id, play_id, scenario, kind, amount, free,"
            " most, coupon, currency, beyond, words, asked_id, asked_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
            " %s, %s, %s, %s)",
            (
                number, key, order_number, case_number[:40], buyer, order["member_id"], entry.id, entry.scenario, kind, wanted,
                offer.free, offer.most, offer.coupon, order["currency"], why, words, actor.id, name_of(actor),
            ),
        )  # fmt: skip
        if why and not actor.may(APPROVE):
            tell(
                actor,
                "ask_grant",
                "grant",
                number,
                after={"order": order_number, "kind": kind, "amount": wanted, "beyond": why},
                reason=words,
            )
            return _shown(number)
        return _carry_out(number, order, words, approved=bool(why), actor=actor)


def decide_grant(number: str, yes: bool, *, words: str = "", actor: Actor) -> GrantView:
    """Agree to a compensation beyond the limits, which is carried out, or not (`words` say why). Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed, GrantWrongState, and what carries it out refuses.
    """
    need(actor, APPROVE)
    words = clean_text(words, "words", MAX_WORDS, required=not yes, lines=True)
    found = find_grant(number)
    order = orders.find(found.order_number) if found else None
    if found is None or order is None:
        raise NotFound()
    with transaction.atomic():
        locks.hold_buyer(buyer_of(order))
        held = locks.hold_grant(number)
        assert held is not None
        if held["state"] != rules.WAITING:
            raise GrantWrongState(state=rules.GRANT_STATES[held["state"]], extra={"state": held["state"]})
        if yes:
            return _carry_out(number, order, words, approved=True, actor=actor)
        db.execute(
            "update redress_grant set state = %s, decided_by = %s, decided_at = kernel_now(), decision = %s where id = %s",
            (rules.DECLINED, name_of(actor), words, held["id"]),
        )
        tell(actor, "decline_grant", "grant", number, reason=words)
        return _shown(number)


def _size(offer: Remedy, amount: int | None, currency: str) -> int:
    if offer.kind not in rules.SIZED:
        return offer.usual
    wanted = offer.usual if amount is None else amount
    if not 0 < wanted <= offer.most:
        most = str(offer.most) if offer.kind == rules.POINTS else format_minor(offer.most, currency)
        raise ValidationFailed.one("amount", "range", f"应大于 0，最多 {most}", f"must be above 0, at most {most}")
    return wanted


@db.needs_transaction
def _carry_out(number: str, order: Mapping[str, Any], words: str, *, approved: bool, actor: Actor) -> GrantView:
    held = locks.hold_grant(number)
    assert held is not None
    outcome, cost = _give(held, order, actor)
    db.execute(
        "update redress_grant set state = %s, approved = %s, cost = %s, outcome = %s, decided_by = %s, decided_at = kernel_now(),"
        " decision = %s where id = %s",
        (rules.GRANTED, approved, cost, outcome, name_of(actor), words if approved else "", held["id"]),
    )
    tell(
        actor, "grant", "grant", number, reason=words,
        after={"order": held["order_number"], "scenario": held["scenario"], "kind": held["kind"], "amount": held["amount"]},
    )  # fmt: skip
    outbox.record(CompensationGranted(number, held["order_number"], held["scenario"], held["kind"], held["amount"]))
    return _shown(number)


@db.needs_transaction
def _give(held: Mapping[str, Any], order: Mapping[str, Any], actor: Actor) -> tuple[str, int]:
    """Through whoever keeps it; what carried it out, and what it costs the mall. The playbook lends the right for this alone."""
    number, kind, amount = held["number"], held["kind"], held["amount"]
    lent = Actor(actor.kind, actor.id, actor.label, actor.permissions | {MAY_POINTS, GRANT_COUPONS})
    said = f"{rules.SCENARIOS[held['scenario']].zh}补偿 {number}"
    if kind == rules.POINTS:
        member_services.adjust(held["member_id"], amount, reason=said, key=f"redress:{number}", actor=lent)
        return f"redress:{number}", members.points_value(amount)
    if kind == rules.COUPON:
        if not promotions.grant(held["coupon"], [held["member_id"]], actor=lent):
            raise NothingToGrant(reason=Text("这位会员已领满这张券", "the member has had this coupon"))
        return f"coupon:{held['coupon']}", 0
    reason = rules.REFUND_REASON.get(held["scenario"], "other")
    case = aftersales.pay_goodwill(
        held["order_number"], goods=amount if kind == rules.REFUND else 0, freight=amount if kind == rules.FREIGHT else 0,
        reason=reason, words=said, actor=actor,
    )  # fmt: skip
    return case.number, case.amount


def buyer_of(order: Mapping[str, Any]) -> str:
    """Whose compensations are counted together: a member's, or those of guests with one mobile."""
    if order["member_id"] is not None:
        return f"member:{order['member_id']}"
    return f"guest:{salted_hmac('zhanggui.redress.buyer', order['contact_mobile'] or order['number']).hexdigest()[:32]}"


def _shown(number: str) -> GrantView:
    found = find_grant(number)
    assert found is not None
    return found
