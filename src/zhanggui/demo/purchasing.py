"""What the demo buys: suppliers with their papers and prices, orders in every state, deliveries, payments, and tenders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from zhanggui.inventory import selectors as stock
from zhanggui.inventory.errors import StockBelowReserved
from zhanggui.kernel import clock, ids
from zhanggui.kernel.actor import GUEST
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import (
    AgreementDraft,
    Award,
    BidLine,
    Break,
    ConfirmedLine,
    Contact,
    Inspected,
    OfferingDraft,
    PaperDraft,
    PaymentDraft,
    SentBack,
    SupplierDraft,
    TenderDraft,
    TenderWish,
    WantedLine,
)

from .goods import Article
from .world import World

DAY = timedelta(days=1)
SEED = 20_261_127
INVITED = ("YQ", "YW", "JH", "XB")


class Firm(NamedTuple):
    """A supplier: how long he really takes, and how many of a hundred units are not good."""

    code: str
    name: str
    name_en: str
    mode: str
    terms: str
    days: int
    lead: int
    really: int
    bad: int
    contact: str


FIRMS = (
    Firm("YQ", "杭州云栖贸易有限公司", "Hangzhou Yunqi Trading", "stock", "net", 30, 6, 5, 1, "陆怀远"),
    Firm("YW", "义乌小商品集采中心", "Yiwu Small Wares", "stock", "on_receipt", 0, 4, 7, 6, "金小芳"),
    Firm("NH", "佛山南海工坊", "Foshan Nanhai Workshop", "own_factory", "month_end", 15, 8, 7, 1, "关志明"),
    Firm("JDZ", "景德镇陶瓷厂", "Jingdezhen Ceramics", "own_factory", "net", 45, 12, 14, 4, "熊窑生"),
    Firm("JH", "苏州锦和纺织", "Suzhou Jinhe Textiles", "stock", "net", 30, 9, 9, 2, "钱若云"),
    Firm("CS", "潮汕食品直供", "Chaoshan Foods Direct", "dropship", "net", 15, 3, 3, 0, "陈汉升"),
    Firm("XB", "小北文创工作室", "Xiaobei Studio", "dropship", "on_receipt", 0, 5, 6, 2, "白小北"),
)


def plan(world: World) -> None:
    """Everything of it; the goods of each supplier are a slice of what is on sale. A shorter past is lived faster."""
    life = _Life(world)
    life.at(85, life.open)
    for days in (70, 55, 42, 30, 21):
        for place, firm in enumerate(FIRMS[:6]):
            if (place + days) % 2 == 0:
                life.at(days - place / 12, partial(life.buy, firm, days - place / 12, place == 2 and days == 42))
    life.plan_open_work()
    for days, title in ((25, "秋冬家纺补货招标"), (4, "年货礼盒包装招标"), (1, "春季茶器采购招标")):
        life.at(days, partial(life.ask, title, days))
    life.at(0.01, services.watch_late)


class _Life:
    """The orders, each step planned when the one before it has happened."""

    def __init__(self, world: World) -> None:
        self._world, self._chance = world, ids.rng(SEED)
        people = world.clerks
        self._buyer, self._chief, self._keeper, self._payer = (
            people.purchasing,
            people.manager,
            people.warehouse,
            people.finance,
        )
        steady = [article for article in world.shelves.articles if article.fate == "steady"]
        self._goods = {firm.code: steady[place :: len(FIRMS)][:6] for place, firm in enumerate(FIRMS)}
        self._ids: dict[str, int] = {}
        self._pace = (world.ends - world.begins) / 90  # how long a day of ninety is

    def at(self, days: float, deed: Callable[[], object]) -> None:
        """Plan a deed so many days before the present; at once where that is over (all is planned in the present, before any of it)."""
        when, now = self._world.ends - days * self._pace, clock.now()
        self._world.agenda.plan(max(when, now if now < self._world.ends else self._world.begins), deed)

    def open(self) -> None:
        """Files, papers, goods and prices."""
        today = clock.business_date()
        for place, firm in enumerate(FIRMS):
            contact = Contact(firm.contact, "销售", f"1990000{9000 + place}")
            draft = SupplierDraft(
                firm.code, firm.name, firm.mode, "CNY", firm.lead, firm.terms, firm.days, 20_000, firm.name_en, "", "",
                (contact,),
            )  # fmt: skip
            made = self._ids[firm.code] = services.create_supplier(draft, actor=self._buyer)
            licence = today + (400 - 40 * place) * DAY
            services.add_paper(
                made, PaperDraft("business_licence", f"91330000MA{place}", licence, True), actor=self._buyer
            )
            if firm.code == "CS":
                services.add_paper(
                    made, PaperDraft("food_licence", "JY14405", today + 100 * DAY, True), actor=self._buyer
                )
            if firm.code == "XB":
                continue
            services.move_supplier(made, "approve", actor=self._chief)
            for article in self._goods[firm.code]:
                price = self._price(article)
                services.put_offering(
                    made, OfferingDraft(article.sku_id, f"{firm.code}-{article.sku_id}", 4, 8), actor=self._buyer
                )
                services.agree_price(
                    made, AgreementDraft(article.sku_id, today, today + 180 * DAY, (Break(1, price), Break(48, price * 95 // 100))),
                    actor=self._buyer,
                )  # fmt: skip

    @staticmethod
    def _price(article: Article) -> int:
        return max(article.price * 46 // 100, 1)

    def _draft(self, firm: Firm, pieces: int, reason: str) -> str:
        chosen = self._goods[firm.code][: self._chance.randrange(3, 6)]
        lines = [WantedLine(article.sku_id, pieces + 4 * place) for place, article in enumerate(chosen)]
        return services.draft_order(
            actor=self._buyer,
            supplier=self._ids[firm.code],
            warehouse=stock.warehouses(own_only=True)[0].id,
            lines=lines,
            reason=reason,
        )

    def _send(self, firm: Firm, pieces: int = 16, reason: str = "库存低于两周销量") -> str:
        number = self._draft(firm, pieces, reason)
        services.approve_order(number, actor=self._chief)
        services.send_order(number, actor=self._buyer)
        return number

    def _confirm(self, number: str, days: int, *, less: int = 0) -> None:
        view = selectors.order(number)
        secret = selectors.order_link(view).rpartition("/")[2]
        lines = [ConfirmedLine(line.position, line.quantity - less) for line in view.lines[:1]] if less else []
        services.confirm_order(
            number, expected_on=clock.business_date() + days * DAY, lines=lines, actor=GUEST, secret=secret
        )

    def _receive(self, number: str, firm: Firm, *, share: int = 100) -> None:
        """A delivery of that many percent of what is open."""
        lines = []
        for line in selectors.order(number).lines:
            units = line.open * share // 100
            bad = min(units, units * firm.bad * self._chance.randrange(0, 3) // 100)
            if units:
                lines.append(Inspected(line.position, units - bad, bad, "外箱破损" if bad else ""))
        services.receive(number, lines, key=f"demo-{share}", delivery_note=f"{firm.code} 送货单", actor=self._keeper)
        if share == 100 and selectors.order(number).state == "part":
            services.close_order(number, reason="拒收部分不再补货", actor=self._buyer)

    def buy(self, firm: Firm, days: float, back: bool) -> None:
        """An order that is received when it really came, and paid when it was due."""
        number = self._send(firm)
        came = days - firm.really - self._chance.randrange(-1, 2)
        self.at(days - 0.3, partial(self._confirm, number, firm.lead))
        self.at(came, partial(self._receive, number, firm))
        if back:
            self.at(came - 1, partial(self._return, number))
        self.at(max(days - 20, 0.2), partial(self._pay, firm))

    def _return(self, number: str) -> None:
        line = selectors.order(number).lines[0]
        back = [SentBack(line.position, 1)]
        with suppress(StockBelowReserved):  # all that came may be sold by now
            services.return_goods(number, back, key="demo-back", reason="上架后发现釉面瑕疵", actor=self._keeper)

    def _pay(self, firm: Firm) -> None:
        due = [
            each
            for each in selectors.payables(supplier_id=self._ids[firm.code]).items
            if each.days >= -10 and each.open > 0
        ]
        if due:
            draft = PaymentDraft(
                sum(each.open for each in due), clock.business_date(), "网银转账", f"BK{due[0].id:06d}"
            )
            services.pay_supplier(self._ids[firm.code], draft, key=f"demo-{due[0].id}", actor=self._payer)

    def plan_open_work(self) -> None:
        """Orders in every state, for the desk."""
        yunqi, yiwu, nanhai, jingdezhen, jinhe, chaoshan, _ = FIRMS
        self.at(16, partial(self._late, jingdezhen))
        self.at(15, partial(self._part, jinhe))
        self.at(2, partial(self._coming, yunqi))
        self.at(1.9, partial(self._slow, yiwu))
        self.at(0.8, partial(self._called_off, chaoshan))
        self.at(0.7, partial(self._approved, nanhai))
        self.at(0.5, lambda: self._draft(yunqi, 32, "年货节备货"))

    def _late(self, firm: Firm) -> None:
        number = self._send(firm)
        self.at(15, partial(self._confirm, number, 11))

    def _part(self, firm: Firm) -> None:
        number = self._send(firm)
        self.at(14, partial(self._confirm, number, 17, less=4))
        self.at(6, partial(self._receive, number, firm, share=50))

    def _coming(self, firm: Firm) -> None:
        number = self._send(firm, 24, "双旦备货")
        self._confirm(number, 5)
        secret = selectors.order_link(selectors.order(number)).rpartition("/")[2]
        services.announce_shipment(
            number, carrier="德邦快递", waybill="DPK2026112700", arrives_on=clock.business_date() + 3 * DAY, text="共 4 箱，请安排卸货",
            actor=GUEST, secret=secret,
        )  # fmt: skip

    def _slow(self, firm: Firm) -> None:
        services.say(self._send(firm), "这批请加厚包装，上次外箱有破损。", actor=self._buyer)

    def _called_off(self, firm: Firm) -> None:
        services.cancel_order(self._draft(firm, 8, "试销"), reason="改为代发，不再备货", actor=self._buyer)

    def _approved(self, firm: Firm) -> None:
        services.approve_order(self._draft(firm, 12, "例行补货"), actor=self._chief)

    def ask(self, title: str, days: int) -> None:
        """A tender; its offers come within hours, and after three days it is awarded, while there is time for that."""
        goods = self._goods["NH"][days % 3 : days % 3 + 3]
        wishes = tuple(TenderWish(article.sku_id, 60 + 20 * place, "独立包装") for place, article in enumerate(goods))
        draft = TenderDraft(
            title,
            clock.now() + 3 * self._pace,
            wishes,
            tuple(self._ids[code] for code in INVITED),
            "含税含运，分两批交货，首批 7 天内。",
        )
        services.create_tender(draft, actor=self._buyer)
        made = selectors.tenders(limit=1).items[0].id
        services.publish_tender(made, actor=self._buyer)
        for place in range(3):
            self.at(days - (place + 1) / 8, partial(self._offer, made, place, goods))
        if days > 20:
            self.at(days - 4, partial(self._award, made))

    def _offer(self, tender_id: int, place: int, goods: Sequence[Article]) -> None:
        view = selectors.tender(tender_id)
        invitation = view.invitations[place]
        bids = [
            BidLine(
                line.position, self._price(article) * (96 + 3 * ((place + line.position) % 4)) // 100, 5 + 2 * place
            )
            for line, article in zip(view.lines, goods, strict=True)
        ]
        secret = selectors.bid_link(invitation).rpartition("/")[2]
        sold = bids[:-1] if place == 2 and len(bids) > 1 else bids
        services.submit_bid(invitation.id, sold, secret=secret, remarks="含税含运" if place else "", actor=GUEST)

    def _award(self, tender_id: int) -> None:
        view = selectors.tender(tender_id)
        best = []
        for line in view.lines:
            offers = [
                (each.bids[line.position].price, each.id) for each in view.invitations if line.position in each.bids
            ]
            best.append(Award(line.position, min(offers)[1]))
        services.award_tender(tender_id, best, reason="逐行最低价，交期满足", actor=self._chief)
