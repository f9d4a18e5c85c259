"""The price guarantee (价保): which lines of an order are under it, and what a unit would cost their buyer now.

What counts is the buyer's own price for the units he has kept, less offers on that item alone (docs/pricing.md). Coupons
and what a whole cart brings are no price of an item.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from zhanggui.aftersales import selectors as aftersales
from zhanggui.aftersales.types import Spoken
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout.types import Delivery, ItemPrice, QuoteRequest, WantedLine
from zhanggui.kernel import clock, mall_settings
from zhanggui.orders import selectors as orders
from zhanggui.promotions.types import KINDS, Lane

from .types import DUE, FLASH, IN_CASE, WATCHED, GuaranteedLine, OrderGuarantee

#: An order nobody ever said had arrived is guaranteed for so long from dispatch.
ON_ITS_WAY = timedelta(days=60)
SENT = ("shipped", "delivered", "completed")
NOTHING_SPOKEN = Spoken({}, {})
Order = Mapping[str, Any]
Line = Mapping[str, Any]


def guarantee_of(order: Order, spoken: Spoken) -> OrderGuarantee | None:
    """The guarantee of an order as `orders.selectors` reads it; None where there is none, or not any more.

    No statement where it is over or switched off, else those of one batch of quotes.
    """
    return guarantees_of([order], {order["number"]: spoken})[0]


def guarantees_of(found: Sequence[Order], spoken: Mapping[str, Spoken]) -> list[OrderGuarantee | None]:
    """As `guarantee_of` for many, with the statements of one batch of quotes."""
    lines = [(order, line) for order in found if covers(order) for line in _lines(order)]
    prices = checkout.item_prices([_request(*one) for one in lines], without=left_aside())
    excluded = excluded_categories()
    told: dict[str, list[GuaranteedLine]] = {}
    for (order, line), price in zip(lines, prices, strict=True):
        if price is None or excluded.isdisjoint(price.category_ids):
            number = order["number"]
            told.setdefault(number, []).append(_told(line, price, spoken.get(number, NOTHING_SPOKEN)))
    return [_whole(order, told[order["number"]]) if order["number"] in told else None for order in found]


def covers(order: Order) -> bool:
    """Whether an order is in its time: all of it has left, and not too long ago. Imported history never is."""
    if not mall_settings.get("pledges.guarantee") or order["status"] not in SENT or order["origin"] or order["hold"]:
        return False
    until: datetime = until_of(order) or order["shipped_at"] + ON_ITS_WAY
    return clock.now() < until


def until_of(order: Order) -> datetime | None:
    """When its time is over; None while nobody has said that it arrived."""
    arrived: datetime | None = order["delivered_at"] or order["completed_at"]
    return arrived + timedelta(days=mall_settings.get("pledges.guarantee_days")) if arrived else None


def _lines(order: Order) -> list[Line]:
    """The lines that may be under it: bought for money, not all given back, not in a flash sale that is left out."""
    flash = set()
    if not mall_settings.get("pledges.guarantee_flash_sales"):
        flash = {one["ref"] for one in order["explanation"] if one.get("kind") == FLASH}
    return [
        line
        for line in order["lines"]
        if line["sku_id"] is not None
        and line["payable"] > line["refunded_amount"]
        and line["quantity"] > line["refunded_quantity"]
        and flash.isdisjoint(share.get("ref") for share in line["discounts"])
    ]


def _request(order: Order, line: Line) -> QuoteRequest:
    """What the buyer still has of a line, as he would buy it again."""
    member_id, mobile = order["member_id"], order["contact_mobile"]
    return QuoteRequest(
        (WantedLine("1", line["sku"], line["quantity"] - line["refunded_quantity"]),),
        delivery=Delivery(order["delivery_method"], mobile=mobile, province=order["province"]),
        member_id=member_id,
        holder=checkout.holder_of(member_id, mobile),
    )


def _told(line: Line, item: ItemPrice | None, spoken: Spoken) -> GuaranteedLine:
    kept = line["quantity"] - line["refunded_quantity"]
    price = (
        None if item is None else -(-item.total // kept) + line["surcharge"]
    )  # what it is made with costs what it did
    amount = 0 if price is None else aftersales.due_of(line, price, spoken)
    state = IN_CASE if spoken.held.get(line["line"]) else DUE if amount else WATCHED
    return GuaranteedLine(line["line"], state, kept, aftersales.paid_of(line), price, amount)


def _whole(order: Order, lines: Sequence[GuaranteedLine]) -> OrderGuarantee:
    return OrderGuarantee(
        order["number"],
        mall_settings.get("pledges.guarantee_days"),
        until_of(order),
        order["currency"],
        sum(line.amount for line in lines),
        mall_settings.get("pledges.guarantee_elsewhere"),
        tuple(lines),
    )


def left_aside() -> frozenset[str]:
    """The kinds of offers on single items that are no lower price."""
    aside = set()
    if not mall_settings.get("pledges.guarantee_promotions"):
        aside = {name for name, kind in KINDS.items() if kind.lane == Lane.ITEM} - {FLASH}
    if not mall_settings.get("pledges.guarantee_flash_sales"):
        aside.add(FLASH)
    return frozenset(aside)


def promised_days(category_ids: Iterable[int], *, in_flash_sale: bool = False) -> int:
    """For how many days from delivery the price of goods in a category (its path) is guaranteed; 0 for not at all.

    No statement, beside that of the tree of categories where it changed.
    """
    if not mall_settings.get("pledges.guarantee"):
        return 0
    if in_flash_sale and not mall_settings.get("pledges.guarantee_flash_sales"):
        return 0
    days: int = mall_settings.get("pledges.guarantee_days")
    return days if excluded_categories().isdisjoint(category_ids) else 0


def excluded_categories() -> frozenset[int]:
    """The categories without it; what lies below them is found by the path of goods."""
    codes = mall_settings.get("pledges.guarantee_excluded")
    return categories_in(codes)[0] if codes else frozenset()


def categories_in(codes: str) -> tuple[frozenset[int], list[str]]:
    """The categories with these codes, and the codes no category has."""
    wanted = {code.upper(): code for code in re.split(r"[\s,，、;；]+", codes) if code}
    known = {each.code.upper(): each.id for each in catalog.categories()} if wanted else {}
    return (
        frozenset(known[code] for code in wanted if code in known),
        [code for key, code in wanted.items() if key not in known],
    )


def orders_in_time(after: int, limit: int) -> list[dict[str, Any]]:
    """The next orders after an id that may be in their time, by id. One statement."""
    days = timedelta(days=mall_settings.get("pledges.guarantee_days"))
    now = clock.now()
    return orders.sent_since(now - days, now - ON_ITS_WAY, after=after, limit=limit)
