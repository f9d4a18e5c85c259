"""Goods that buyers fetch themselves, in every state at two points; and plants, which go by a freight template of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import services as checkout
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.types import PICKUP, PlaceCommand, Purchase, QuoteRequest, WantedLine
from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pickup import selectors as points
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PIECES, RegionRule, TemplateDraft

from .shopping import actor_of
from .world import World

PLANTS = TemplateDraft(
    "绿植（按件）", "Plants, by pieces", PIECES,
    (
        RegionRule((), fee=1_200, first=1, step=1, step_fee=400, free_pieces=6),
        RegionRule(("内蒙古", "青海", "甘肃", "宁夏"), fee=2_000, first=1, step=1, step_fee=800, surcharge=800),
        RegionRule(("新疆", "西藏", "香港", "澳门", "台湾"), deliverable=False),
    ),
)  # fmt: skip
SHELF = "绿植花器"


class Story(NamedTuple):
    """An order so many hours before the present for the first or second point, and what became of it."""

    hours: int
    point: int
    comes_to: str


STORIES = (
    Story(230, 1, "overdue"),
    Story(96, 0, "handed"),
    Story(80, 1, "handed"),
    Story(50, 0, "ready"),
    Story(44, 1, "ready"),
    Story(20, 0, "ready"),
    Story(18, 1, "coming"),
    Story(6, 1, "coming"),
    Story(2, 0, "waiting"),
)


def freight() -> None:
    """Plants are heavy and tender: they pay by pieces, and do not travel everywhere."""
    shelf = next((one for one in catalog.categories() if one.name_zh == SHELF), None)
    if shelf is not None:
        made = pricing.save_template("", PLANTS, actor=SYSTEM)
        pricing.assign_template(made.code, category_ids=[shelf.id], actor=SYSTEM)


def live(world: World) -> None:
    """Some buyers of the last days fetch their goods."""
    places = points.points()
    if len(places) < 2 or world.ends - timedelta(hours=STORIES[0].hours) < world.begins:
        return
    codes = [article.sku for article in world.shelves.articles if article.fate == "steady"][-len(STORIES) :]
    for place, story in enumerate(STORIES[: len(codes)]):
        with clock.at(world.ends - timedelta(hours=story.hours)) as move:
            _tell(world, codes[place], story, places[story.point].code, move)
    fulfilment.remind(actor=SYSTEM)


def _tell(world: World, sku: str, story: Story, point: str, move: Callable[[datetime], None]) -> None:
    number = _buy(world, sku, point)
    if number is None or story.comes_to == "waiting":
        return
    world.settle_money()
    now, keeper = clock.now(), world.clerks.warehouse
    move(now + timedelta(hours=1))
    fulfilment.set_ready(number, actor=keeper)
    if story.comes_to == "coming":
        return
    move(now + timedelta(hours=9))
    fulfilment.pickup_arrived([number], point=point, actor=keeper)
    if story.comes_to == "handed":
        move(now + timedelta(hours=31))
        row = db.row("select code from fulfilment_collection where order_number = %s", (number,))
        assert row is not None
        fulfilment.give_out(row["code"], point=point, actor=keeper)


def _buy(world: World, sku: str, point: str) -> str | None:
    """Somebody buys a piece to be fetched there, and pays."""
    buyer = world.people.somebody()
    request = QuoteRequest(
        (WantedLine("1", sku, 1),), delivery=replace(buyer.delivery, method=PICKUP, point=point), member_id=buyer.member_id,
        holder=holder_of(buyer.member_id, buyer.mobile),
    )  # fmt: skip
    provider = "alipay" if world.practice else "simulator"
    [bought] = checkout.place_orders([PlaceCommand(request, provider, actor_of(buyer), "", "", "")])
    if not isinstance(bought, Purchase):
        return None
    assert bought.order is not None
    if world.practice and bought.order["status"] != "paid":
        world.practice.pay(provider, bought.number, bought.order["total"], f"掌柜订单 {bought.number}")
        world.practice.deliver_post(actor=SYSTEM)
    world.tally.orders += 1
    return bought.number
