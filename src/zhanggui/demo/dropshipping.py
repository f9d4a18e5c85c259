"""A supplier who sends for the mall: six articles of his, what he holds, and orders of them in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from zhanggui.aftersales import services as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import services as checkout
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.types import PlaceCommand, Purchase, QuoteRequest, WantedLine
from zhanggui.dropship import selectors, services
from zhanggui.dropship.types import ReturnTo, Stated
from zhanggui.fulfilment import services as fulfilment
from zhanggui.fulfilment.types import TrackingNews
from zhanggui.inventory import selectors as stock
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import Problem
from zhanggui.procurement import selectors as procurement

from .people import Buyer
from .shopping import actor_of
from .world import World

SUPPLIER, ARTICLES, HELD = "CS", 6, 40
BEGAN = 110  # hours before the present
RETURNS = ReturnTo("潮汕食品退货组", "0754-8899000", "广东省汕头市金平区潮汕路 118 号 2 号仓")


class Story(NamedTuple):
    """An order so many hours before the present, and how far its supplier has come with it. `others`: with goods of ours beside it."""

    hours: int
    units: int
    comes_to: str
    others: bool = False


STORIES = (
    Story(98, 1, "delivered"),
    Story(92, 2, "delivered", others=True),
    Story(84, 1, "confirmed"),  # past its promise
    Story(70, 1, "delivered"),
    Story(58, 3, "shipped"),
    Story(44, 1, "shipped", others=True),
    Story(31, 1, "confirmed"),
    Story(27, 2, "recalled"),
    Story(22, 1, "refused"),
    Story(19, 1, "sent"),  # and he does not answer
    Story(5, 2, "sent", others=True),
    Story(1, 1, "sent"),
)


def live(world: World) -> None:
    """All of it, at the end of the past: the goods were the mall's own until then."""
    supplier = next((row for row in procurement.supplier_page(q=SUPPLIER).items if row.code == SUPPLIER), None)
    if supplier is None or world.ends - timedelta(hours=BEGAN) < world.begins:
        return
    with clock.at(world.ends - timedelta(hours=BEGAN)):
        skus = _begin(world, supplier.id)
    for place, story in enumerate(STORIES):
        with clock.at(world.ends - timedelta(hours=story.hours)) as move:
            _tell(world, supplier.id, skus[place % len(skus)], story, place, move)
    services.watch_late(actor=SYSTEM)


def _begin(world: World, supplier_id: int) -> list[str]:
    """He sends his articles from now on; what the mall has left of them goes back to him. Their codes."""
    people = world.clerks
    services.open_partner(supplier_id, return_to=RETURNS, actor=people.purchasing)
    skus = [each.sku_id for each in procurement.offerings(supplier_id)][:ARTICLES]
    products = sorted({product for product, _ in catalog.products_of(skus).values()})
    services.set_supply(products, "dropshipped", promise_hours=None, actor=people.manager)
    left = [StockRow(level.sku_id, level.reserved + level.withheld, level.warehouse_id) for level in stock.levels(skus)]
    inventory.set_on_hand(left, actor=people.warehouse, reason="改为代发，余货退回供应商")
    services.state_stock(
        supplier_id, [Stated(sku, HELD - 6 * place) for place, sku in enumerate(skus)], actor=people.purchasing
    )
    codes = catalog.sku_codes(skus)
    return [codes[sku] for sku in skus]


def _tell(world: World, supplier_id: int, sku: str, story: Story, place: int, move: Callable[[datetime], None]) -> None:
    buyer = world.people.somebody()
    number = _buy(world, buyer, sku, story)
    if number is None:
        return
    world.settle_money()
    services.follow([number], actor=SYSTEM)
    found = selectors.of_order(number)
    if not found or story.comes_to == "sent":
        return
    view = selectors.partner(supplier_id)
    assert view is not None
    key = selectors.desk_link(view).rpartition("/")[2]
    told, now = found[0].number, clock.now()
    move(now + timedelta(minutes=40))
    if story.comes_to == "refused":
        services.refuse(told, reason="out_of_stock", words="这批货断货，约两周后到", actor=GUEST, secret=key)
        return
    services.confirm(told, ready_on=clock.business_date(now + timedelta(days=1)), actor=GUEST, secret=key)
    if story.comes_to == "recalled":
        move(now + timedelta(hours=2))
        case = aftersales.request(number, kind="cancel", reason="ordered_wrong", note="拍重了", actor=actor_of(buyer))
        aftersales.approve(case.number, actor=world.clerks.service)
        aftersales.refund(case.number, actor=SYSTEM)
        world.money_moves = True
        world.settle_money()
        services.follow([number], actor=SYSTEM)
    elif story.comes_to in ("shipped", "delivered"):
        move(now + timedelta(hours=20 + place % 3))
        waybill = f"YT{world.chance.randrange(10**12, 10**13)}"
        services.ship(told, carrier="YTO", waybill_no=waybill, actor=GUEST, secret=key)
        if story.comes_to == "delivered":
            move(now + timedelta(hours=52))
            news = TrackingNews("YTO", waybill, clock.now(), "delivered", "已签收", "")
            fulfilment.record_tracking([news], actor=SYSTEM)


def _buy(world: World, buyer: Buyer, sku: str, story: Story) -> str | None:
    lines = [WantedLine("1", sku, story.units)]
    if story.others:
        beside = next(article for article in world.shelves.articles if article.fate == "steady" and article.sku != sku)
        lines.append(WantedLine("2", beside.sku, 1))
    request = QuoteRequest(tuple(lines), (), buyer.delivery, buyer.member_id, holder_of(buyer.member_id, buyer.mobile))
    provider = "alipay" if world.practice else "simulator"
    [answer] = checkout.place_orders([PlaceCommand(request, provider, actor_of(buyer), "", "", "")])
    if not isinstance(answer, Purchase):
        if not isinstance(answer, Problem):
            raise answer
        return None
    assert answer.order is not None
    if world.practice and answer.order["status"] != "paid":
        world.practice.pay(provider, answer.number, answer.order["total"], f"掌柜订单 {answer.number}")
        world.practice.deliver_post(actor=SYSTEM)
    world.tally.orders += 1
    return answer.number
