"""What the pages of the assortment share: its tabs, roles and verdicts as one reads them, forms there and back, charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from zhanggui.assortment import selectors
from zhanggui.assortment.types import HIT, MAIN, Band, BandCount, HitRow, Match, Shelf, ShelfPlan, Verdict
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import GoodsCard
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.showcase import selectors as showcase
from zhanggui.ui import formatting, language
from zhanggui.ui.language import say, t

from . import goods
from .charts import LOOK, Chart
from .costing import share

HERE = "/office/assortment"
TONES = {MAIN: "bad", "traffic": "info", "basic": "neutral", "image": "warn", HIT: "good"}
WHOLE = Text("全部商品", "Everything")
PAGES = (
    (Text("商品角色", "Roles"), HERE),
    (Text("爆款区", "Hits"), f"{HERE}/hits"),
    (Text("结构计划", "Shelves"), f"{HERE}/shelves"),
    (Text("汰换", "Renewal"), f"{HERE}/renewal"),
)
#: A band this far from its plan is told (basis points).
FAR = 1_000
BANDS = 12


def pages(current: str) -> list[tuple[str, str, bool]]:
    """The tabs of the four pages."""
    return [(say(words), href, href == current) for words, href in PAGES]


def verdict(each: Verdict, costs: bool) -> str:
    """The number a criterion was judged by, beside what is asked."""
    if each.name == "deliverable":
        if each.value is None:
            return t("多数地区不配送", "not delivered to most places")
        weight = formatting.quantity(each.weight_g)
        return t(f"{each.value} 省不送 · 最重 {weight} g", f"{each.value} provinces left out · {weight} g at most")
    if each.name == "selling":
        units = formatting.quantity(each.value)
        return t(
            f"{units} 件 / {formatting.quantity(each.limit)} 件", f"{units} of {formatting.quantity(each.limit)} sold"
        )
    if not costs:
        return t("符合", "met") if each.met else t("不符合", "not met")
    if each.value is None:
        return t("成本不全", "a cost is not known")
    return formatting.percent(each.value / 10_000, 1)


def categories() -> dict[int, str]:
    """What every category is called, with those above it; 0 is everything."""
    lang = language.current()
    names = {each.id: each.name_in(lang) for each in catalog.categories()}
    paths = {
        i: " / ".join(names[a] for a in catalog.category_path(i) if a in names) or name for i, name in names.items()
    }
    return {0: say(WHOLE), **paths}


def band_words(low: int, high: int | None, currency: str) -> str:
    start = formatting.money(low, currency)
    return (
        f"{start} – {formatting.money(high, currency)}"
        if high is not None
        else t(f"{start} 及以上", f"{start} and more")
    )


def gap(shelf: Shelf) -> int | None:
    """How far the band that is furthest from its plan is from it (basis points); None without a plan."""
    gaps = [each.share - each.planned for each in shelf.bands if each.planned is not None]
    return max(gaps, key=abs) if gaps and shelf.products else None


def bands_chart(bands: Iterable[BandCount], currency: str) -> Chart:
    """Planned and real shares side by side."""
    found = list(bands)
    names = [band_words(each.low, each.high, currency) for each in found]
    planned, real = t("计划", "Planned"), t("实际", "Now")
    series: list[dict[str, Any]] = []
    if any(each.planned is not None for each in found):
        series.append(
            {
                "name": planned,
                "type": "bar",
                "data": [(each.planned or 0) / 10_000 for each in found],
                "barMaxWidth": 32,
            }
        )
    series.append({"name": real, "type": "bar", "data": [each.share / 10_000 for each in found], "barMaxWidth": 32})
    for each in series:
        each["itemStyle"] = {"borderRadius": LOOK["borderRadius"]}
    option = {
        "format": "percent", "legend": {}, "xAxis": {"type": "category", "data": names}, "yAxis": {}, "series": series,
    }  # fmt: skip
    rows = [
        [
            name, "–" if each.planned is None else formatting.percent(each.planned / 10_000, 1),
            formatting.percent(each.share / 10_000, 1), formatting.quantity(each.products),
        ]
        for name, each in zip(names, found, strict=True)
    ]  # fmt: skip
    head = [t("价格带", "Band"), planned, real, t("商品数", "Products")]
    return Chart(option, head, rows, t("价格带占比", "Shares of price bands"), 280)


def plan_of(category_id: int, given: Mapping[str, Any], currency: str) -> ShelfPlan:
    """What the form wants: each band begins where it says, and ends where the next begins. Raises ValidationFailed."""
    errors: list[FieldError] = []
    figures = {name: goods.units(str(given.get(name, "")), name, errors) for name in ("breadth", "depth", "stock")}
    rows = []
    for n in range(BANDS):
        low, part = str(given.get(f"low-{n}", "")).strip(), str(given.get(f"share-{n}", "")).strip()
        if not low and not part:
            continue
        start, portion = (
            goods.amount(low or "0", f"low-{n}", currency, errors),
            share(part or "0", f"share-{n}", errors),
        )
        rows.append((start or 0, portion or 0))
    if errors:
        raise ValidationFailed(errors=errors)
    bands = tuple(
        Band(low, rows[n + 1][0] if n + 1 < len(rows) else None, portion) for n, (low, portion) in enumerate(rows)
    )
    return ShelfPlan(category_id, **figures, bands=bands, note=str(given.get("note", "")))


def plan_values(shelf: Shelf, currency: str) -> dict[str, str]:
    """The plan as its form has it; without one, the bands of the price rules with the shares there are."""
    plan = shelf.plan
    found = {
        name: "" if plan is None else str(getattr(plan, name) or "") for name in ("breadth", "depth", "stock", "note")
    }
    for n, each in enumerate(shelf.bands):
        part = each.planned if each.planned is not None else None
        found |= {f"low-{n}": format_minor(each.low, currency), f"share-{n}": "" if part is None else f"{part / 100:g}"}
    return found


def plan_names() -> dict[str, str]:
    """Where faults of the bands stand in the form."""
    return {
        f"bands.{n}.{name}": f"{field}-{n}"
        for n in range(BANDS)
        for name, field in (("low", "low"), ("high", "low"), ("share", "share"))
    }


def match_of(given: Mapping[str, Any]) -> Match:
    """A product by one of its SKUs or by its id. Raises ValidationFailed."""
    code = str(given.get("sku", "")).strip()
    found = catalog.sellable_by_code([code])[0].product_id if code else 0
    other = found or int(goods.units(str(given.get("other", "")), "other", []) or 0)
    if not other:
        raise ValidationFailed.one("sku", "unknown", "没有这个 SKU", "there is no such SKU")
    return Match(other, *(str(given.get(name, "")) for name in ("reason_zh", "reason_en", "script")))


class Beside:
    """What goes along with some products, for customer service: by hand with scripts, then what is bought together."""

    MOST = 5

    def __init__(self, product_ids: Iterable[int | None], actor: Actor) -> None:
        """One statement where anything goes along; none where nothing does, or this colleague may not see it."""
        wanted = list(dict.fromkeys(i for i in product_ids if i)) if actor.may("assortment.view") else []
        company = {i: showcase.goes_with(i, self.MOST) for i in wanted}
        self._scripts = {(i, each.other_id): each.script for i in wanted for each in selectors.matches(i)}
        self._cards = catalog.assortment.cards({one.product_id for ones in company.values() for one in ones})
        self._company = company

    def __bool__(self) -> bool:
        return any(self.of(i) for i in self._company)

    def of(self, product_id: int) -> list[tuple[GoodsCard, Text, str, bool]]:
        """(product, reason, script, by hand) of what is on sale, in its order."""
        return [
            (self._cards[one.product_id], one.reason, self._scripts.get((product_id, one.product_id), ""), one.chosen)
            for one in self._company.get(product_id, ())
            if one.product_id in self._cards and self._cards[one.product_id].listed
        ]


def day_in(text: str, errors: list[FieldError]) -> date | None:
    """A day as the browser's field gives it; None for nothing."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        errors.append(FieldError("until", "type", Text("请填写日期", "enter a date")))
        return None


def unfit(rows: Iterable[HitRow]) -> int:
    return sum(1 for row in rows if not row.fits)
