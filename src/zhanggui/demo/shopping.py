"""Buying: baskets, orders, payments that come, come late or never come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from zhanggui.checkout import services as checkout
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.types import PlaceCommand, Purchase, QuoteRequest, WantedLine
from zhanggui.kernel import clock
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import Problem
from zhanggui.members import services as members
from zhanggui.orders import services as orders

from . import rhythm
from .goods import Article
from .people import Buyer
from .visits import Visits
from .warehouse import Warehouse
from .world import World

PROVIDERS, SHARES = ("wechat", "alipay", "unionpay"), (54, 40, 6)
NOTES = (
    "请尽快发货，谢谢", "工作日送货，周末不在家", "放门口快递柜", "送人的，请不要放价格单", "麻烦包装结实一点", "收货前请先打电话",
    "可以的话发顺丰", "周末再送",
)  # fmt: skip


class Shopping:
    """Plans a day's purchases and makes them."""

    def __init__(self, world: World, visits: Visits, warehouse: Warehouse) -> None:
        self._world, self._visits, self._warehouse = world, visits, warehouse

    def plan(self, day: date, wanted: int) -> None:
        """Who buys on a day, and when. New members join that day."""
        world, chance = self._world, self._world.chance
        buyers = [self._buyer() for _ in range(wanted)]
        fresh = [b for b in buyers if b.member_id is None and b.orders == 0 and world.lucky(64)]
        others = [world.people.somebody() for _ in range(round(wanted * 0.25))]
        self._enrol(day, [*fresh, *others])
        world.regulars += others
        for buyer in buyers:
            at = rhythm.instant(chance, day)
            if at < world.ends:
                world.agenda.plan(at, partial(self.buy, buyer))

    def _buyer(self) -> Buyer:
        world = self._world
        if len(world.regulars) > 60 and world.lucky(31):
            some = world.chance.sample(world.regulars, 5)
            return max(some, key=lambda buyer: buyer.fondness * world.chance.randrange(1, 10))
        return world.people.somebody()

    def _enrol(self, day: date, buyers: list[Buyer]) -> None:
        """The day's new members, in one statement."""
        joined = {buyer.mobile: rhythm.instant(self._world.chance, day) for buyer in buyers}
        rows: list[members.ImportedMember] = [
            {"external_id": b.mobile, "mobile": b.mobile, "nickname": b.nickname, "joined_at": joined[b.mobile]}
            for b in buyers
        ]
        if rows:
            made = members.import_members(rows, source="demo", actor=SYSTEM)
            for buyer in buyers:
                buyer.member_id = made[buyer.mobile]

    def buy(self, buyer: Buyer, *, pays: bool | None = None) -> str | None:
        """An order now, and what follows it; its number, or None where it was refused."""
        world = self._world
        source = self._visits.source_of_buyer()
        articles = self._basket()
        command = self._command(buyer, articles, source)
        answer = checkout.place_orders([command])[0]
        if not isinstance(answer, Purchase) and command.request.coupons:
            command = replace(command, request=replace(command.request, coupons=()))
            answer = checkout.place_orders([command])[0]
        if not isinstance(answer, Purchase):
            if not isinstance(answer, Problem):
                raise answer
            world.tally.refused += 1
            return None
        assert answer.order is not None
        self._visits.buy(buyer, clock.now(), source, articles)
        world.tally.orders += 1
        buyer.orders += 1
        if buyer.orders == 1 and buyer not in world.regulars:
            world.regulars.append(buyer)
        if answer.order["status"] == "paid":
            self._paid(answer.number, buyer)
        else:
            self._follow(answer.number, answer.order["total"], command.provider, buyer, pays)
        return answer.number

    def _basket(self) -> list[Article]:
        world = self._world
        lines = world.chance.choices((1, 2, 3, 4), (58, 26, 11, 5))[0]
        chosen = {article.sku_id: article for article in (world.shelves.choose() for _ in range(lines))}
        return list(chosen.values())

    def _command(self, buyer: Buyer, articles: list[Article], source: str) -> PlaceCommand:
        world, chance = self._world, self._world.chance
        quantities = [chance.choices((1, 2, 3, 6), (82, 13, 4, 1))[0] if a.price < 20_000 else 1 for a in articles]
        lines = tuple(
            WantedLine(str(i), article.sku, quantity)
            for i, (article, quantity) in enumerate(zip(articles, quantities, strict=True), 1)
        )
        coupons = (chance.choice(world.coupons),) if world.coupons and world.lucky(24) else ()
        holder = holder_of(buyer.member_id, buyer.mobile)
        request = QuoteRequest(lines, coupons, buyer.delivery, buyer.member_id, holder)
        provider = chance.choices(PROVIDERS, SHARES)[0] if world.practice else "simulator"
        note = chance.choice(NOTES) if world.lucky(7) else ""
        return PlaceCommand(request, provider, actor_of(buyer), "", "", "", note=note, source=source)

    def _follow(self, number: str, total: int, provider: str, buyer: Buyer, pays: bool | None) -> None:
        """Most pay within minutes; some think better of it, some forget."""
        world, chance = self._world, self._world.chance
        now, turn = clock.now(), chance.randrange(100)
        if pays is False:
            return
        if turn < 91 or pays:
            wait = timedelta(seconds=int(chance.expovariate(1 / 95)) + 20)
            world.agenda.plan(now + min(wait, timedelta(minutes=27)), lambda: self._pay(number, total, provider, buyer))
        elif turn < 94:
            world.agenda.plan(now + timedelta(minutes=chance.randrange(2, 24)), lambda: self._cancel(number, buyer))
        else:
            world.agenda.plan(now + timedelta(minutes=31), orders.expire_due)

    def _pay(self, number: str, total: int, provider: str, buyer: Buyer) -> None:
        assert self._world.practice is not None
        self._world.practice.pay(provider, number, total, f"掌柜订单 {number}")
        self._world.practice.deliver_post(actor=SYSTEM)
        self._paid(number, buyer)

    def _paid(self, number: str, buyer: Buyer) -> None:
        world, chance = self._world, self._world.chance
        world.tally.paid += 1
        self._warehouse.take(number, buyer, clock.now())
        if world.lucky(2):
            world.agenda.plan(
                clock.now() + timedelta(minutes=chance.randrange(3, 50)), lambda: self._cancel(number, buyer)
            )

    def _cancel(self, number: str, buyer: Buyer) -> None:
        """The buyer thinks better of it; too late where the warehouse has begun."""
        try:
            orders.cancel(number, actor=actor_of(buyer), reason="buyer")
        except Problem:
            return
        self._world.money_moves = True
        self._warehouse.forget(number)


def actor_of(buyer: Buyer) -> Actor:
    return Actor("member", buyer.member_id, f"member {buyer.member_id}") if buyer.member_id else GUEST
