"""Which kind of promotion serves which goal: the library behind the page a promotion is begun from. Few and precise, not many.

What serves what follows handbooks of the trade, named where a piece of advice comes from one. They give no sizes of discounts: the
figures are a beginning, to be tried against the mall's own past in the time machine before anything is published. The one figure of
theirs is in `SPEND`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhanggui.kernel.i18n import Text
from zhanggui.promotions.types import PromotionView


@dataclass(frozen=True, slots=True)
class Advice:
    """Why a kind fits a goal, when it does not, and figures to begin with. `kind` is one of the editor's, or another page."""

    kind: str
    why: Text
    not_when: Text
    figures: Text


@dataclass(frozen=True, slots=True)
class Goal:
    """Something a mall wants of a promotion, and the kinds that serve it, the fittest first."""

    key: str
    label: Text
    icon: str
    aim: Text
    kinds: tuple[Advice, ...]


def _a(kind: str, why: tuple[str, str], not_when: tuple[str, str], figures: tuple[str, str]) -> Advice:
    return Advice(kind, Text(*why), Text(*not_when), Text(*figures))


#: 《商城运营方案框架》，付费推广: what it takes to make an article known is 8 to 15 % of its sales, 10 % on average.
SPEND = Text(
    "定力度前先留出推广费：单品推广通常占销售额的 8%–15%，平均 10%。让利、推广费与成本相加不要超过售价",
    "Set aside what making it known costs: usually 8–15 % of an article’s sales, 10 % on average. Discount, advertising and cost"
    " together stay below the price",
)
GOALS: tuple[Goal, ...] = (
    Goal(
        "stock",
        Text("清库存", "Clear stock"),
        "warehouse",
        Text("把卖得慢的货变成现金", "Turn slow goods into cash"),
        (
            _a(
                "limited_discount",
                ("直接、好懂，只动要清的货", "plain, and only for the goods that must go"),
                ("同款以后还要按原价卖", "the same article is to be sold at full price soon"),
                ("7–5 折，3–7 天", "30–50 % off, 3 to 7 days"),
            ),
            _a(
                "multi_discount",
                ("一次多带走几件", "takes more pieces in one go"),
                ("一人只需要一件的商品", "goods one buyer needs only once"),
                ("2 件 8 折、3 件 7 折", "20 % off 2, 30 % off 3"),
            ),
            _a(
                "any_n_for",
                ("杂款尾货一起清", "clears odds and ends together"),
                ("商品成本差别很大", "the goods differ much in cost"),
                ("99 元任选 3 件", "any 3 for 99"),
            ),
        ),
    ),
    # 《线上商城运营方案》: goods that go together and gifts raise what is sold; 《商城运营方案框架》 names 满减 and 组合优惠.
    Goal(
        "basket",
        Text("提高客单价", "Raise order value"),
        "shopping-cart",
        Text("让买家一单多买一点", "Let buyers put more in one order"),
        (
            _a(
                "full_reduction",
                ("门槛略高于现在的客单价，凑单自然", "a threshold a little above today’s order value"),
                ("门槛低于客单价：白送", "the threshold lies below the order value: it is given away"),
                ("门槛为客单价的 1.2–1.5 倍，让利 8–12%", "1.2–1.5 × the order value, 8–12 % off"),
            ),
            _a(
                "full_gift",
                ("让利看得见，价格不乱", "a visible gain that leaves prices alone"),
                ("赠品没有库存或没人想要", "the gift is not in stock, or nobody wants it"),
                ("赠品成本为门槛的 5–8%", "a gift that costs 5–8 % of the threshold"),
            ),
            _a(
                "package",
                ("相关商品搭着卖", "sells what goes together"),
                ("买家只想要其中一件", "buyers want only one of them"),
                ("套餐省 10–15%", "10–15 % less than one by one"),
            ),
            _a(
                "add_on",
                ("加一点钱换购小件", "a small thing for a little more"),
                ("换购品毛利为负", "the small thing loses money"),
                ("换购价为售价的 3–5 折", "a third to a half of its price"),
            ),
        ),
    ),
    # 《商城运营详细方案》 has 首单优惠 among the ways to win buyers; 《淘宝店铺运营方案》: coupons, free delivery and gifts bring traffic.
    Goal(
        "new",
        Text("拉新客", "Win new buyers"),
        "user-plus",
        Text("让没买过的人下第一单", "Get a first order"),
        (
            _a(
                "coupon",
                ("只发给新客，别人看不到", "for new buyers only"),
                ("老客也能领到", "old buyers can claim it too"),
                ("无门槛 5–10 元，或满 59 减 15，7 天有效", "5–10 off anything, or 15 off 59, good for 7 days"),
            ),
            _a(
                "free_shipping",
                ("第一单最怕运费", "delivery is what a first order fears most"),
                ("客单价低于运费的 4 倍", "orders below four times the freight"),
                ("首单包邮", "free delivery of the first order"),
            ),
            _a(
                "flash_sale",
                ("少量低价引人进店", "a few pieces at a low price bring people in"),
                ("没有别的商品可逛", "there is nothing else to look at"),
                ("1–3 款引流款，每人限 1 件", "1 to 3 traffic articles, one each"),
            ),
        ),
    ),
    # 《商城运营方案框架》: coupons keep buyers; 《商城运营方案》: a coupon sent to those who have looked at or bought something.
    Goal(
        "back",
        Text("唤回老客", "Bring old buyers back"),
        "rotate-ccw",
        Text("让买过的人再来", "Have those return who bought before"),
        (
            _a(
                "coupon",
                ("定向发放，不打扰常客", "sent to those who stayed away"),
                ("常客也收到：本来就会买", "regulars get it, who buy anyway"),
                ("满 99 减 20，发给 90 天没下单的人", "20 off 99 for those away for 90 days"),
            ),
            _a(
                "full_gift",
                ("老友礼，比打折有人情味", "a gift says more than a discount"),
                ("赠品与他们无关", "the gift is nothing to them"),
                ("赠小样或新品", "a sample or something new"),
            ),
        ),
    ),
    # 《商城运营方案框架》，新品推广: 抢购 and 限时特惠 bring a new item traffic and sales; it names the trial centre among paid ways, too.
    Goal(
        "item",
        Text("推新品", "Push a new item"),
        "sparkles",
        Text("让新品有销量和评价", "Give a new item sales and reviews"),
        (
            _a(
                "flash_sale",
                (
                    "上新时限量抢购，带来流量和第一批销量",
                    "a few pieces for a short time bring the first visits and sales",
                ),
                (
                    "新品以后要长期卖高价：首价会成为参照",
                    "it is to be dear for long: the first price is what buyers remember",
                ),
                ("限量 20–50 件，上新当天 1 场，每人限 1 件", "20–50 pieces, one slot on the first day, one each"),
            ),
            _a(
                "nth_discount",
                ("价格不破，第二件才让利", "the price stands; only the second piece is cheaper"),
                ("买家不需要第二件", "nobody needs a second one"),
                ("第二件半价，2 周", "half off the second, two weeks"),
            ),
            _a(
                "add_on",
                ("搭着爆款推出去", "rides on what sells already"),
                ("爆款自身在做活动", "what sells is on offer itself"),
                ("买爆款加 19.9 元换购", "19.90 with a best-seller"),
            ),
            _a(
                "trial",
                ("先要真实评价，再放量", "honest reviews first, volume later"),
                ("产品还没定型", "the product still changes"),
                ("10–30 份，14 天内交报告", "10–30 pieces, reports in 14 days"),
            ),
        ),
    ),
    # 《淘宝店铺运营方案》: buyers of what has a season heed 换季打折 and 多件打折; the form follows season and goods.
    Goal(
        "season",
        Text("换季收尾", "Season end"),
        "leaf",
        Text("赶在过季前卖完", "Sell out before the season does"),
        (
            _a(
                "full_discount",
                ("全场一个规则，好传播", "one rule for all, easy to pass on"),
                ("新一季已经上架：会被一起打折", "the new season is up already and would be cut too"),
                ("2 件 9 折、3 件 8 折", "10 % off 2, 20 % off 3"),
            ),
            _a(
                "limited_discount",
                ("分批降，越到后面越低", "in steps, lower towards the end"),
                ("刚刚涨过价", "the price was raised lately"),
                ("先 8 折，后 6 折", "20 % off first, then 40 %"),
            ),
        ),
    ),
    # 《淘宝运营策划方案》，促销方式: 满减、满送、包邮、抽奖; few and precise, or buyers lose their way.
    Goal(
        "opening",
        Text("开业与店庆", "Opening, anniversary"),
        "party-popper",
        Text("聚人气，让人记住店", "Draw a crowd and be remembered"),
        (
            _a(
                "flash_sale",
                ("整点开抢，有热度", "something happens every hour"),
                ("库存与客服跟不上", "stock and service cannot keep up"),
                ("每天 2–3 场，每场 3–5 款", "2–3 slots a day, 3–5 articles each"),
            ),
            _a(
                "full_reduction",
                ("全店一个门槛，一句话说清", "one threshold, said in a sentence"),
                ("同时还有别的全店活动", "another offer runs for the whole shop"),
                ("满 199 减 30", "30 off 199"),
            ),
            _a(
                "coupon",
                ("进店先领，留住第二次", "claimed at the door, used the second time"),
                ("面额太碎没人记得", "amounts too small to remember"),
                ("下次可用，满 100 减 15", "15 off the next 100"),
            ),
            _a(
                "draw",
                ("人人能参加，热闹又不动价格", "everybody can take part, and no price moves"),
                ("奖品不能兑现或概率说不清", "prizes are not there, or the odds cannot be said"),
                ("每人每天 1–3 次，公布概率与数量", "1–3 chances a day each, odds and pieces published"),
            ),
        ),
    ),
)
#: What is no kind of the engine has a page of its own.
ELSEWHERE = {
    "draw": (Text("抽奖", "Lucky draw"), "/office/draws/new", "draws.manage"),
    "trial": (Text("免费试用", "Free trial"), "/office/trials/new", "trials.manage"),
}


def goal(key: str) -> Goal | None:
    """The goal of this name."""
    return next((each for each in GOALS if each.key == key), None)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two promotions that run at once and aim at the same goods."""

    first: PromotionView
    second: PromotionView


def counts(running: Iterable[PromotionView]) -> Counter[str]:
    """How many of each kind run now."""
    return Counter(view.draft.kind for view in running)


def clashes(running: Iterable[PromotionView], *, most: int = 20) -> list[Clash]:
    """Pairs of the same lane whose named goods meet, or which are both for everything. Coupons meet by design and are left out."""
    found = []
    views = [view for view in running if view.draft.coupon is None]
    for i, one in enumerate(views):
        for other in views[i + 1 :]:
            if one.draft.kind == other.draft.kind and _meet(one.draft.scope or {}, other.draft.scope or {}):
                found.append(Clash(one, other))
    return found[:most]


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    parts = ("categories", "brands", "products", "skus")
    named = [{(part, each) for part in parts for each in scope.get(part) or ()} for scope in (one, other)]
    return not any(named) or bool(named[0] & named[1])
