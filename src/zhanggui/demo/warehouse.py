"""Picking, packing, shipping, and the carriers' news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from zhanggui.fulfilment import services as fulfilment
from zhanggui.fulfilment.types import TrackingNews
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import Problem

from . import rhythm
from .people import FAR, Buyer
from .world import World

ROUNDS = (time(9, 30), time(11, 10), time(14, 0), time(16, 30))
CARRIERS, SHARES = ("SF", "JD", "ZTO", "YTO", "YD", "STO", "JTSD", "EMS"), (24, 14, 20, 13, 11, 7, 8, 3)
FAST = frozenset({"SF", "JD"})
PREFIXES = {"SF": "SF", "JD": "JDVB", "ZTO": "78", "YTO": "YT", "YD": "43", "STO": "77", "JTSD": "JT", "EMS": "10"}
AT_ONCE = timedelta(0)

Arrived = Callable[[str, Buyer, datetime], None]


@dataclass(slots=True)
class Waiting:
    """A paid order; `not_before` is when its goods are ready (most are at once)."""

    number: str
    buyer: Buyer
    paid_at: datetime
    not_before: datetime


class Warehouse:
    """One warehouse with four rounds a day. `arrived` hears of every delivered order."""

    def __init__(self, world: World, arrived: Arrived) -> None:
        self._world, self._arrived = world, arrived
        self._waiting: dict[str, Waiting] = {}
        self._news: list[TrackingNews] = []
        self._on_the_way: dict[tuple[str, str], tuple[str, Buyer]] = {}

    def take(self, number: str, buyer: Buyer, paid_at: datetime) -> None:
        """A paid order comes in. Few cannot be shipped in time: their goods are still on the way here."""
        chance = self._world.chance
        turn = chance.randrange(1000)
        late = AT_ONCE
        if turn < 24:
            late = timedelta(hours=chance.randrange(46, 70))
        elif turn < 95:
            late = timedelta(hours=chance.randrange(20, 40))
        self._waiting[number] = Waiting(number, buyer, paid_at, paid_at + late)

    def forget(self, number: str) -> None:
        self._waiting.pop(number, None)

    def plan(self, day: date) -> None:
        """A working day; on Sundays one round."""
        for start in ROUNDS if day.weekday() < 6 else ROUNDS[1:2]:
            begins = rhythm.at(day, start) + timedelta(seconds=self._world.chance.randrange(600))
            self._world.agenda.plan(begins, self._round)

    def _round(self) -> None:
        """Take what is ready, and ship it one after the other. On the last day not everything gets done."""
        now, chance = clock.now(), self._world.chance
        last_day = now > self._world.ends - timedelta(hours=20)
        ready = [w for w in self._waiting.values() if w.not_before <= now and w.paid_at < now - timedelta(minutes=15)]
        if last_day:
            ready = [waiting for waiting in ready if chance.randrange(100) < 45]
        for start in range(0, len(ready), 100):  # the desk has read what their buyers wrote
            numbers = [waiting.number for waiting in ready[start : start + 100]]
            fulfilment.pass_orders(numbers, reason="留言已看过", actor=self._world.clerks.service)
        begun = set(fulfilment.start_picking([w.number for w in ready], actor=self._world.clerks.warehouse))
        at = now + timedelta(minutes=14)
        for waiting in ready:
            if waiting.number in begun:
                at += timedelta(seconds=chance.randrange(40, 130))
                self._world.agenda.plan(at, partial(self._ship, waiting))
            else:
                self._waiting.pop(waiting.number, None)

    def _ship(self, waiting: Waiting) -> None:
        if self._waiting.pop(waiting.number, None) is None:
            return
        carrier, waybill = self._waybill()
        try:
            fulfilment.ship(waiting.number, carrier=carrier, waybill_no=waybill, actor=self._world.clerks.warehouse)
        except Problem:  # given up meanwhile
            return
        self._world.tally.shipped += 1
        self._on_the_way[carrier, waybill] = (waiting.number, waiting.buyer)
        self._travel(carrier, waybill, waiting.buyer)

    def _waybill(self) -> tuple[str, str]:
        chance = self._world.chance
        carrier = chance.choices(CARRIERS, SHARES)[0]
        return carrier, f"{PREFIXES[carrier]}{chance.randrange(10**12, 10**13)}"

    def _travel(self, carrier: str, waybill: str, buyer: Buyer) -> None:
        """The carrier's news of a parcel, as it will come."""
        chance, home = self._world.chance, buyer.delivery
        at = clock.now() + timedelta(minutes=chance.randrange(60, 200))
        self._hear(carrier, waybill, at, "accepted", "杭州余杭仓已揽收", "杭州市")
        at += timedelta(minutes=chance.randrange(150, 420))
        self._hear(carrier, waybill, at, "in_transit", "快件离开【杭州转运中心】", "杭州市")
        days = (1 if carrier in FAST else 2) + (2 if home.province in FAR else 0) + chance.choice((0, 0, 0, 1))
        arrives = rhythm.at(clock.local(at).date() + timedelta(days=days), time(5, chance.randrange(60)))
        self._hear(carrier, waybill, arrives, "arrived", f"快件到达【{home.city}转运中心】", home.city)
        out = arrives + timedelta(minutes=chance.randrange(120, 300))
        if self._world.lucky(1):
            self._hear(carrier, waybill, out, "exception", "电话未接通，改约派送", home.district or home.city)
            out += timedelta(days=1)
        self._hear(carrier, waybill, out, "out_for_delivery", "快递员正在派送", home.district or home.city)
        done = out + timedelta(minutes=chance.randrange(40, 460))
        where = chance.choice(("本人签收", "已放入快递柜，凭码取件后签收", "家人代收", "前台代收"))
        self._hear(carrier, waybill, done, "delivered", f"已签收：{where}", home.district or home.city)

    def _hear(self, carrier: str, waybill: str, at: datetime, status: str, text: str, place: str) -> None:
        if at < self._world.ends:
            self._world.agenda.plan(
                at, lambda: self._news.append(TrackingNews(carrier, waybill, at, status, text, place))
            )

    def read_news(self) -> None:
        """What the carriers have pushed since the last time."""
        news, self._news = self._news, []
        if not news:
            return
        fulfilment.record_tracking(news, actor=SYSTEM)
        for told in news:
            if told.status == "delivered":
                number, buyer = self._on_the_way.pop((told.carrier, told.waybill_no))
                self._world.tally.delivered += 1
                self._arrived(number, buyer, told.at)
