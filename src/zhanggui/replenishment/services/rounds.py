"""Asking for a round of forecasts."""

from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied
from zhanggui.procurement import selectors as procurement

from ..core.demand import monday_of
from ..errors import RoundUnderWay
from ..jobs import round_soon
from ..permissions import PLAN
from ..settings import HORIZON_WEEKS


def start_round(*, actor: Actor) -> int:
    """Ask for new forecasts of all SKUs up to last Sunday; the round's id. Opens its own transaction.

    Raises RoundUnderWay, PermissionDenied.
    """
    if not actor.may(PLAN):
        raise PermissionDenied()
    try:
        with transaction.atomic():
            row = db.row(
                "insert into replenishment_round (until, horizon, actor_id, actor_label) values (%s, %s, %s, %s) returning id",
                (monday_of(clock.business_date()), mall_settings.get(HORIZON_WEEKS), actor.id, actor.label[:200]),
            )
            assert row is not None
            audit.record(
                actor=actor, action="replenishment.start_round", target_type="forecast_round", target_id=row["id"]
            )
            transaction.on_commit(round_soon)
    except IntegrityError as problem:
        raise RoundUnderWay() from problem
    return int(row["id"])


def start_weekly() -> int | None:
    """The weekly round, where the mall buys of anybody and none is under way; its id."""
    if not procurement.supplier_choices():
        return None
    try:
        return start_round(actor=SYSTEM)
    except RoundUnderWay:
        return None
