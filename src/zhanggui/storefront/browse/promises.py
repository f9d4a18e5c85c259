"""What the shop promises and what a buyer must know, said from the mall's own settings: words and deeds cannot part."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from markupsafe import Markup

from zhanggui.aftersales import selectors as aftersales
from zhanggui.aftersales.types import Terms
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import mall_settings, versions
from zhanggui.kernel.i18n import Text
from zhanggui.pledges import selectors as pledges
from zhanggui.pledges.types import FLASH
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import FreightRuleView
from zhanggui.showcase.types import Exhibit
from zhanggui.ui import environment
from zhanggui.ui.formatting import money


class Promise(NamedTuple):
    icon: str
    title: str
    text: str


class Answer(NamedTuple):
    """A question every buyer has, and the answer."""

    question: str
    text: str


#: What is said here depends on these alone, and is the same on every page.
VERSIONS = ("settings", "pricing.freight")
T = TypeVar("T")
_said: dict[Hashable, tuple[tuple[int, ...], Any]] = {}


def _once(make: Callable[[str], T]) -> Callable[[str], T]:
    """Made once for a language and as long as the versions stand."""

    @wraps(make)
    def said(lang: str) -> T:
        stand = tuple(versions.get_many(VERSIONS).values())
        found = _said.get((make, lang))
        if found is None or found[0] != stand:
            found = _said[make, lang] = (stand, make(lang))
        made: T = found[1]
        return made

    return said


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    _said.clear()


def dispatch(lang: str) -> Promise:
    """When a parcel leaves (SHP-01)."""
    soon, latest = mall_settings.get("orders.dispatch_hours"), mall_settings.get("orders.dispatch_latest_hours")
    return Promise(
        "truck",
        Text("{soon} 小时内发货", "Ships within {soon} h").render(lang, soon=soon),
        Text(
            "付款后 {soon} 小时内发出，最迟 {latest} 小时", "{soon} hours after payment, {latest} at the latest"
        ).render(lang, soon=soon, latest=latest),
    )


@_once
def promises(lang: str) -> list[Promise]:
    """The short form, beside the price, where no category says otherwise."""
    return [dispatch(lang), freight(lang), *returns(aftersales.terms_of_category(()), lang)]


def returns(terms: Terms, lang: str) -> list[Promise]:
    """What after-sales is offered: for how long without a reason, or that it is not and why; and for faults."""
    if terms.no_reason_days:
        text = Text("签收后 {days} 天内，完好即可退", "no reason needed, from the day of delivery")
        found = [
            Promise(
                "rotate-ccw",
                Text("支持 {days} 天无理由退货", "{days}-day returns").render(lang, days=terms.no_reason_days),
                text.render(lang, days=terms.no_reason_days),
            )
        ]
    else:
        why = terms.words or Text("质量问题仍可退换", "faulty goods are still taken back")
        found = [
            Promise(
                "circle-slash", Text("不支持无理由退货", "No returns without a reason").render(lang), why.render(lang)
            )
        ]
    if terms.claim_days:
        found.append(
            Promise(
                "shield-check",
                Text("{days} 天质量保障", "{days}-day guarantee").render(lang, days=terms.claim_days),
                Text("质量问题可退可换，运费我们承担", "faulty goods are replaced or refunded, postage on us").render(
                    lang
                )
                if terms.way_back != "buyer"
                else Text("质量问题可退可换", "faulty goods are replaced or refunded").render(lang),
            )
        )
    return found


def promises_of(exhibit: Exhibit, lang: str) -> list[Promise]:
    """Those of the shop, and for how long the price of this product is guaranteed, where it is.

    Goods that are not in stock with us leave by a promise of their own, and have their own ways back.
    """
    found = _guaranteed(exhibit, lang)
    mode = exhibit.product.supply_mode
    supply = catalog.supply_words(mode, catalog.supply_hours(mode, exhibit.product.promise_hours))
    if supply is None:
        return found
    title = supply.title.render(lang)
    back = Promise("undo-2", Text("退货须知", "Returns").render(lang), supply.returns.render(lang))
    return [Promise("truck", title, supply.promise.render(lang)), *found[1:], back]


def _guaranteed(exhibit: Exhibit, lang: str) -> list[Promise]:
    path = [category.id for category in exhibit.product.breadcrumbs]
    in_flash_sale = any(badge.kind == FLASH for badge in exhibit.badges)
    days = pledges.promised_days(path, in_flash_sale=in_flash_sale)
    terms = aftersales.terms_of_category(path)
    own = terms != aftersales.terms_of_category(())
    told = [*promises(lang)[:2], *returns(terms, lang)] if own else promises(lang)
    if not days:
        return told
    guarantee = Promise(
        "badge-percent",
        Text("{days} 天价保", "{days}-day price guarantee").render(lang, days=days),
        Text(
            "签收后 {days} 天内降价，退还差价",
            "if our price falls within {days} days of delivery, you get the difference",
        ).render(lang, days=days),
    )
    return [*told, guarantee]


def freight(lang: str) -> Promise:
    """What delivery costs where no rule of a province says otherwise."""
    rule, several = _rule()
    currency = mall_settings.get("mall.currency")
    if rule is None or not rule.fee:
        title = (
            Text("全国包邮", "Free delivery") if not several else Text("多数地区包邮", "Free delivery to most places")
        )
        return Promise("package", title.render(lang), Text("快递配送", "by courier").render(lang))
    fee = money(rule.fee, currency)
    if rule.free_over is not None:
        over = money(rule.free_over, currency)
        return Promise(
            "package",
            Text("满 {over} 包邮", "Free over {over}").render(lang, over=over),
            Text("不满则运费 {fee} 起", "otherwise delivery from {fee}").render(lang, fee=fee),
        )
    return Promise(
        "package",
        Text("运费 {fee} 起", "Delivery from {fee}").render(lang, fee=fee),
        Text("结算时按地区显示", "by region, shown at checkout").render(lang),
    )


def _rule() -> tuple[FreightRuleView | None, bool]:
    """The courier's rule for everywhere else, and whether some provinces have their own."""
    rules = [rule for rule in pricing.freight_rules() if rule.method == "express"]
    return next((rule for rule in rules if not rule.province), None), any(rule.province for rule in rules)


