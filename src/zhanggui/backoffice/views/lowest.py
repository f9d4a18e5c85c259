"""最低到手价: how low each SKU can be brought by everything that can meet in one cart, and the cart that does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.pledges import selectors as pledges
from zhanggui.pledges.types import WHATS, Apart
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import LowestView
from zhanggui.ui import formatting, language, page
from zhanggui.ui.language import say, t

from .. import exports, offers, tables
from ..access import sees_costs, staff
from ..tables import Column, Filter, Table

PAGE, FILE_PAGE = 50, 1000
#: A margin below so many basis points of the price is thin.
THIN = 1000
PARTS = {
    "below": Text("低于底价", "Below the floor"),
    "thin": Text("毛利不足 10%", "Margin below 10%"),
    "loss": Text("低于成本", "Below cost"),
    "bound": Text("只有下界", "Only a bound"),
}


class Words:
    """What SKUs, products and rules of these rows are called. Three statements."""

    def __init__(self, rows: Sequence[LowestView], others: Iterable[int] = ()) -> None:
        """`others`: SKUs of which codes are wanted besides."""
        skus = sorted(
            {sku for row in rows for sku, _, _ in row.cart["lines"]} | {row.sku_id for row in rows} | {*others}
        )
        self.codes = catalog.sku_codes(skus)
        self.products = catalog.products_of([row.sku_id for row in rows])
        self.rules = promotions.labels(sorted({i for row in rows for i in (*row.rules, *row.cart["coupons"])}))

    def lines(self, row: LowestView) -> str:
        return " + ".join(f"{self.codes.get(sku, sku)} × {pieces}" for sku, pieces, _ in row.cart["lines"])

    def offers(self, row: LowestView) -> str:
        return t("、", ", ").join(say(self.rules[i]) for i in row.rules if i in self.rules)

    def buyer(self, row: LowestView) -> str:
        """Who and when, where that matters."""
        who = row.cart["buyer"]
        parts = [
            t(f"等级 {who['tier']}", f"tier {who['tier']}") if who["tier"] else "",
            t("新客", "new") if who["new"] else "",
            t("员工", "staff") if who["employee"] else "",
            t("生日月", "birthday month") if who["birthday"] else "",
            who["region"],
            row.cart["channel"],
        ]
        at = datetime.fromisoformat(row.cart["at"])
        if at > row.at:
            parts.append(formatting.datetime(at))
        return t("，", ", ").join(part for part in parts if part)


def _costly() -> list[Column]:
    """What tells a cost."""
    return [
        Column("floor", Text("底价", "Floor"), kind="custom", align="right"),
        Column("margin", Text("毛利率", "Margin"), kind="custom", align="right"),
    ]


def _filters(costs: bool) -> tuple[Filter, ...]:
    shown = tuple((name, words) for name, words in PARTS.items() if costs or name not in ("thin", "loss"))
    return (Filter("part", Text("只看", "Only"), "choice", shown),)


@staff("pricing.view", methods=("GET",))
def list_(request: HttpRequest) -> HttpResponseBase:
    """The whole mall, by SKU."""
    language.use(language.of(request))
    costs = sees_costs(request)
    asked = tables.asked(request, _filters(costs))
    if form := exports.asked(request):
        return exports.answer(form, f"lowest-{clock.business_date():%Y%m%d}", _head(), _file(asked["part"], costs))
    found = promotions.lowest_page(part=asked["part"], thin=THIN, cursor=asked.cursor, limit=PAGE)
    rows = _apart(costs)
    currency, words = mall_settings.get("mall.currency"), Words(found.items, {row.sku_id for row in rows})
    table: Table = Table(
        columns=[
            Column("sku", Text("SKU", "SKU"), kind="custom"),
            Column("sale_price", Text("售价", "Price"), kind="custom", align="right"),
            Column("price", Text("最低到手价", "Lowest reached"), kind="custom", align="right"),
            *(_costly() if costs else ()),
            Column("cart", Text("怎样买到", "The cart that reaches it"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=_filters(costs),
        asked=asked,
        key="lowest",
        export=True,
        caption=Text("最低到手价", "Lowest reachable prices"),
        row_key=lambda row: row.sku_id,
        empty=(
            Text("没有这样的商品", "No such goods"),
            Text("每晚全部重算，改动后一分钟内更新", "All of it is looked at each night, changes within a minute"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/lowest.html", table=table, counts=promotions.lowest_counts(THIN), words=words, parts_of=PARTS,
        costs=costs, currency=currency, apart=rows, apart_kinds=WHATS, beside=_beside(found.items, rows),
    )  # fmt: skip


def _beside(shown: Sequence[LowestView], rows: Sequence[Apart]) -> dict[int, Apart]:
    """Of the SKUs shown the presale or group that costs least, where it is lower than what carts reach."""
    reached = {row.sku_id: row.price for row in shown}
    found: dict[int, Apart] = {}
    for row in sorted(rows, key=lambda row: row.price):
        if row.price < reached.get(row.sku_id, 0):
            found.setdefault(row.sku_id, row)
    return found


def _apart(costs: bool) -> list[Apart]:
    """Presales and groups, what stands wrong first; whether below a floor is for those alone who see costs."""
    rows = pledges.apart() if costs else [replace(row, floor=None, cost=None) for row in pledges.apart()]
    return sorted(rows, key=lambda row: (not row.below, not row.idle, row.starts_at, row.offer_id))


def _head() -> list[Text]:
    return [
        Text("SKU", "SKU"), Text("商品", "Product"), Text("售价", "Price"), Text("最低到手价", "Lowest reached"),
        Text("下界", "Never below"), Text("底价", "Floor"), Text("购物车", "Cart"), Text("优惠", "Offers"),
        Text("买家与时间", "Buyer and time"), Text("预售或拼团价", "In a presale or group"),
    ]  # fmt: skip


def _file(part: str, costs: bool) -> Iterator[list[Any]]:
    currency, cursor, rows = mall_settings.get("mall.currency"), "", pledges.apart()
    while True:
        found = promotions.lowest_page(part=part, thin=THIN, cursor=cursor, limit=FILE_PAGE)
        words, beside = Words(found.items), _beside(found.items, rows)
        for row in found.items:
            lower = beside.get(row.sku_id)
            amounts = (row.sale_price, row.price, row.bound, row.floor if costs else None)
            yield [
                words.codes.get(row.sku_id, row.sku_id), words.products.get(row.sku_id, (0, ""))[1],
                *(None if amount is None else Money(amount, currency) for amount in amounts),
                words.lines(row), words.offers(row), words.buyer(row), Money(lower.price, currency) if lower else None,
            ]  # fmt: skip
        if not found.next_cursor:
            return
        cursor = found.next_cursor


@staff("promotions.view", methods=("GET",))
def check(request: HttpRequest, promotion_id: int) -> HttpResponseBase:
    """What one promotion, live or not yet, brings its goods to beside all the others."""
    language.use(language.of(request))
    view = promotions.promotion(promotion_id)
    found = promotions.preview_lowest(promotion_id)
    return page.render(
        request, "backoffice/lowest_check.html", view=view, found=found, words=Words(found.rows),
        costs=sees_costs(request),
        currency=mall_settings.get("mall.currency"),
    )  # fmt: skip


@staff("promotions.view", methods=("POST",))
def live_check(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same for the terms as they are being typed, of `promotion` or a new one; a part of a page."""
    language.use(language.of(request))
    if kind not in offers.KINDS:
        raise NotFound()
    lang, currency = language.current(), mall_settings.get("mall.currency")
    given = request.POST.get("promotion", "")
    promotion_id = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
    found, words, wrong = None, None, ""
    try:
        draft = offers.draft_of(request.POST, kind, currency)
        found = promotions.preview_draft(draft, promotion_id)
        words = Words(found.rows)
        words.rules[promotion_id or promotions.NEW] = Text(draft.label_zh, draft.label_en or draft.label_zh)
    except ValidationFailed as refused:
        wrong = str(refused.errors[0].as_dict(lang)["message"])
    return page.render(
        request, "backoffice/parts/lowest_live.html", found=found, words=words, wrong=wrong, costs=sees_costs(request),
        currency=currency,
    )  # fmt: skip


urlpatterns = [
    path("promotions/preview/<slug:kind>/lowest", live_check, name="office-promotion-preview-lowest"),
    path("lowest", list_, name="office-lowest"),
    path("promotions/<int:promotion_id>/lowest", check, name="office-promotion-lowest"),
]
