"""An empty mall becomes the demo mall, wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from zhanggui.carriage import selectors as carriage_reads
from zhanggui.carriage import services as carriage
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import services as inventory
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.payments import services as payments
from zhanggui.payments.services import Practice
from zhanggui.pickup import services as pickup
from zhanggui.pickup.types import PointDraft
from zhanggui.pricing import services as pricing

from . import clerks, history
from .catalogue import LoadedGoods
from .world import Tally

SEED = 20_260_901
BEFORE_OPENING = timedelta(days=24)  # hired and furnished so long before the first customer


#: Code, name, address, hours.
SENDER = {"name": "掌柜商城仓库", "phone": "0571-0000-0000", "address": "浙江省杭州市余杭区仓前街道文一西路 1 号"}
#: Where each carrier's numbers come from in the demo.
LABELS = {
    "SF": "kdniao",
    "YD": "kdniao",
    "ZTO": "kuaidi100",
    "YTO": "kuaidi100",
    "STO": "kuaidi100",
    "JTSD": "kuaidi100",
    "YZPY": "kuaidi100",
}
PICKUP_POINTS = (
    ("hz-wenyi", "掌柜杭州文一店", "西湖区文一西路 588 号 1 楼", "10:00–21:00"),
    ("hz-binjiang", "掌柜杭州滨江店", "滨江区江南大道 228 号 B1 层", "10:00–22:00"),
)

Furnish = Callable[[clerks.Clerks], Sequence[LoadedGoods]]


class NotEmpty(Exception):
    """The mall has something in it already, so it is left alone."""


def is_empty() -> bool:
    """Whether there is nothing yet that a demo could harm."""
    used = sum(catalog.state_counts().values()) + sum(orders.counts_by_status().values())
    return not used and not members.member_list(limit=1)


def load(
    password: str, *, seed: int = SEED, days: int = history.DAYS, scale: int = 100,
    furnish: Furnish, draw: Callable[[], None] = lambda: None, hang: Callable[[clerks.Clerks], None] = lambda _: None,
    progress: history.Progress = lambda *_: None, stage: history.Stage = lambda _: None,
) -> Tally:  # fmt: skip
    """Furnish the mall and live its past until now; what happened. One transaction: interrupted, it leaves nothing.

    `scale` is how many customers come, in percent; `draw` makes ready, before the transaction, what `furnish` needs to put
    goods on sale and make the pages, and `hang` adds, a week before the present, what took longer. `stage` hears what is
    done where no `progress` is counted. Raises NotEmpty.
    """
    db.prefer_indexes()
    if not is_empty():
        raise NotEmpty
    draw()
    with transaction.atomic():
        if not is_empty():  # drawing takes a while
            raise NotEmpty
        ends = clock.now()
        with connection.cursor() as cursor:
            cursor.execute("set local synchronous_commit = off")  # a lost load is begun anew
            cursor.execute("set local idle_in_transaction_session_timeout = 0")  # a laptop may be shut meanwhile
        with clock.at(ends - timedelta(days=days) - BEFORE_OPENING):
            staff = clerks.hire(password)
            member = clerks.enrol_member(password)
            _arrange()
            stage("putting the goods on sale")
            goods = furnish(staff)
        with _gateways() as practice:
            lived = history.live(
                staff, goods, practice, member=member, seed=seed, ends=ends, days=days, scale=scale, progress=progress,
                hang=lambda: hang(staff), stage=stage,
            )  # fmt: skip
        stage("keeping it all")
        return lived


def _gateways() -> AbstractContextManager[Practice | None]:
    """The simulated gateways in this process; without them, payment is simulated altogether."""
    if not settings.GATEWAY_URL:
        mall_settings.put("payments.simulator_enabled", True, actor=SYSTEM)
        return nullcontext()
    return payments.practise()


def _arrange() -> None:
    """A warehouse, what delivery costs, where goods can be picked up, where transfers go, and that prices are guaranteed."""
    house = inventory.save_warehouse(code="hz", name="杭州余杭仓", region="浙江省", priority=10, actor=SYSTEM)
    pricing.save_freight_rule(method="express", fee=800, first=3_000, step_fee=300, free_over=9_900, actor=SYSTEM)
    for province in ("新疆维吾尔自治区", "西藏自治区"):
        pricing.save_freight_rule(
            method="express", province=province, fee=2_000, first=1_000, step_fee=1_200, free_over=29_900, surcharge=1_000, actor=SYSTEM
        )  # fmt: skip
    for code, name, address, hours in PICKUP_POINTS:
        draft = PointDraft(
            name,
            "浙江省",
            "杭州市",
            address,
            hours,
            "0571-0000-0000",
            warehouse_id=house if code == PICKUP_POINTS[0][0] else None,
        )
        pickup.save_point(code, draft, actor=SYSTEM)
    for name, value in SENDER.items():
        mall_settings.put(f"fulfilment.sender_{name}", value, actor=SYSTEM)
    carriage.fill_usual(carriage_reads.USUAL, actor=SYSTEM)
    if settings.GATEWAY_URL:  # the simulator gives numbers
        for carrier, service in LABELS.items():
            carriage.save_account(carrier=carrier, service=service, actor=SYSTEM)
    mall_settings.put("pledges.guarantee", True, actor=SYSTEM)
    mall_settings.put(
        "payments.bank_account",
        {"holder": "掌柜（杭州）商贸有限公司", "bank": "招商银行杭州分行（示例）", "number": "5719 0000 0000 000"},
        actor=SYSTEM,
    )
