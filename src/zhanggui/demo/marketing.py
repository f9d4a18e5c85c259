"""Promotions, coupons, prices and what advertising costs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from zhanggui.analytics import services as analytics
from zhanggui.campaigns import services as campaigns
from zhanggui.campaigns.types import CampaignDraft, CampaignHead, Good, Offer, Resource
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor
from zhanggui.members import selectors as ledger
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.pricing import selectors as prices
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.promotions import services as promotions
from zhanggui.promotions.types import CouponDraft, PromotionDraft

from . import lucky, pages, rhythm, shelving
from .visits import ADS
from .world import World

#: What a day of advertising costs per source, in fen, before the noise of the auction.
COSTS = {"ad:baidu": 23_600, "ad:douyin": 19_200, "ad:xiaohongshu": 12_400}
#: One point for each yuan on; gold gets half as many again.
TIERS = {
    "basic": TierDraft("普通会员", 0, "Member", points_bp=10_000),
    "silver": TierDraft("银卡会员", 1, "Silver", growth_threshold=60_000, points_bp=12_000, birthday_points=100),
    "gold": TierDraft(
        "金卡会员", 2, "Gold", growth_threshold=180_000, entry_amount=100_000, points_bp=15_000, birthday_points=300
    ),
}
FEAST, FEAST_DAYS, FEAST_BUSY = 44, 6, 1.55  # days before the end: the sale in the middle


class Marketing:
    """What is on, from the first day to the last."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open(self) -> None:
        """What runs from the beginning: tiers, 满减 for everybody, a coupon for new buyers, one to be claimed."""
        for code, tier in TIERS.items():
            members.save_tier(code, tier, actor=self._world.clerks.manager)
        start, end = clock.now(), self._world.ends
        self._publish(
            "full_reduction", "满 199 减 20，满 399 减 50", "¥20 off ¥199, ¥50 off ¥399", start, end + timedelta(days=40),
            {"steps": [{"threshold": 19_900, "off": 2_000}, {"threshold": 39_900, "off": 5_000}]},
            exclusive_group="全场满减",
        )  # fmt: skip
        self._coupon(
            "NEW15", "新客立减 15 元", "¥15 off your first order", {"threshold": 9_900, "off": 1_500}, holder=1
        )
        self._coupon("TEA95", "全场 95 折", "5% off everything", {"off_basis_points": 500, "cap": 3_000}, holder=4)
        claimable = self._publish(
            "coupon", "会员专享 30 元券", "¥30 for members", start, end + timedelta(days=30),
            {"threshold": 29_900, "off": 3_000}, coupon=CouponDraft(claimable=True, per_member_limit=1, issue_limit=5_000),
        )  # fmt: skip
        pages.announce_coupon(claimable, editor=self._world.clerks.editor)

    def plan(self, day: date, days_left: int) -> None:
        """What marketing does on a day; the mall's clock is set meanwhile."""
        agenda = self._world.agenda
        if days_left == FEAST + 3:
            agenda.plan(rhythm.at(day, time(10, 20)), self._announce_feast)
        if days_left in (70, 52, 27, 9):
            agenda.plan(rhythm.at(day, time(9, 45)), self._reprice)
        if days_left in (60, 30):
            agenda.plan(rhythm.at(day, time(11, 5)), self._thank_regulars)
        if days_left == 2:
            agenda.plan(rhythm.at(day, time(10, 0)), self._weekend_offer)
            agenda.plan(rhythm.at(day, time(10, 30)), self._draw)
        agenda.plan(rhythm.at(day, time(23, 20)), lambda: self._book_spend(day))

    def busy(self, days_left: int) -> float:
        """How much more is bought on such a day than on an ordinary one."""
        if FEAST - FEAST_DAYS < days_left <= FEAST:
            return FEAST_BUSY
        return 0.9 if FEAST < days_left <= FEAST + 3 else 1.0  # people wait for it

    def _announce_feast(self) -> None:
        starts = rhythm.at(clock.business_date() + timedelta(days=3), time(0, 0))
        ends = starts + timedelta(days=FEAST_DAYS)
        self._publish(
            "full_reduction", "周年庆 满 299 减 60", "Anniversary: ¥60 off ¥299", starts, ends,
            {"every": {"threshold": 29_900, "off": 6_000, "cap": 18_000}}, priority=10, exclusive_group="全场满减",
        )  # fmt: skip
        top = [category for category in catalog.categories() if category.parent_id is None]
        if top:
            chosen = self._world.chance.choice(top)
            self._publish(
                "limited_discount", f"周年庆 {chosen.name_zh} 85 折", f"Anniversary: 15% off {chosen.name_en}", starts, ends,
                {"off_basis_points": 1_500}, scope={"categories": [chosen.id]},
            )  # fmt: skip

    def _weekend_offer(self) -> None:
        """Still on when the visitor comes: one of each way to sell that a shop like this would use."""
        start, end = clock.now(), self._world.ends + timedelta(days=5)
        top = [category for category in catalog.categories() if category.parent_id is None]
        if top:
            chosen = top[0]
            self._publish(
                "limited_discount", f"{chosen.name_zh} 限时 9 折", f"10% off {chosen.name_en}, for a short time",
                start, end, {"off_basis_points": 1_000}, scope={"categories": [chosen.id]},
            )  # fmt: skip
        if len(top) > 2:
            self._publish(
                "nth_discount", f"{top[1].name_zh} 第二件半价", f"{top[1].name_en}: the second at half price", start, end,
                {"nth": 2, "off_basis_points": 5_000}, scope={"categories": [top[1].id]},
            )  # fmt: skip
            self._publish(
                "multi_discount", f"{top[2].name_zh} 3 件 85 折", f"{top[2].name_en}: 15% off any 3", start, end,
                {"steps": [{"pieces": 3, "off_basis_points": 1_500}]}, scope={"categories": [top[2].id]},
            )  # fmt: skip
        self._flash(start, end)
        self._points_mall(start, end + timedelta(days=25))
        self._plan_campaign()
        shelving.arrange(self._world.clerks.marketing)

    def _plan_campaign(self) -> None:
        """What comes next: 双十二, announced, its placements still to be handed in."""
        marketing = self._world.clerks.marketing
        starts = rhythm.at(clock.business_date(self._world.ends) + timedelta(days=14), time(0, 0))
        ends = starts + timedelta(days=3)
        known = prices.base_prices([article.sku_id for article in self._world.shelves.articles])
        ranked = sorted(known, key=lambda sku: (known[sku].sale_price, sku))
        chosen = {
            "traffic": ranked[len(ranked) // 4 :][:2],
            "basic": ranked[len(ranked) // 2 :][:3],
            "image": ranked[-1:],
        }
        goods = tuple(
            Good(sku, role, max(100, known[sku].sale_price * 85 // 10_000 * 100), 80 if role == "traffic" else 40)
            for role, skus in chosen.items()
            for sku in skus
        )
        if len({good.sku_id for good in goods}) < 6:  # a mall of very few goods
            return
        offer = promotions.create_promotion(
            PromotionDraft(
                kind="full_reduction", label_zh="双十二 满 299 减 50", label_en="12/12: ¥50 off ¥299", starts_at=starts,
                ends_at=ends, config={"steps": [{"threshold": 29_900, "off": 5_000}]}, exclusive_group="全场满减",
                scope={"skus": [good.sku_id for good in goods]},
            ),
            actor=marketing,
        )  # fmt: skip
        warm_up = starts - timedelta(days=2)
        made = campaigns.create_campaign(
            CampaignDraft(
                CampaignHead(
                    "双十二", starts, ends, "12/12", "full_reduction", "老客先买，引流款限量，形象款只在首页出现"
                ),
                goods,
                (Offer("promotion", offer),),
                (
                    Resource("home", "首页轮播第一屏", 1, 0, warm_up, ends, needs_review=True),
                    Resource("feed", "小红书种草笔记", 20, 600_000, warm_up, ends, needs_review=True),
                    Resource("live", "店主直播间", 2, 150_000, starts, ends),
                    Resource("message", "短信触达老客", 800, 4_000, starts, ends),
                ),
            ),
            actor=marketing,
        )
        campaigns.announce(made, actor=marketing)

    def _flash(self, start: datetime, end: datetime) -> None:
        """A few articles with pieces of their own, every evening."""
        some = self._world.chance.sample(self._world.shelves.articles, min(4, len(self._world.shelves.articles)))
        known = prices.base_prices([article.sku_id for article in some])
        goods = [
            {"sku": article.sku_id, "price": known[article.sku_id].sale_price * 80 // 10_000 * 100, "stock": 60}
            for article in some
            if known[article.sku_id].sale_price >= 1_000
        ]
        if goods:
            self._publish(
                "flash_sale", "每晚八点 限量秒杀", "Flash sale, every evening at eight", start, end,
                {"goods": goods, "per_buyer": 1}, daily=({"from": "20:00", "to": "22:00"},),
            )  # fmt: skip

    def _points_mall(self, start: datetime, end: datetime) -> None:
        """Three coupons for points; some regulars have had theirs already."""
        offers = (
            ("coupon", "随手小券", "A small thank you", {"threshold": 5_900, "off": 500}, CouponDraft(points_price=200, issue_limit=300)),
            ("coupon", "积分回馈大券", "A big thank you", {"threshold": 19_900, "off": 2_500},
             CouponDraft(points_price=800, issue_limit=40, per_member_limit=2, valid_days=30)),
            ("freight_coupon", "运费由我们付", "Delivery is on us", {"off": 1_000}, CouponDraft(points_price=300, valid_days=15)),
        )  # fmt: skip
        holders = sorted({b.member_id for b in self._world.regulars if b.member_id and b.orders})
        held = ledger.available(holders)
        for kind, zh, en, config, coupon in offers:
            made = self._publish(kind, zh, en, start, end, config, coupon=coupon)
            price = coupon.points_price or 0
            for member in [each for each in holders if held.get(each, 0) >= price][:12]:
                promotions.exchange(
                    made, member, points=price, key=f"demo-{made}", actor=Actor("member", member, f"member {member}")
                )
                held[member] -= price

    def _draw(self) -> None:
        """A lucky draw, with a coupon of its own among the prizes."""
        coupon = self._publish(
            "coupon", "抽奖专享 20 元券", "¥20 from the draw", clock.now(), self._world.ends + timedelta(days=40),
            {"threshold": 9_900, "off": 2_000}, coupon=CouponDraft(issue_limit=500, valid_days=30),
        )  # fmt: skip
        lucky.open_draw(self._world, coupon)
        tomorrow = clock.business_date() + timedelta(days=1)
        self._world.agenda.plan(rhythm.at(tomorrow, time(20, 15)), lambda: lucky.try_luck(self._world))

    def _thank_regulars(self) -> None:
        """A coupon into the wallets of who has bought."""
        buyers = sorted({b.member_id for b in self._world.regulars if b.member_id and b.orders})[:800]
        if buyers:
            made = self._publish(
                "coupon", "老友回馈 20 元券", "Thank you: ¥20", clock.now(), clock.now() + timedelta(days=45),
                {"threshold": 15_900, "off": 2_000}, coupon=CouponDraft(issue_limit=5_000),
            )  # fmt: skip
            promotions.grant(made, buyers, actor=self._world.clerks.marketing)

    def _reprice(self) -> None:
        """A few prices follow their costs, or the season."""
        world = self._world
        some = world.chance.sample(world.shelves.articles, min(8, len(world.shelves.articles)))
        known = prices.base_prices([article.sku_id for article in some])
        rows = []
        for article in some:
            price = known[article.sku_id]
            percent = world.chance.choice((92, 95, 97, 104, 106))
            sale = max(100, price.sale_price * percent // 10_000 * 100)
            rows.append(PriceRow(article.sku_id, max(price.list_price, sale), sale))
        pricing.set_prices(rows, reason="随成本与季节调价", actor=world.clerks.marketing)

    def _book_spend(self, day: date) -> None:
        for source in ADS:
            amount = round(
                COSTS[source] * rhythm.WEEK[day.weekday()] * self._world.busy * self._world.chance.gauss(1, 0.12)
            )
            analytics.record_spend(
                day=day, source=source, amount=max(100, amount), note="投放日消耗", actor=self._world.clerks.marketing
            )

    def _coupon(self, code: str, zh: str, en: str, config: dict[str, Any], *, holder: int) -> None:
        made = self._publish(
            "coupon", zh, en, clock.now(), self._world.ends + timedelta(days=60), config, coupon=CouponDraft(),
            per_holder_limit=holder,
        )  # fmt: skip
        promotions.add_code(made, code, actor=self._world.clerks.marketing)
        self._world.coupons.append(code)

    def _publish(
        self, kind: str, zh: str, en: str, starts: datetime, ends: datetime, config: dict[str, Any], **more: Any
    ) -> int:
        draft = PromotionDraft(
            kind=kind, label_zh=zh, label_en=en, config=config, starts_at=starts, ends_at=ends, **more
        )
        made = promotions.create_promotion(draft, actor=self._world.clerks.marketing)
        promotions.publish(made, actor=self._world.clerks.marketing)
        return made
