"""What a buyer is told before he buys: when goods leave, when they are there, what bringing them costs, province by province."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from zhanggui.carriage import selectors as carriage
from zhanggui.carriage.types import DeliveryTime
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, fresh, mall_settings
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.orders import selectors as orders
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import Freight, Sent

from .errors import NotForSale
from .types import EXPRESS


class Arrival(NamedTuple):
    """The days on which goods are expected, both included."""

    first: date
    last: date


class When(NamedTuple):
    """When goods bought and paid now are there: `hours` until they leave as promised, `arrival` None where nobody can say.

    `served` False: no carrier goes there; `remote`: carriers call the place far; `carrier` its code, "" where none is known.
    """

    hours: int
    leaves_by: datetime
    arrival: Arrival | None
    served: bool
    remote: bool
    carrier: str


class Estimate(NamedTuple):
    """What holds for goods bought and paid now. `refused`: why they are not sent there; then there is no freight and no arrival."""

    province: str
    when: When
    freight: Freight | None
    refused: Problem | None


def pieces_of(codes: Sequence[str]) -> dict[str, int]:
    """A SKU named n times is n pieces."""
    return {code: codes.count(code) for code in dict.fromkeys(codes)}


def goods_of(wanted: Mapping[str, int]) -> list[Sent]:
    """So many pieces of SKUs at the prices of now, as their freight is reckoned. Two statements. Raises NotForSale."""
    return [sent for sent, _ in _found(wanted)]


def _found(wanted: Mapping[str, int]) -> list[tuple[Sent, int | None]]:
    skus = catalog.sellable_by_code(list(wanted))
    prices = pricing.effective_prices([sku.sku_id for sku in skus if sku.sku_id], clock.now())
    found = []
    for sku in skus:
        price = prices.get(sku.sku_id)
        if not sku.sku_id or price is None:
            raise NotForSale(sku=sku.code, extra={"sku": sku.code})
        pieces = wanted[sku.code]
        amount = pieces * price.sale_price
        sent = Sent(sku.product_id, sku.category_ids, pieces, sku.weight_g, amount, sku.title)
        found.append((sent, catalog.supply_hours(sku.supply_mode, sku.promise_hours)))
    return found


def estimate(wanted: Mapping[str, int], province: str) -> Estimate:
    """For these SKUs by courier to this province. Two statements beyond the versions. Raises NotForSale, NotFound (nothing wanted)."""
    if not wanted:
        raise NotFound()
    found = _found(wanted)
    return estimate_goods([sent for sent, _ in found], [hours for _, hours in found], province)


def estimate_goods(goods: Sequence[Sent], hours: Sequence[int | None], province: str) -> Estimate:
    """The same for goods that are known; `hours` are those of their own promise (None: as the mall promises)."""
    found = when(province, hours)
    try:
        if not found.served:
            raise pricing.not_delivered(EXPRESS, province)
        freight = pricing.freight(EXPRESS, province, goods, version=fresh.pinned_or_known(pricing.FREIGHT_VERSION))
    except Problem as refused:
        return Estimate(province, found._replace(arrival=None), None, refused)
    return Estimate(province, found, freight, None)


def when(province: str, hours: Sequence[int | None] = ()) -> When:
    """When goods with these hours of their own promise (None: the mall's) would be there, paid now. No statement."""
    own = max((each for each in hours if each is not None), default=None)
    leaves_by = orders.promised_from(clock.now(), own=own).due
    times = times_to([province]).get(province)
    return When(
        max(mall_settings.get(orders.PROMISE_HOURS), own or 0),
        leaves_by,
        arrival_after(leaves_by, times),
        times is None or times.served,
        bool(times and times.remote),
        times.carrier if times else "",
    )


def times_to(provinces: Sequence[str]) -> dict[str, DeliveryTime]:
    """The days of the carriers, as of the request's look at what has changed; empty where the mall has none."""
    return carriage.delivery_times(provinces, version=fresh.pinned_or_known(carriage.VERSION))


def arrival_after(leaves: datetime, times: DeliveryTime | None) -> Arrival | None:
    """When goods that leave by then are there; None where nobody can say."""
    if times is None or not times.served:
        return None
    day = clock.local(leaves).date()
    return Arrival(day + timedelta(days=times.days_min), day + timedelta(days=times.days_max))


def expected(order: Mapping[str, object]) -> Arrival | None:
    """When an order that is sent by courier is expected: from the day it left, else from the day it is promised to leave.

    None for what is not paid, has arrived or is over, and where nobody can say.
    """
    if order["delivery_method"] != EXPRESS or order["status"] not in ("paid", "fulfilling", "shipped"):
        return None
    leaves = order["shipped_at"] or order["dispatch_due_at"]
    province = str(order["province"])
    if not isinstance(leaves, datetime) or not province:
        return None
    return arrival_after(leaves, times_to([province]).get(province))
