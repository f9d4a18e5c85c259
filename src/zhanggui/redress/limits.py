"""How often an order and a buyer have been compensated, and how often they may be."""

from zhanggui.kernel import db, mall_settings

from .rules import DAYS_COUNTED
from .settings import PER_BUYER, PER_ORDER


def limits(order_number: str, buyer: str) -> dict[str, int]:
    """The counts of an order and its buyer beside the mall's bounds, as `rules.beyond` takes them. One statement."""
    row = db.row(
        "select (select count(*)::int from redress_grant where order_number = %s and state <> 'declined') as of_order,"
        " (select count(*)::int from redress_grant where buyer = %s and state <> 'declined'"
        " and asked_at > kernel_now() - make_interval(days => %s)) as often",
        (order_number, buyer, DAYS_COUNTED),
    )
    assert row is not None
    return {**row, "per_order": mall_settings.get(PER_ORDER), "most_often": mall_settings.get(PER_BUYER)}
