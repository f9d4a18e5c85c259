"""Yes, no, or never mind."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction

from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed

from .. import locks
from ..states import CANCEL, COMES_BACK, EXCHANGE, PRICE_GUARANTEE, RESEND
from ..types import CaseView
from .common import announce, keep, shown
from .guarantee import grant_price
from .replace import choose_part, let_go, put_aside, send_replacement
from .reserve import reserve_cancel

MAX_DECISION = 1000
NO_PARTS: Mapping[int, str] = MappingProxyType({})


def approve(
    number: str, *, note: str = "", price: int | None = None, parts: Mapping[int, str] = NO_PARTS, actor: Actor
) -> CaseView:
    """Agree. Units of a `cancel` are given up and their stock is freed at once; a return is waited for. Of a claim that a
    unit costs less elsewhere, `price` is what staff find it costs (minor units), where that is not what the buyer said.
    What comes instead in an exchange is put aside; what was missing goes out at once, or `parts` (article codes by line) do.

    Opens its own transaction. Raises NotFound, CaseWrongState, NoReplacement, for a `cancel` whose goods left meanwhile NothingToShip
    or OrderWrongState, for such a claim PermissionDenied, NotEligible, ValidationFailed.
    """
    note = _text(note, required=False)
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        action = "await_return" if view.kind in COMES_BACK else "approve"
        moved = locks.move(number, action, by=actor, decision=note, decided_at=clock.now())
        if view.kind == EXCHANGE:
            put_aside(view, actor=actor)
        if view.kind == RESEND:
            choose_part(view, parts)
            locks.move(number, "replace", by=actor, replacement=send_replacement(view, actor=actor))
        if view.kind == PRICE_GUARANTEE:
            grant_price(view, price, actor=actor)
        if view.kind == CANCEL:
            fulfilment.hold_parcels(view.order_number, actor=actor)
            reserve_cancel(moved, actor=actor)
            fulfilment.settle_delivery(view.order_number, actor=actor)
        keep(actor, "approve", number, reason=note)
        announce(number)
        return shown(number)


def reject(number: str, *, reason: str, actor: Actor) -> CaseView:
    """Refuse, in words for the buyer; also a return that never came. Opens its own transaction.

    Raises NotFound, CaseWrongState, ValidationFailed.
    """
    reason = _text(reason, required=True)
    with transaction.atomic():
        locks.order(shown(number).order_number)
        let_go(number, actor=actor)
        locks.move(number, "reject", by=actor, decision=reason, decided_at=clock.now(), closed_at=clock.now())
        keep(actor, "reject", number, reason=reason)
        announce(number)
        return shown(number)


def withdraw(number: str, *, actor: Actor) -> CaseView:
    """The buyer does not want it any more. Opens its own transaction. Raises NotFound, CaseWrongState."""
    with transaction.atomic():
        locks.order(shown(number).order_number)
        let_go(number, actor=actor)
        locks.move(number, "withdraw", by=actor, closed_at=clock.now())
        keep(actor, "withdraw", number)
        announce(number)
        return shown(number)


def _text(text: str, *, required: bool) -> str:
    text = text.strip()
    if (required and not text) or len(text) > MAX_DECISION:
        raise ValidationFailed.one(
            "reason",
            "length",
            f"请填写说明（最多 {MAX_DECISION} 字）",
            f"a text of at most {MAX_DECISION} characters is needed",
        )
    return text
