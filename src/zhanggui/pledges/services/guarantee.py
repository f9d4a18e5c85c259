"""Claims under the price guarantee. What is due is quoted first; the money is decided under the order's lock below."""

from collections.abc import Sequence
from contextlib import suppress

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.errors import NoDifference
from zhanggui.aftersales.types import CaseView
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.orders import selectors as orders

from ..errors import NotGuaranteed
from ..guarantee import guarantee_of, guarantees_of, orders_in_time
from ..types import OrderGuarantee

PART = 64


def claim_difference(order_number: str, *, expected: int | None = None, actor: Actor) -> CaseView:
    """Send back what has become cheaper of an order since; with `expected` (minor units) only if it is that much.

    Opens its own transaction. Raises NotFound, NotGuaranteed, NoDifference, DifferenceMoved, NotEligible.
    """
    return _pay(_guarantee(order_number), expected, actor)


def _pay(found: OrderGuarantee, expected: int | None, actor: Actor) -> CaseView:
    prices = {line.line: line.price for line in found.lines if line.amount and line.price is not None}
    if not prices:
        raise NoDifference()
    return aftersales.pay_differences(found.order_number, prices, expected=expected, actor=actor)


def claim_elsewhere(
    order_number: str,
    *,
    line: int,
    price: int,
    place: str,
    link: str = "",
    note: str = "",
    photos: Sequence[str] = (),
    actor: Actor,
) -> CaseView:
    """The buyer saw an item of the order for `price` (minor units, a unit) at `place`; staff decide. Opens its own transaction.

    Raises NotFound, NotGuaranteed, NotEligible, PhotosMissing, ValidationFailed.
    """
    found = _guarantee(order_number)
    if not found.elsewhere or found.line(line) is None:
        raise NotGuaranteed()
    return aftersales.claim_elsewhere(
        order_number, line=line, price=price, place=place, link=link, note=note, photos=photos, actor=actor
    )


def _guarantee(order_number: str) -> OrderGuarantee:
    order = orders.find(order_number)
    if order is None:
        raise NotFound()
    found = guarantee_of(order, cases.spoken_for(order_number))
    if found is None:
        raise NotGuaranteed()
    return found


def settle_differences(*, actor: Actor) -> int:
    """Pay every difference that is due, where the mall does so by itself; how many orders got something.

    Orders are looked through a part at a time, each paid in a transaction of its own; what is due to one and cannot be paid now
    is due the next time.
    """
    if not mall_settings.get("pledges.guarantee") or not mall_settings.get("pledges.guarantee_automatic"):
        return 0
    paid = after = 0
    while found := orders_in_time(after, PART):
        after = found[-1]["id"]
        for one in guarantees_of(found, {}):
            if one is not None and one.amount:
                with suppress(Problem):
                    _pay(one, None, actor)
                    paid += 1
    return paid
