"""Where prices could be taken for fraud: claims the history does not bear out, prices raised before a promotion, gifts that are not
there, countdowns that begin again. Reads only; `services/risks.py` keeps what is found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.content import selectors as content
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import minor_digits
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import PromotionView

from .claims import Facts, against, claims
from .pages import slug_in
from .types import COUNTDOWN, GIFT, RAISED, STRUCK, WORDS, Evidence, Risk

AT_ONCE = 200
#: A promotion that runs so often in so many days, hardly ended when it begins again, never ends.
RESTARTS, WITHIN, PAUSE = 3, timedelta(days=60), timedelta(days=3)
AHEAD = timedelta(days=14)


def risks(at: datetime) -> Iterator[Risk]:
    """Everything there is now. Some statements for each handful of products and each page."""
    yield from struck()
    yield from raised(at)
    yield from spoken(at)
    yield from pages(at)
    running = [view for view in promotions.between(at - WITHIN, at + AHEAD, limit=1000) if view.state != "draft"]
    yield from gifts(running)
    yield from restarts(running)


def struck() -> Iterator[Risk]:
    """Struck prices the last look over the mall found without a lawful price behind them."""
    rows = db.rows("select * from pledges_difference where gone_at is null and what = %s", (STRUCK,))
    for row in rows:
        evidence: tuple[Evidence, ...] = (
            Evidence(row["first_seen"], Text("页面划线价", "struck on the page"), row["said"]),
        )
        if row["true"] is not None:
            evidence += (Evidence(row["last_seen"], Text("可以划线的最高价", "most that may be struck"), row["true"]),)
        yield Risk(
            f"{STRUCK}:{row['key']}"[:300], STRUCK, Text(*row["title"]), Text("划线价没有合法依据", "no lawful price behind it"),
            evidence, row["product_id"], row["sku_code"], path=row["path"],
        )  # fmt: skip


def raised(at: datetime) -> Iterator[Risk]:
    """Prices that went up within some days before a promotion that takes from them. One statement, some more where any did."""
    days = timedelta(days=mall_settings.get("pledges.raise_days"))
    steps: dict[int, list[Any]] = defaultdict(list)
    for step in pricing.raises(at - AHEAD - days - days):
        steps[step.sku_id].append(step)
    if not steps:
        return
    goods = catalog.goods_of(list(steps))
    codes = catalog.sku_codes(list(steps))
    titles = catalog.titles([place[0] for place in goods.values()])
    for offer in promotions.overlapping(goods, at - days, at + AHEAD):
        for sku in offer.sku_ids:
            for step in steps[sku]:
                if not offer.starts_at - days <= step.at < offer.starts_at:
                    continue
                evidence = (
                    Evidence(step.at, Text("涨价前", "before it was raised"), step.before),
                    Evidence(step.at, Text("涨价后", "after it was raised"), step.after),
                    Evidence(
                        offer.starts_at, Text("促销开始：{label}", "promotion begins: {label}"), None, offer.label
                    ),
                )
                yield Risk(
                    f"{RAISED}:{sku}:{step.id}:{offer.promotion_id}", RAISED, titles.get(goods[sku][0], Text(codes[sku], codes[sku])),
                    Text("先涨后降：促销前涨价", "raised shortly before a promotion"), evidence, goods[sku][0], codes[sku],
                    offer.promotion_id,
                )  # fmt: skip


def spoken(at: datetime) -> Iterator[Risk]:
    """What titles and descriptions of listed products claim."""
    last, minor = 0, 10 ** minor_digits(mall_settings.get("mall.currency"))
    while items := catalog.listed_after(last, AT_ONCE):
        told = catalog.descriptions([item.id for item in items])
        said = [
            (
                item,
                list(
                    claims(
                        " ".join((item.title, item.subtitle, item.title_en, item.subtitle_en, *told.get(item.id, ()))),
                        minor,
                    )
                ),
            )
            for item in items
        ]
        known = facts([item for item, found in said if found], at)
        for item, found in said:
            for claim in dict.fromkeys(found):
                if item.id in known and (why := against(claim, known[item.id])):
                    yield _claim(f"{item.id}", Text(item.title, item.title_en or item.title), claim.words, why, known[item.id], at,
                                 product_id=item.id, path=f"/p/{item.slug}")  # fmt: skip
        last = items[-1].id


def pages(at: datetime) -> Iterator[Risk]:
    """What blocks of published pages claim of the product they lead to."""
    minor = 10 ** minor_digits(mall_settings.get("mall.currency"))
    for page in content.all_published():
        for block in page.blocks:
            for part in content.texts_with_links(block):
                found = list(claims(part.text, minor))
                if not found:
                    continue
                items = catalog.listed_by_slug([slug for link in part.links if (slug := slug_in(link))])
                known = facts(list(items.values()), at)
                title = Text(page.title.text.zh, page.title.text.en)
                for claim in dict.fromkeys(found):
                    wrong = [(one, why) for one, facts_ in known.items() if (why := against(claim, facts_))]
                    which = f"page:{page.id}:{block.id}"
                    if wrong:
                        yield _claim(
                            which,
                            title,
                            claim.words,
                            wrong[0][1],
                            known[wrong[0][0]],
                            at,
                            page_id=page.id,
                            path=page.path,
                        )
                    elif not known and claim.kind in ("former", "lowest"):
                        why = Text("没有指明商品，无从证明", "it names no product, so nothing bears it out")
                        yield _claim(which, title, claim.words, why, None, at, page_id=page.id, path=page.path)


def _claim(which: str, title: Text, words: str, why: Text, known: Facts | None, at: datetime, **about: Any) -> Risk:
    evidence = [Evidence(at, Text("文案：{label}", "it says: {label}"), None, Text(words, words))]
    if known is not None:
        evidence.append(Evidence(at, Text("现价", "price now"), known.price))
        if known.former is not None:
            evidence.append(Evidence(at, Text("可以合法比较的原价", "lawful former price"), known.former))
        evidence.append(Evidence(at, Text("历史最低售价", "lowest ever asked"), known.lowest))
    return Risk(f"{WORDS}:{which}:{words}"[:300], WORDS, title, why, tuple(evidence), **about)


def facts(items: Iterable[ListingItem], at: datetime) -> dict[int, Facts]:
    """What the history says of products, by the SKU that costs least. Three statements, none for none."""
    found = list(items)
    skus = [sku for item in found for sku in item.sku_ids]
    if not skus:
        return {}
    prices, lawful, lowest = (
        pricing.effective_prices(skus, at),
        pricing.lawful_strikes(skus, at),
        pricing.lowest_ever(skus),
    )
    known = {}
    for item in found:
        priced = [sku for sku in item.sku_ids if sku in prices]
        if priced:
            best = min(priced, key=lambda sku: prices[sku].sale_price)
            price = prices[best].sale_price
            known[item.id] = Facts(price, lawful.get(best), lowest.get(best, price))
    return known


def _label(view: PromotionView) -> Text:
    return Text(view.draft.label_zh, view.draft.label_en or view.draft.label_zh)


def gifts(views: Iterable[PromotionView]) -> Iterator[Risk]:
    """Promotions that run and promise gifts that are not in stock. Two statements, none where no gift is promised."""
    promised = {
        view.id: (view, {gift["sku"] for step in view.draft.config.get("steps", ()) for gift in step.get("gifts", ())})
        for view in views
        if view.draft.kind == "full_gift" and view.stage == "running"
    }
    skus = sorted({sku for _, found in promised.values() for sku in found})
    if not skus:
        return
    free, codes = inventory.available(skus), catalog.sku_codes(skus)
    now = clock.now()
    for view, wanted in promised.values():
        for sku in sorted(wanted):
            if free[sku] <= 0:
                label = Text(codes.get(sku, ""), codes.get(sku, ""))
                evidence = (
                    Evidence(now, Text("赠品 {label} 可用库存 0 件", "gift {label}: none in stock"), None, label),
                )
                yield Risk(
                    f"{GIFT}:{view.id}:{sku}", GIFT, _label(view), Text("赠品无货仍在宣传", "a gift is promised that is not there"),
                    evidence, sku_code=codes.get(sku, ""), promotion_id=view.id,
                )  # fmt: skip


def restarts(views: Iterable[PromotionView]) -> Iterator[Risk]:
    """The same terms again and again, each begun when the last had hardly ended: the countdown counts to nothing."""
    alike: dict[str, list[PromotionView]] = defaultdict(list)
    for view in views:
        if view.draft.ends_at is not None and view.draft.coupon is None:
            alike[repr((view.draft.kind, view.draft.config, view.draft.scope))].append(view)
    for same in alike.values():
        same.sort(key=lambda view: view.draft.starts_at)
        row = [same[0]]
        for view in same[1:]:
            ended = row[-1].draft.ends_at
            row = [*row, view] if ended is not None and view.draft.starts_at - ended <= PAUSE else [view]
        if len(row) >= RESTARTS:
            label = Text("{label}", "{label}")
            evidence = tuple(Evidence(view.draft.starts_at, label, None, _label(view)) for view in row)
            yield Risk(
                f"{COUNTDOWN}:{row[0].id}", COUNTDOWN, _label(row[-1]),
                Text("倒计时结束后又重新开始", "its countdown ends and begins again"), evidence, promotion_id=row[-1].id,
            )  # fmt: skip
