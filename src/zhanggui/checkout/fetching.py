"""What it means for a purchase that its buyer fetches it: the goods go to the point's address, and the point has to be open."""

from dataclasses import replace

from zhanggui.kernel.problems import Problem
from zhanggui.pickup import selectors as pickup

from .errors import PointClosed
from .types import PICKUP, Delivery


def at_point(delivery: Delivery | None) -> Delivery | None:
    """The same with the address of its point, where it names one there is. No statement beyond the version's."""
    point = pickup.point(delivery.point) if delivery is not None and delivery.point else None
    if delivery is None or point is None or delivery.method != PICKUP:
        return delivery
    return replace(
        delivery, province=point.province, city=point.city, district=point.district,
        line=f"{point.name} {point.address}"[:200],
    )  # fmt: skip


def closed(delivery: Delivery | None) -> Problem | None:
    """Why goods cannot be fetched there; None where they can, and where no point is named."""
    if delivery is None or not delivery.point:
        return None
    point = pickup.point(delivery.point)
    if point is not None and point.active and delivery.method == PICKUP:
        return None
    return PointClosed(extra={"point": delivery.point})