def freight_fee() -> int:
    """What delivery costs in general, in minor units."""
    rule, _ = _rule()
    return rule.fee if rule and rule.deliverable else 0


def freight_free_over() -> int | None:
    """From which amount of goods delivery is said to be free, in minor units; None where nothing is said."""
    rule, _ = _rule()
    return rule.free_over if rule and rule.fee else None


@_once
def must_read_drawn(lang: str) -> Markup:
    """The same as a part of a page. The language is in use."""
    macros: Any = environment.get().get_template("storefront/parts/tiles.html").module
    drawn: Markup = macros.must_read(must_read(lang))
    return drawn


def must_read(lang: str) -> list[Answer]:
    """What a buyer must know (买家须知, SFR-09): enough to buy without asking anybody."""
    minutes, days = mall_settings.get("orders.minutes_to_pay"), mall_settings.get("aftersales.no_reason_days")
    claims = mall_settings.get("aftersales.claim_days")
    shipping, postage = dispatch(lang), freight(lang)
    separator = Text("。", ". ").render(lang)
    return [
        Answer(
            Text("什么时候发货？", "When will it be sent?").render(lang),
            shipping.text
            + separator
            + Text(
                "若不能按时发出，我们会主动联系您，换货或退款由您选。",
                "If we cannot keep that, we write to you first; exchange or refund, as you like.",
            ).render(lang),
        ),
        Answer(
            Text("运费多少？", "What does delivery cost?").render(lang),
            f"{postage.title}，{postage.text}。" if lang != "en" else f"{postage.title}, {postage.text}.",
        ),
        Answer(
            Text("怎么付款？", "How do I pay?").render(lang),
            Text(
                "提交订单后 {minutes} 分钟内付款，逾期订单自动取消，库存释放给其他买家。",
                "Within {minutes} minutes of ordering; afterwards the order is cancelled and its goods are free again.",
            ).render(lang, minutes=minutes),
        ),
        Answer(
            Text("可以退换吗？", "Can I return it?").render(lang),
            Text(
                "签收后 {days} 天内无理由退货；质量问题 {claims} 天内可退换，在“我的订单”里自助申请。",
                "Within {days} days of delivery without a reason, within {claims} days where something is wrong; "
                "ask for it in your orders.",
            ).render(lang, days=days, claims=claims),
        ),
        Answer(
            Text("颜色和实物有差别怎么办？", "What if it looks different?").render(lang),
            Text(
                "屏幕显示会有细微色差，以实物为准；不喜欢同样可以无理由退货。",
                "Screens differ a little, the goods are what counts; if you do not like them, send them back.",
            ).render(lang),
        ),
    ]
