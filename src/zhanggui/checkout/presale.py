"""Paying a presale's balance: the reserved article at its promised price, what the deposit counts for, and nothing else with it."""

from collections.abc import Mapping
from dataclasses import replace

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SellableSku
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.presale.errors import PresaleGoesAlone, not_payable
from zhanggui.presale.types import DEPOSITED, KIND, ORDERED, WAITING, ReservationView
from zhanggui.pricing.types import Price
from zhanggui.promotions.types import Applied, Lane, Share, Verdict

from .types import QuotedLine, QuoteRequest

GREW = Text("定金膨胀", "The deposit counts for more")
PRICE = Text("预售价", "Presale price")


def reserved(
    request: QuoteRequest,
    terms: ReservationView | None,
    skus: Mapping[str, SellableSku],
    prices: Mapping[int, Price],
    problems: list[Problem],
) -> tuple[tuple[QuotedLine, ...], Verdict, int]:
    """The line of a reservation, what its deposit grew by, and the deposit. What is wrong is added to `problems`.

    The price was promised, so the article is sold whether it is still in the shop or not; its stock is held already.
    """
    wrong = _why_not(request, terms, skus)
    if wrong is not None:
        problems.append(wrong)
    if terms is None or terms.member_id != request.member_id or not request.lines:
        return (), Verdict((), 0, (), ()), 0
    wanted = request.lines[0]
    sku = skus.get(wanted.sku)
    if sku is None or sku.sku_id != terms.sku_id:
        return (), Verdict((), 0, (), ()), 0
    known = prices.get(sku.sku_id)
    subtotal = terms.price * terms.quantity
    line = QuotedLine(
        wanted.id, wanted.sku, sku.sku_id, sku.product_id, sku.title, sku.options, sku.image, sku.slug, terms.quantity,
        terms.quantity, max(known.list_price if known else 0, terms.price), terms.price, known.cost if known else None,
        subtotal, 0, subtotal, (), (), special=KIND, one_price=terms.price,
        sale_price=max(known.sale_price if known else 0, terms.price), special_name=PRICE, supply_mode=sku.supply_mode,
        promise_hours=catalog.supply_hours(sku.supply_mode, sku.promise_hours),
    )  # fmt: skip
    off = terms.gain
    if not off:
        return (line,), Verdict((), 0, (), ()), terms.paid
    line = replace(line, discount=off, payable=subtotal - off, shares=(Share(0, "", off),))
    return (line,), Verdict((), off, (Applied(0, KIND, Lane.ITEM, GREW, "", None, off, False),), ()), terms.paid


def _why_not(request: QuoteRequest, terms: ReservationView | None, skus: Mapping[str, SellableSku]) -> Problem | None:
    if terms is None or terms.member_id != request.member_id:
        return not_payable("unknown")
    if terms.state == WAITING:
        return not_payable("no_deposit")
    if terms.state == ORDERED:
        return not_payable("ordered")
    if terms.state != DEPOSITED:
        return not_payable("over")
    now = clock.now()
    if now < terms.balance_from:
        return not_payable("too_early")
    if now >= terms.balance_until:
        return not_payable("too_late")
    if request.coupons or request.points or len(request.lines) != 1:
        return PresaleGoesAlone()
    line = request.lines[0]
    sku = skus.get(line.sku)
    if sku is None or sku.sku_id != terms.sku_id or line.quantity != terms.quantity:
        return not_payable("changed")
    return None
