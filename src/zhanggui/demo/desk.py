"""Customer service: what buyers want back, and what staff decide."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.types import Received, Wish
from zhanggui.kernel import clock
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services

from . import rhythm
from .people import Buyer
from .shopping import actor_of
from .world import World

RETURNED = 42  # of a thousand delivered orders
#: Kind, reason, share, what buyers write.
WISHES: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    (
        "return_refund",
        "no_reason",
        34,
        ("尺寸和想象的不太一样，想退掉", "家人觉得颜色不合适，未使用", "不太适合家里的风格，包装完好"),
    ),
    ("return_refund", "ordered_wrong", 11, ("拍错规格了，重新下单", "手滑多拍了一件")),
    ("return_refund", "quality", 14, ("边缘有毛刺，用了一次就发现了", "盖子密封不严，会漏", "走线开了，请看照片")),
    ("return_refund", "not_as_described", 9, ("实物颜色比图片深不少", "比页面写的小一圈")),
    ("refund_only", "damaged", 17, ("收到时已经碎了一只，外箱有压痕", "瓶口磕破了，没法用")),
    ("refund_only", "missing", 9, ("少发了一件，包裹里只有一个", "赠品没有收到")),
    ("return_refund", "wrong_item", 6, ("发错颜色了，要的是米白", "规格发错了")),
)
YES = ("情况属实，同意退货，运费由我们承担", "抱歉给您添麻烦了，请按地址寄回", "已核实，同意")
NO = ("商品已使用且影响再次销售，不符合无理由退货条件", "照片中的磨损为使用造成，建议保养处理，抱歉")


class Desk:
    """Hears of every delivered order and knows what becomes of it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.latest: deque[tuple[str, Buyer]] = deque(maxlen=40)  # the last orders that arrived

    def arrived(self, number: str, buyer: Buyer, at: datetime) -> None:
        """Some buyers confirm, few want their money back."""
        world, chance = self._world, self._world.chance
        self.latest.append((number, buyer))
        now = clock.now()
        if chance.randrange(1000) < RETURNED:
            world.agenda.plan(now + timedelta(hours=chance.randrange(3, 140)), lambda: self.ask(number, buyer))
        elif world.lucky(36):
            world.agenda.plan(now + timedelta(hours=chance.randrange(2, 110)), lambda: self._confirm(number, buyer))

    def _confirm(self, number: str, buyer: Buyer) -> None:
        try:
            order_services.complete(number, actor=actor_of(buyer))
        except Problem:
            return

    def ask(self, number: str, buyer: Buyer, *, decide: bool = True) -> bool:
        """A buyer opens a case about one line of an order; whether it could be opened."""
        world, chance = self._world, self._world.chance
        kind, reason, _, notes = chance.choices(WISHES, [share for _, _, share, _ in WISHES])[0]
        order = orders.find(number)
        assert order is not None
        line = chance.choice([line for line in order["lines"] if line["payable"]] or order["lines"])
        units = 1 if line["quantity"] > 1 and world.lucky(70) else line["quantity"]
        try:
            case = aftersales.request(
                number, kind=kind, reason=reason, lines=[Wish(line["line"], units)], note=chance.choice(notes),
                actor=actor_of(buyer),
            )  # fmt: skip
        except Problem:
            return False
        world.tally.cases += 1
        if decide:
            if world.lucky(4):
                world.agenda.plan(clock.now() + timedelta(hours=2), lambda: self._withdraw(case.number, buyer))
            # In the last hours nobody decides any more: the visitor may.
            within = timedelta(hours=22 if clock.now() < world.ends - timedelta(hours=30) else 72)
            when = rhythm.at_work(chance, clock.now(), within=within)
            world.agenda.plan(when, lambda: self._decide(case.number, kind, reason, line["line"], units, buyer))
        return True

    def _withdraw(self, case: str, buyer: Buyer) -> None:
        try:
            aftersales.withdraw(case, actor=actor_of(buyer))
        except Problem:
            return

    def _decide(self, case: str, kind: str, reason: str, line: int, units: int, buyer: Buyer) -> None:
        world, chance = self._world, self._world.chance
        try:
            if reason in ("no_reason", "quality") and world.lucky(14):
                aftersales.reject(case, reason=chance.choice(NO), actor=world.clerks.service)
                return
            aftersales.approve(case, note=chance.choice(YES), actor=world.clerks.service)
        except Problem:  # withdrawn
            return
        if kind == "return_refund":
            sent = clock.now() + timedelta(hours=chance.randrange(5, 50))
            world.agenda.plan(sent, lambda: self._send_back(case, line, units, buyer))
        else:
            self._plan_refund(case)

    def _send_back(self, case: str, line: int, units: int, buyer: Buyer) -> None:
        world, chance = self._world, self._world.chance
        waybill = f"SF{chance.randrange(10**12, 10**13)}"
        aftersales.send_back(case, carrier="SF", waybill_no=waybill, actor=actor_of(buyer))
        there = rhythm.at_work(chance, clock.now() + timedelta(hours=30), within=timedelta(hours=36))
        world.agenda.plan(there, lambda: self._receive(case, line, units))

    def _receive(self, case: str, line: int, units: int) -> None:
        damaged = 1 if self._world.lucky(22) else 0
        aftersales.receive_return(
            case, [Received(line, units - damaged, damaged)], note="已开箱验货", actor=self._world.clerks.warehouse
        )
        self._plan_refund(case)

    def _plan_refund(self, case: str) -> None:
        world = self._world
        when = rhythm.at_work(world.chance, clock.now(), within=timedelta(hours=7))
        world.agenda.plan(when, lambda: self._refund(case))

    def _refund(self, case: str) -> None:
        aftersales.refund(case, actor=self._world.clerks.finance)
        self._world.money_moves = True
