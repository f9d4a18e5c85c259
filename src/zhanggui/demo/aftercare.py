"""Cases of every kind, each at another step: an exchange, a repair, what was missing, a return refused; and rules of a category."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from zhanggui.aftersales import services as aftersales
from zhanggui.aftersales.types import CaseView, Received, Wish
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders

from .desk import Desk
from .people import Buyer
from .present import OPEN_CASES
from .shopping import actor_of
from .world import World

#: Kind, reason, what the buyer writes, and how far it has come.
CASES = (
    ("exchange", "quality", "壶盖盖不严，想换一只", "asked"),
    ("exchange", "wrong_item", "收到的颜色不对，换成米白", "awaited"),
    ("exchange", "damaged", "杯沿有个小缺口，换一只就好", "replacing"),
    ("repair", "quality", "提手松了，能修吗", "received"),
    ("repair", "quality", "底座有点晃", "returning"),
    ("resend", "missing", "套装里少了一只杯垫", "replacing"),
    ("resend", "missing", "说好的两包只收到一包", "asked"),
    ("return_refund", "no_reason", "不太合适，想退", "refused"),
    ("return_refund", "quality", "有两处掉漆", "arrived"),
)
FRESH = "零食干货"


def live(world: World, desk: Desk) -> None:
    """The cases, in the last hour before the visitor comes."""
    latest = islice(reversed(desk.latest), 2 * OPEN_CASES, None)
    for number, (kind, reason, note, step) in enumerate(CASES):
        with clock.at(world.ends - timedelta(minutes=45 - 5 * number)):
            opened = _open(latest, kind, reason, note)
            if opened is None:
                return
            world.tally.cases += 1
            _carry(world, *opened, step)
    with clock.at(world.ends):
        food = next((one for one in catalog.categories() if one.name_zh == FRESH), None)
        if food is not None:
            aftersales.save_policy(
                food.id, no_reason_days=0, claim_days=15, kinds=["return_refund", "refund_only", "resend"], zh="拆封后不便再售的食品",
                en="food, which cannot be sold again once opened", actor=world.clerks.manager,
            )  # fmt: skip


def _open(latest: Iterator[tuple[str, Buyer]], kind: str, reason: str, note: str) -> tuple[CaseView, Buyer] | None:
    """A case about the first of the latest orders for which one can be opened."""
    for number, buyer in latest:
        order = orders.find(number)
        assert order is not None
        line = next((line for line in order["lines"] if line["payable"]), order["lines"][0])
        try:
            wish = Wish(line["line"], 1)
            return aftersales.request(
                number, kind=kind, reason=reason, lines=[wish], note=note, actor=actor_of(buyer)
            ), buyer
        except Problem:
            continue
    return None


def _carry(world: World, case: CaseView, buyer: Buyer, step: str) -> None:
    clerks, number = world.clerks, case.number
    if step == "asked":
        return
    aftersales.remark(number, text="您好，已看到照片，马上为您处理", actor=clerks.service)
    aftersales.approve(number, note="抱歉给您添麻烦了", actor=clerks.service)
    if case.kind == "resend":
        return
    aftersales.send_back(
        number, carrier="SF", waybill_no=f"SF{world.chance.randrange(10**12, 10**13)}", actor=actor_of(buyer)
    )
    aftersales.remark(number, text="已经寄出了，麻烦收到后尽快处理", actor=actor_of(buyer))
    if step == "awaited":
        return
    aftersales.note_arrival(number, actor=clerks.warehouse)
    if step == "arrived":
        return
    if step == "refused":
        aftersales.send_on(
            number, carrier="SF", waybill_no=f"SF{world.chance.randrange(10**12, 10**13)}",
            words="收到的商品有明显使用痕迹，不符合无理由退货条件，已为您寄回", actor=clerks.warehouse,
        )  # fmt: skip
        return
    line = case.lines[0].line
    aftersales.receive_return(number, [Received(line, 0, kept=1)], note="确有瑕疵，留作残次", actor=clerks.warehouse)
    if step == "returning":
        aftersales.send_on(
            number, carrier="SF", waybill_no=f"SF{world.chance.randrange(10**12, 10**13)}", words="已加固底座并测试，给您寄回",
            repaired=True, actor=clerks.warehouse,
        )  # fmt: skip
