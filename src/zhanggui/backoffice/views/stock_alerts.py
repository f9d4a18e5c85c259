"""What the hourly look at stock has found: too little, too much, near its date, lost, going fast."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.inventory import selectors
from zhanggui.inventory.types import AlertView
from zhanggui.kernel.i18n import Text
from zhanggui.ui import language, page

from .. import exports, stocking, tables
from ..access import staff
from ..tables import Column, Filter, Table

PAGE = 50
KINDS: dict[str, tuple[Text, str]] = {
    "low": (Text("库存过低", "Too little"), "bad"),
    "high": (Text("库存过高", "Too much"), "warn"),
    "near": (Text("临期", "Near expiry"), "warn"),
    "loss": (Text("损耗异常", "Many lost"), "bad"),
    "surge": (Text("出货骤增", "Going fast"), "info"),
}


@staff("inventory.view", methods=("GET",))
def alerts(request: HttpRequest) -> HttpResponseBase:
    """The worst kind first; `export=xlsx|csv` gives them as a file."""
    language.use(language.of(request))
    filters = (Filter("kind", Text("类型", "Kind"), "choice", tuple((k, text) for k, (text, _) in KINDS.items())),)
    asked = tables.asked(request, filters)
    form = exports.asked(request)
    found = selectors.alerts(kind=asked["kind"], cursor="" if form else asked.cursor, limit=5000 if form else PAGE)
    named = stocking.named(row.sku_id for row in found.items)
    if form:
        head = [
            Text("类型", "Kind"),
            Text("SKU", "SKU"),
            Text("商品", "Goods"),
            Text("件数", "Units"),
            Text("可售天数", "Days of cover"),
        ]
        head += [Text("说明", "Why"), Text("最早发现", "Seen first")]
        rows = (
            [
                KINDS[row.kind][0],
                *named[row.sku_id],
                row.units,
                row.cover if row.kind != "near" else None,
                _why(row),
                row.at,
            ]
            for row in found.items
        )
        return exports.answer(form, "stock-alerts", head, rows)
    return _page(request, found.items, found.next_cursor, filters, asked, named)


def _page(
    request: HttpRequest,
    rows: list[AlertView],
    following: str | None,
    filters: tuple[Filter, ...],
    asked: tables.Asked,
    named: dict[int, tuple[str, str]],
) -> HttpResponse:
    table = Table(
        columns=[
            Column("kind", Text("类型", "Kind"), kind="badge", value=lambda row: KINDS[row.kind]),
            Column("sku", Text("SKU", "SKU"), kind="link", value=lambda row: (named[row.sku_id][0], f"/office/stock/sku/{row.sku_id}")),
            Column("goods", Text("商品", "Goods"), value=lambda row: named[row.sku_id][1]),
            Column("units", Text("件数", "Units"), kind="number"),
            Column("why", Text("说明", "Why"), value=_why),
            Column("at", Text("最早发现", "Seen first"), kind="datetime", phone=False),
        ],
        rows=rows,
        next=following,
        filters=filters,
        asked=asked,
        key="stock-alerts",
        row_key=lambda row: row.id,
        export=True,
        caption=Text("库存预警", "Stock alerts"),
        empty=(
            Text("没有需要留意的库存", "Nothing needs a look"),
            Text("每小时检查一次；上下限可按 SKU 和分类另设", "Looked at every hour; SKUs and categories may have limits of their own"),
        ),
    )  # fmt: skip
    return page.render(
        request, "backoffice/stock_alerts.html", table=table, counts=selectors.alert_counts(), kinds=KINDS,
        sections=stocking.sections("/alerts"),
    )  # fmt: skip


def _why(row: AlertView) -> Text:
    days = row.cover or 0
    if row.bound is not None:
        return {
            "low": Text(f"低于该 SKU 的下限 {row.bound} 件", f"below this SKU’s limit of {row.bound} units"),
            "high": Text(f"高于该 SKU 的上限 {row.bound} 件", f"above this SKU’s limit of {row.bound} units"),
        }[row.kind]
    return {
        "low": Text(f"按近四周的速度只够卖 {days} 天", f"lasts {days} days at the pace of four weeks"),
        "high": Text(f"按近四周的速度够卖 {days} 天", f"lasts {days} days at the pace of four weeks"),
        "near": Text(f"最早一批 {days} 天后到期" if days >= 0 else "最早一批已过期", f"the first of it expires in {days} days"),
        "loss": Text(f"四周内盘亏、报损；同期发出 {row.pace} 件", f"lost or broken in four weeks; {row.pace} were shipped"),
        "surge": Text(f"近一周的发货；此前平均每周 {row.pace} 件", f"shipped this week; {row.pace} in the weeks before"),
    }[row.kind]  # fmt: skip


urlpatterns = [path("stock/alerts", alerts, name="office-stock-alerts")]
