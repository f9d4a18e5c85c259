"""After something went wrong: the playbook, compensations, a lost parcel claimed, liabilities, problem items, ratings, a signed day."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import islice

from zhanggui.aftersales import selectors as cases
from zhanggui.fulfilment import selectors as fulfilment
from zhanggui.kernel import clock
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import Problem
from zhanggui.redress import selectors, services
from zhanggui.redress.types import Judgement
from zhanggui.servicedesk import services as service_desk
from zhanggui.servicedesk.types import ProblemDraft

from .desk import Desk
from .world import World

RATED = 24
_WORDS = {
    5: "处理得很快，客服态度好", 4: "解决了，谢谢", 3: "", 2: "等了三天才有人回复", 1: "寄回的运费一直没说清楚",
}  # fmt: skip
PROBLEMS = (
    ("photo", "买家想看壶底的款识，请仓库拍实物图", 0),
    ("exchange", "尺码偏小想换大一码，等买家确认地址", 1),
    ("urge", "生日礼物，问能否今天发出", 0),
    ("complaint", "快递员没打电话就放在门口，买家生气", 2),
    ("wrong", "两单同时打包，疑似装反了，先联系两位买家", 1),
)


def live(world: World, desk: Desk) -> None:
    """The last days of the desk, as the visitor finds them."""
    clerk, manager = world.clerks.service, world.clerks.manager
    with clock.at(world.ends - timedelta(minutes=20)):
        services.start_playbook(actor=manager)
        _rate(world)
        _judge(world)
        _give(world, desk)
        _chase(world)
        _record(world, desk)
    with clock.at(world.ends - timedelta(days=1)), suppress(Problem):
        service_desk.sign_day({"said_plan": True, "said_goods": True}, note="催单两条，已约定明早回电", actor=clerk)


def _rate(world: World) -> None:
    """Buyers of cases that ended."""
    for case in islice((each for each in cases.cases(limit=120).items if selectors.rateable(each)), RATED):
        score = world.chance.choices((5, 4, 3, 2, 1), (50, 28, 10, 7, 5))[0]
        with suppress(Problem):
            services.rate_case(
                case.number, score, words=_WORDS[score] if world.chance.random() < 0.6 else "", actor=GUEST
            )


def _judge(world: World) -> None:
    """Of the latest cases through somebody's fault, half are decided."""
    faulty = [
        case
        for case in cases.cases(limit=120).items
        if cases.sellers_fault(case.reason) and case.kind != "price_guarantee"
    ]
    for n, case in enumerate(faulty[:10]):
        found = services.propose("case", case.number, actor=SYSTEM)
        if n % 2:
            with suppress(Problem):
                services.decide(
                    found.number,
                    Judgement(found.shares, ground="照片与打包记录一致", amount=found.amount),
                    actor=world.clerks.service,
                )


def _give(world: World, desk: Desk) -> None:
    """A few compensations by the playbook, one of them waiting for the manager."""
    arrived = [number for number, buyer in islice(reversed(desk.latest), 40) if buyer.member_id]
    for n, number in enumerate(arrived[:6]):
        code, amount = (("late-sorry", None), ("damaged-arrival", None), ("rude-service", 2000))[n % 3]
        with suppress(Problem):
            services.grant(
                number,
                code,
                "points",
                key=f"demo-{n}",
                amount=amount,
                words="买家来电，已道歉",
                actor=world.clerks.service,
            )


def _chase(world: World) -> None:
    """One parcel found, one being asked about, one lost, its buyer refunded and the carrier asked for the money."""
    clerk = world.clerks.service
    under_way = [parcel for parcel in fulfilment.parcels(state="in_transit", limit=30).items if parcel.waybill_no]
    for n, parcel in enumerate(under_way[:3]):
        with suppress(Problem):
            chase = services.open_chase(parcel.number, words="买家说三天没有更新", actor=clerk)
            if n == 0:
                continue
            services.note_answer(chase.number, words="分拨中心在查找", actor=clerk)
            if n == 1:
                services.declare_found(chase.number, words="错分到邻市，今天转出", actor=clerk)
                continue
            services.declare_lost(chase.number, words="承运商确认遗失", actor=clerk)
            fault = selectors.liability_about("parcel", parcel.number)
            services.serve_buyer(chase.number, "refund", actor=clerk)
            assert fault is not None
            claim = services.claim_chase(chase.number, amount=max(fault.amount, 1), actor=clerk)
            services.file_claim(claim.number, words="附面单与价值证明", actor=clerk)


def _record(world: World, desk: Desk) -> None:
    """Problem items, some of them solved."""
    clerk, today = world.clerks.service, clock.business_date()
    recent = [number for number, _ in islice(reversed(desk.latest), 12)]
    for (kind, words, days), number in zip(PROBLEMS, recent, strict=False):
        item = service_desk.open_problem(
            ProblemDraft(kind, words, order_number=number, due_on=today + timedelta(days=days)), actor=clerk
        )
        if kind == "photo":
            service_desk.solve(item.number, "已拍两张发给买家", actor=clerk)
        elif kind == "exchange":
            service_desk.wait(item.number, "等买家回复地址", until=today + timedelta(days=2), actor=clerk)
