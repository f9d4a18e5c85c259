"""What needs somebody now: one look at each module's waiting rooms, for those who may enter them.

Every source is one statement, counted up to a limit, so that the page costs the same in a mall of any size. Somebody with
several roles (ORG-02) sees what all of them have to look at, the most urgent first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from zhanggui.aftersales import selectors as aftersales
from zhanggui.assortment import selectors as assortment
from zhanggui.campaigns import selectors as campaigns
from zhanggui.carriage import selectors as carriage
from zhanggui.catalog import selectors as catalog
from zhanggui.dropship import selectors as dropship
from zhanggui.integrations import selectors as integrations
from zhanggui.integrations.webhooks import selectors as webhooks
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.orders import selectors as orders
from zhanggui.payments import selectors as payments
from zhanggui.pledges import selectors as pledges
from zhanggui.pricing import selectors as pricing
from zhanggui.procurement import selectors as procurement
from zhanggui.promises import selectors as promises
from zhanggui.redress import selectors as redress
from zhanggui.replenishment import selectors as replenishment
from zhanggui.rivals import selectors as rivals
from zhanggui.servicedesk import selectors as reviews
from zhanggui.workshop import selectors as workshop

from .links import to

MOST = 1000
SOON = timedelta(hours=4)
LOW_STOCK = 5
Tone = Literal["bad", "warn", "info"]
ORDER: dict[Tone, int] = {"bad": 0, "warn": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Task:
    """`count` things wait at `href` ("" where the reader has no page for them)."""

    label: Text
    count: int
    tone: Tone
    icon: str
    href: str = ""
    hint: Text | None = None

    @property
    def shown(self) -> str:
        return f"{self.count}" if self.count < MOST else f"{MOST - 1}+"


@dataclass(frozen=True, slots=True)
class Source:
    """Whoever holds `permission` is told what `look` finds."""

    permission: str
    look: Callable[[], Iterable[Task]]


def tasks(actor: Actor) -> list[Task]:
    """What waits for this colleague, the most urgent first; what does not wait is left out."""
    found = [task for source in SOURCES if actor.may(source.permission) for task in source.look() if task.count]
    return sorted(found, key=lambda task: ORDER[task.tone])


def _outages() -> Iterable[Task]:
    yield Task(
        Text("缺货商品待编辑处理", "Goods without stock to see to"), catalog.outages_waiting(MOST), "bad", "package-x",
        to("office-outages"), Text("替换页面上的位置，或等到货自动上架", "Replace them on pages, or wait: they come back by themselves"),
    )  # fmt: skip


def _orders() -> Iterable[Task]:
    n = orders.urgent_counts(clock.now(), soon=SOON, most=MOST)
    ship = "office-dispatch"
    yield Task(
        Text("超过最晚发货时间", "Past the last hour to ship"), n["overdue"], "bad", "alarm-clock", to(ship, query="stage=overdue"),
        Text("已超 48 小时，请马上发货或联系买家", "Beyond 48 h: ship now, or tell the buyer"),
    )  # fmt: skip
    yield Task(
        Text("超过承诺发货时间", "Past the promised hour"), n["late"], "warn", "clock-alert", to(ship, query="stage=late"),
        Text("已超 24 小时承诺", "Beyond the promise of 24 h"),
    )  # fmt: skip
    yield Task(
        Text("4 小时内须发货", "To ship within 4 hours"), n["soon"], "warn", "package-open", to(ship),
    )  # fmt: skip
    rest = n["waiting"] - n["overdue"] - n["late"] - n["soon"]
    yield Task(Text("其余待发货", "Others to ship"), rest, "info", "package", to(ship))
    yield Task(
        Text("即将过期的未付款订单", "Unpaid orders about to expire"), n["expiring"], "info", "hourglass",
        to("office-orders", query="status=pending_payment"),
    )  # fmt: skip


def _urging() -> Iterable[Task]:
    n = orders.urge_counts(MOST)
    yield Task(
        Text("买家催单待回复", "Buyers asking for their parcels"), n["urged"], "bad", "message-circle-warning", to("office-urged"),
        Text("回复会显示在买家的订单页", "Your answer shows on their order"),
    )  # fmt: skip


def _aftersales() -> Iterable[Task]:
    n = aftersales.open_counts(MOST)
    cases = "office-cases"
    yield Task(
        Text("售后超时", "Cases past their time"), aftersales.overdue_count(MOST), "bad", "alarm-clock-off",
        to(cases, query="overdue=1"), Text("逾期的会自动同意、退款或关闭", "They are granted, refunded or closed by themselves"),
    )  # fmt: skip
    yield Task(
        Text("售后待处理", "Cases to decide"),
        n["requested"],
        "warn",
        "message-square-warning",
        to(cases, query="state=requested"),
    )
    yield Task(
        Text("退款待执行", "Refunds to send"), n["approved"] + n["received"], "warn", "banknote-arrow-down",
        to(cases, query="state=approved" if n["approved"] else "state=received"),
    )  # fmt: skip
    yield Task(
        Text("等待买家寄回", "Returns on their way"),
        n["awaiting_return"],
        "info",
        "undo-2",
        to(cases, query="state=awaiting_return"),
    )


def _reviews() -> Iterable[Task]:
    n = reviews.counts()
    yield Task(
        Text("差评待回复", "Bad reviews to answer"),
        n["low"],
        "warn",
        "message-square-warning",
        to("office-reviews", query="only=low"),
    )
    yield Task(
        Text("评价待回复", "Reviews to answer"),
        n["to_answer"] - n["low"],
        "info",
        "message-square-text",
        to("office-reviews"),
    )


def _problems() -> Iterable[Task]:
    n = reviews.problem_counts(most=MOST)
    page = "office-problems"
    yield Task(Text("问题件逾期", "Problem items overdue"), n["overdue"], "bad", "triangle-alert", to(page))
    yield Task(Text("问题件今天到期", "Problem items due today"), n["today"], "warn", "triangle-alert", to(page))


def _redress() -> Iterable[Task]:
    n = redress.waiting(MOST)
    yield Task(
        Text("追件与索赔逾期", "Chases and claims overdue"), n["overdue"], "bad", "radar", to("office-chases", query="due=overdue"),
        Text("该催承运商或对方了", "Somebody has to be asked again"),
    )  # fmt: skip
    yield Task(
        Text("追件与索赔今天到期", "Chases and claims due today"), n["today"], "warn", "radar", to("office-chases", query="due=today")
    )  # fmt: skip


def _compensations() -> Iterable[Task]:
    n = redress.waiting(MOST)
    yield Task(
        Text("补偿待审批", "Compensations to approve"),
        n["grants"],
        "warn",
        "gift",
        to("office-grants", query="state=waiting"),
    )


def _stock() -> Iterable[Task]:
    n = inventory.short_counts(LOW_STOCK, MOST)
    yield Task(Text("已售罄的库存", "Sold out"), n["out"], "warn", "package-x", to("office-stock", query="level=out"))
    yield Task(
        Text(f"库存不足 {LOW_STOCK + 1} 件", f"Fewer than {LOW_STOCK + 1} left"), n["low"], "info", "package-minus",
        to("office-stock", query="level=low"),
    )  # fmt: skip


def _alerts() -> Iterable[Task]:
    n = inventory.alert_counts()
    page = "office-stock-alerts"
    yield Task(
        Text("库存不够卖几天", "Stock for a few days only"),
        n["low"],
        "warn",
        "package-minus",
        to(page, query="kind=low"),
    )
    yield Task(Text("临期商品", "Goods near expiry"), n["near"], "warn", "hourglass", to(page, query="kind=near"))
    yield Task(Text("损耗异常", "Many lost or broken"), n["loss"], "warn", "package-x", to(page, query="kind=loss"))
    yield Task(
        Text("出货骤增", "Going faster than usual"), n["surge"], "info", "trending-up", to(page, query="kind=surge")
    )
    yield Task(Text("库存过高", "Too much in stock"), n["high"], "info", "package", to(page, query="kind=high"))


def _counts() -> Iterable[Task]:
    n = inventory.counts_waiting(MOST)
    page = "office-stock-counts"
    yield Task(
        Text("盘点差异待审批", "Stock-takes to approve"),
        n["review"],
        "warn",
        "clipboard-check",
        to(page, query="state=review"),
    )
    yield Task(
        Text("盘点有行未能过账", "Stock-takes with lines held"),
        n["partly"],
        "warn",
        "clipboard-check",
        to(page, query="state=partly"),
    )


def _imports() -> Iterable[Task]:
    n = integrations.open_counts(MOST)
    open_ones = to("office-imports", query="state=open")
    yield Task(Text("失败的导入", "Failed imports"), n["failed"], "bad", "file-x", open_ones)
    yield Task(
        Text("有行未导入", "Imports with rows refused"), n["rejected"], "warn", "file-warning", open_ones,
        Text("查看原因，改好后再传一次", "See the reasons, mend them, upload again"),
    )  # fmt: skip


def _money() -> Iterable[Task]:
    n = payments.open_counts(MOST)
    yield Task(
        Text("对账差异", "Differences in the books"), n["discrepancies"], "bad", "scale", to("office-reconciliation")
    )
    yield Task(
        Text("失败的退款", "Failed refunds"),
        n["failed_refunds"],
        "bad",
        "circle-x",
        to("office-refunds", query="state=failed"),
    )
    yield Task(
        Text("未入账的支付通知", "Payment news not booked"),
        n["parked"],
        "warn",
        "mail-question-mark",
        to("office-notices"),
    )


def _prices() -> Iterable[Task]:
    yield Task(
        Text("改价待审批", "Price changes to approve"), pricing.waiting(), "warn", "badge-check", to("office-price-requests")
    )  # fmt: skip
    yield Task(
        Text("预售、拼团价低于底价或不再优惠", "Presale and group prices below the floor, or no gain"),
        len(pledges.wrong(pledges.apart())), "warn", "arrow-down-to-line", to("office-lowest"),
        Text("底价或售价在发布后变了", "Floors or prices moved since they were published"),
    )  # fmt: skip


def _campaigns() -> Iterable[Task]:
    yield Task(
        Text("推广资源待提交审核", "Placements to hand in for review"), campaigns.reviews_pressing(), "warn", "megaphone",
        to("office-campaigns"), Text("今天截止或已逾期", "Due today, or overdue"),
    )  # fmt: skip


def _purchasing() -> Iterable[Task]:
    n = procurement.attention(MOST)
    orders = "office-purchases"
    yield Task(
        Text("采购迟到", "Deliveries that are late"), n["late"], "bad", "clock-alert", to(orders, query="late=late")
    )
    yield Task(
        Text("采购可能迟到", "Deliveries likely late"), n["likely"], "warn", "hourglass", to(orders, query="late=likely"),
        Text("按该供应商的实际到货周期估计", "By how long this supplier really takes"),
    )  # fmt: skip
    yield Task(
        Text("供应商证件到期", "Suppliers' papers that expire"),
        n["papers"],
        "warn",
        "file-warning",
        to("office-suppliers"),
    )
    yield Task(Text("招标待定标", "Tenders to award"), n["tenders"], "warn", "gavel", to("office-tenders"))
    yield Task(
        Text("采购单草稿待批准", "Purchase orders to approve"),
        n["drafts"],
        "info",
        "file-pen-line",
        to(orders, query="state=draft"),
    )


def _dropship() -> Iterable[Task]:
    n, here = dropship.attention(MOST), "office-dropship"
    yield Task(
        Text("供应商拒单", "Refused by suppliers"), n["refused"], "bad", "package-x", to(here, query="state=refused"),
        Text("联系买家，或与供应商沟通", "Tell the buyer, or talk to the supplier"),
    )  # fmt: skip
    yield Task(
        Text("代发逾期未发", "Suppliers who have not sent in time"),
        n["overdue"],
        "bad",
        "clock-alert",
        to(here, query="late=1"),
    )
    yield Task(
        Text("供应商超时未确认", "Suppliers who do not answer"),
        n["silent"],
        "warn",
        "hourglass",
        to(here, query="late=1"),
    )
    yield Task(
        Text("买家已取消，待供应商拦截", "Cancelled: suppliers are to stop"), n["recalled"], "warn", "octagon-pause",
        to(here, query="state=recalled"),
    )  # fmt: skip
    yield Task(
        Text("代发单缺协议价", "Supplier orders without a price"),
        n["unpriced"],
        "warn",
        "tag",
        to(here, query="state=open"),
    )


def _payables() -> Iterable[Task]:
    yield Task(
        Text("逾期未付的供应商账款", "Owed to suppliers, overdue"), procurement.attention(MOST)["overdue"], "warn", "hand-coins",
        to("office-payables"),
    )  # fmt: skip


def _renewal() -> Iterable[Task]:
    yield Task(
        Text("滞销商品待复盘", "Slow sellers to look through"), int(assortment.review_due()), "info", "refresh-cw",
        to("office-assortment-renewal"), Text("定期汰换的日子到了", "The regular review is due"),
    )  # fmt: skip


def _waybills() -> Iterable[Task]:
    yield Task(
        Text("面单服务拒绝出单", "Waybills that were refused"), carriage.failed_lately(), "bad", "ticket-x",
        to("office-waybills", query="state=failed"), Text("换承运商，或手工录入运单号", "Take another carrier, or type a number"),
    )  # fmt: skip


def _quiet_parcels() -> Iterable[Task]:
    yield Task(
        Text("包裹久无轨迹", "Parcels long without news"), carriage.quiet(), "warn", "package-search",
        to("office-waybills", query=f"state={carriage.QUIET}"), Text("问承运商，必要时追件", "Ask the carrier, have it chased"),
    )  # fmt: skip


def _workshop() -> Iterable[Task]:
    yield Task(
        Text("待制作", "To be made"), workshop.late(clock.now() + timedelta(days=1), MOST), "warn", "hammer", to("office-workshop"),
        Text("一天内要发货的定制商品", "made to order, and to leave within a day"),
    )  # fmt: skip


def _rivals() -> Iterable[Task]:
    yield Task(
        Text("竞品更便宜", "Competitors are cheaper"), rivals.waiting(MOST), "warn", "binoculars", to("office-rivals"),
        Text("跟价，或写明为什么不跟", "Answer, or say why not"),
    )  # fmt: skip


def _replenishment() -> Iterable[Task]:
    yield Task(
        Text("缺货或等不到补货的商品", "Goods out, or out before new ones can come"), replenishment.urgent(MOST), "bad", "package-plus",
        to("office-replenishment"), Text("按销量预测、库存与在途", "By forecast, stock and what is coming"),
    )  # fmt: skip


def _promises() -> Iterable[Task]:
    n = promises.attention(MOST)
    asked = to("office-promises", query="state=asked")
    yield Task(
        Text("缺货未答复，请联系买家", "Buyers to call: units cannot be sent"), n["silent"], "bad", "phone", asked,
        Text("买家没有在期限内选择", "They have not chosen in time"),
    )  # fmt: skip
    yield Task(
        Text("缺货，等买家选择", "Buyers who are to choose"), n["asked"], "info", "message-square-warning", asked
    )


def _events() -> Iterable[Task]:
    parked = outbox.parked_count(MOST)
    yield Task(Text("卡住的内部消息", "Events that are stuck"), parked, "bad", "unplug", to("office-events"))


def _webhooks() -> Iterable[Task]:
    dead = webhooks.dead_count(MOST)
    yield Task(
        Text("推送失败", "Webhooks given up"), dead, "warn", "webhook-off", to("office-deliveries", query="state=dead")
    )


def _pledges() -> Iterable[Task]:
    yield Task(
        Text("页面与结算不一致", "Shown otherwise than charged"), pledges.open_count(MOST), "bad", "badge-alert",
        to("office-pledges"), Text("价格或承诺与结算不同，请修正", "A price or promise is not what checkout does: mend it"),
    )  # fmt: skip


SOURCES = (
    Source("orders.view", _orders),
    Source("orders.answer", _urging),
    Source("aftersales.view", _aftersales),
    Source("promises.answer", _promises),
    Source("pledges.check", _pledges),
    Source("problems.handle", _problems),
    Source("redress.chase", _redress),
    Source("redress.approve", _compensations),
    Source("reviews.view", _reviews),
    Source("inventory.view", _stock),
    Source("inventory.view", _alerts),
    Source("inventory.approve_count", _counts),
    Source("pricing.approve", _prices),
    Source("campaigns.manage", _campaigns),
    Source("assortment.decide", _renewal),
    Source("procurement.manage", _purchasing),
    Source("dropship.manage", _dropship),
    Source("procurement.pay", _payables),
    Source("replenishment.plan", _replenishment),
    Source("workshop.make", _workshop),
    Source("rivals.record", _rivals),
    Source("carriage.waybills", _waybills),
    Source("carriage.view", _quiet_parcels),
    Source("catalog.import", _imports),
    Source("catalog.edit", _outages),
    Source("payments.view", _money),
    Source("system.operate", _events),
    Source("webhooks.view", _webhooks),
)
