"""One presale that runs when the visitor comes: some have paid their deposits, the demo's member among them."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial

from zhanggui.inventory import services as stock
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem
from zhanggui.presale import services
from zhanggui.presale.types import PresaleArticle, PresaleDraft

from . import rhythm
from .goods import Article
from .world import World

BEFORE = timedelta(days=2)
MEMBER_RESERVES = timedelta(hours=5)  # before the present
APART = timedelta(hours=6, minutes=17)
PIECES, BUYERS, LEAST_PRICE = 60, 6, 8_000


def plan(world: World, member: int) -> None:
    """The offer two days before the present, its buyers since then."""
    world.agenda.plan(max(world.ends - BEFORE, world.begins), partial(_offer, world, member))


def _offer(world: World, member: int) -> None:
    article = next((one for one in world.shelves.articles if one.price >= LEAST_PRICE), None)
    if article is None:
        return
    deposit = article.price // 2_000 * 100
    terms = PresaleArticle(article.price // 1_000 * 900, PIECES, deposit, counts_for=2 * deposit)
    today = clock.business_date(world.ends)
    draft = PresaleDraft(
        "年货节新品预售", {article.sku_id: terms}, clock.now(), rhythm.at(today + timedelta(days=6), time(20)),
        rhythm.at(today + timedelta(days=7), time(20)), rhythm.at(today + timedelta(days=10), time(20)),
        today + timedelta(days=14), label_en="New Year presale", buyer_limit=3,
    )  # fmt: skip
    clerks = world.clerks
    stock.receive([StockRow(article.sku_id, PIECES)], reference="CG-YUSHOU", reason="预售备货", actor=clerks.warehouse)
    offer = services.create_offer(draft, actor=clerks.manager)
    services.publish_offer(offer, actor=clerks.manager, reason="年货节引流")
    others = [buyer.member_id for buyer in world.regulars if buyer.member_id not in (None, member)][:BUYERS]
    moments = [(clock.now() + place * APART, buyer) for place, buyer in enumerate(others, 1)]
    for at, buyer in [*moments, (max(world.ends - MEMBER_RESERVES, clock.now()), member)]:
        if buyer is not None and at < world.ends:
            world.agenda.plan(at, partial(_deposit, world, offer, article, buyer))


def _deposit(world: World, offer: int, article: Article, member: int) -> None:
    """One buyer reserves and pays his deposit at once."""
    who = Actor("member", member, "member")
    try:
        number = services.reserve(offer, article.sku_id, 1, member_id=member, key=f"demo:{offer}:{member}", actor=who)
    except Problem:
        world.tally.refused += 1  # the last pieces were sold over the counter meanwhile
        return
    provider = "wechat" if world.practice else "simulator"
    payable = services.start_deposit(number, provider, actor=who)
    if world.practice is not None:
        world.practice.pay(provider, payable.out_trade_no, payable.amount, f"掌柜预订 {number}")
        world.practice.deliver_post(actor=SYSTEM)
