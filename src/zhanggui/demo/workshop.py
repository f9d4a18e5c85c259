"""What the workshop makes: a mug with a name on it and curtains cut to size, and orders of them in every state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from zhanggui.bespoke.types import CHOICE, NUMBER, TEXT, Choice, Field
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import services as checkout
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.types import PlaceCommand, Purchase, QuoteRequest, WantedLine
from zhanggui.fulfilment import services as fulfilment
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound
from zhanggui.workshop import selectors, services

from .shopping import actor_of
from .world import World

MUG, CURTAIN = "dip-mug", "linen-curtains"
BEGAN = 90  # hours before the present
FORMS: Mapping[str, tuple[Field, ...]] = {
    MUG: (
        Field(
            "name", TEXT, "刻字", "Engraving", "刻在杯身正面，名字或日期", "On the front: a name or a date", required=True, surcharge=1200,
            most="8", allowed="names",
        ),
        Field(
            "colour", CHOICE, "字色", "Colour of the letters", required=True,
            choices=(Choice("原色", "原色", "Plain"), Choice("金色", "金色", "Gold", 800), Choice("银色", "银色", "Silver", 600)),
        ),
    ),
    CURTAIN: (
        Field(
            "width", NUMBER, "宽", "Width", "量窗帘杆的长度，再加 10 cm", "The rod, and 10 cm more", required=True, least="60", most="300",
            step="1", unit="cm",
        ),
        Field(
            "height", NUMBER, "高", "Height", "从挂钩量到离地 2 cm", "From the hooks to 2 cm above the floor", required=True, least="80",
            most="320", step="1", unit="cm",
        ),
        Field(
            "head", CHOICE, "挂法", "Heading", required=True,
            choices=(Choice("挂钩", "挂钩", "Hooks"), Choice("打孔", "打孔", "Eyelets", 2000), Choice("韩褶", "韩褶", "Pleats", 3500)),
        ),
        Field("mark", TEXT, "绑带绣字", "Name on the tie-back", surcharge=1500, most="6", allowed="names"),
    ),
}  # fmt: skip


class Story(NamedTuple):
    """An order so many hours before the present, and how far the workshop has come with it."""

    hours: int
    slug: str
    units: int
    said: Mapping[str, str]
    comes_to: str
    others: bool = False


STORIES = (
    Story(84, MUG, 1, {"name": "小满", "colour": "金色"}, "made"),
    Story(76, CURTAIN, 2, {"width": "150", "height": "240", "head": "打孔"}, "made", others=True),
    Story(50, MUG, 2, {"name": "阿禾 2026", "colour": "原色"}, "making"),
    Story(33, CURTAIN, 1, {"width": "90", "height": "160", "head": "韩褶", "mark": "三三"}, "making"),
    Story(26, MUG, 1, {"name": "老周", "colour": "银色"}, "to_make"),
    Story(9, MUG, 3, {"name": "山川湖海", "colour": "金色"}, "to_make", others=True),
    Story(3, CURTAIN, 2, {"width": "180", "height": "265", "head": "挂钩"}, "to_make"),
)


def live(world: World) -> None:
    """All of it, at the end of the past: until then both were kept in stock."""
    if world.ends - timedelta(hours=BEGAN) < world.begins:
        return
    with clock.at(world.ends - timedelta(hours=BEGAN)):
        codes = {slug: code for slug in FORMS if (code := _begin(world, slug))}
    for story in STORIES:
        if story.slug in codes:
            with clock.at(world.ends - timedelta(hours=story.hours)):
                _tell(world, codes[story.slug], story)


def _begin(world: World, slug: str) -> str:
    """It is made to order from now on; the code of its first variant, "" where the mall has no such product."""
    try:
        product = catalog.product_by_slug(slug)
    except NotFound:
        return ""
    services.make_to_order(
        product.id,
        FORMS[slug],
        hours=96 if slug == MUG else None,
        daily=6 if slug == MUG else 4,
        actor=world.clerks.manager,
    )
    return product.skus[0].code


def _tell(world: World, sku: str, story: Story) -> None:
    buyer = world.people.somebody()
    lines = [WantedLine("1", sku, story.units, dict(story.said))]
    if story.others:
        beside = next(each for each in world.shelves.articles if each.fate == "steady" and each.sku != sku)
        lines.append(WantedLine("2", beside.sku, 1))
    request = QuoteRequest(tuple(lines), (), buyer.delivery, buyer.member_id, holder_of(buyer.member_id, buyer.mobile))
    provider = "alipay" if world.practice else "simulator"
    [answer] = checkout.place_orders([PlaceCommand(request, provider, actor_of(buyer), "", "", "")])
    if not isinstance(answer, Purchase) or answer.order is None:
        return
    if world.practice and answer.order["status"] != "paid":
        world.practice.pay(provider, answer.number, answer.order["total"], f"掌柜订单 {answer.number}")
        world.practice.deliver_post(actor=SYSTEM)
    world.tally.orders += 1
    world.settle_money()
    maker = world.clerks.warehouse
    for work in selectors.waiting([answer.number]):
        if story.comes_to != "to_make":
            services.start(work.order_number, work.line, actor=maker)
        if story.comes_to == "made":
            services.finish(work.order_number, work.line, actor=maker)
    fulfilment.review([answer.number], actor=SYSTEM)
