"""The one thing the shop window writes: what goes along with what."""

from datetime import timedelta

from django.db import transaction

from zhanggui.kernel import clock, db, mall_settings, versions
from zhanggui.kernel.actor import Actor
from zhanggui.orders import selectors as orders

from . import company

__all__ = ["refresh_together"]


def refresh_together(*, actor: Actor) -> int:
    """Count anew what is bought together (`showcase.together_days` of orders); products that have company.

    Opens its own transaction; `actor` is the machine itself, nothing is decided here. Pages follow at once.
    """
    since = clock.now() - timedelta(days=mall_settings.get("showcase.together_days"))
    found = orders.bought_together(since, least=mall_settings.get("showcase.together_orders"))
    with transaction.atomic():
        db.execute("delete from showcase_together")
        db.execute(
            "insert into showcase_together (product_id, others)"
            " select product_id, others from jsonb_to_recordset(%s) as r(product_id bigint, others bigint[])",
            (db.Json([row._asdict() for row in found]),),
        )
        versions.bump(company.VERSION)
    return len(found)
