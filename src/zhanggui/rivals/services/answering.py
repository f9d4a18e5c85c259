"""What somebody does about a competitor's price: another price, or nothing and why."""

from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing import services as prices
from zhanggui.pricing.types import PriceRow

from ..locks import hold_finding
from ..permissions import RECORD
from ..types import OPEN


def answer(finding_id: int, *, price: int, reason: str = "", actor: Actor) -> int | None:
    """Ask `price` from now on, as far as one person may; the request that waits for approval, where it goes further.

    Floors and approvals are those of any price change. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied
    and what `propose_prices` raises.
    """
    if not actor.may("pricing.change"):
        raise PermissionDenied()
    with transaction.atomic():
        held = hold_finding(finding_id)
        if held is None:
            raise NotFound()
        if held["state"] != OPEN:
            raise WrongState(state=held["state"])
        now = pricing.base_prices([held["sku_id"]])[held["sku_id"]]
        why = (reason.strip() or f"竞品 {held['rival']}")[:200]
        row = PriceRow(held["sku_id"], max(now.list_price, price), price, seen=(now.list_price, now.sale_price))
        done = prices.propose_prices([row], reason=why, actor=actor)
        request = done.requests[0] if done.requests else None
        db.execute(
            "update rivals_finding set state = 'answered', answered_price = %s, request_id = %s, reason = %s, by = %s,"
            " decided_at = kernel_now() where id = %s",
            (price, request, why, actor.label[:200], finding_id),
        )
        audit.record(
            actor=actor, action="rivals.answer", target_type="rival_finding", target_id=finding_id, reason=why,
            after={"price": price, "theirs": held["theirs"], "request": request},
        )  # fmt: skip
    return request


def ignore(finding_id: int, *, reason: str, actor: Actor) -> None:
    """Keep our price, and say why; the same price of theirs is not asked about again. Opens its own transaction.

    Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    if not actor.may(RECORD):
        raise PermissionDenied()
    reason = reason.strip()
    if not 1 <= len(reason) <= 200:
        raise ValidationFailed.one(
            "reason", "required", "请写明原因，不超过 200 字", "say why, in at most 200 characters"
        )
    with transaction.atomic():
        held = hold_finding(finding_id)
        if held is None:
            raise NotFound()
        if held["state"] != OPEN:
            raise WrongState(state=held["state"])
        db.execute(
            "update rivals_finding set state = 'ignored', reason = %s, by = %s, decided_at = kernel_now() where id = %s",
            (reason, actor.label[:200], finding_id),
        )
        audit.record(
            actor=actor, action="rivals.ignore", target_type="rival_finding", target_id=finding_id, reason=reason,
            after={"theirs": held["theirs"], "ours": held["ours"]},
        )  # fmt: skip
