"""What the pages of stock share: words, the way from a scan to a SKU, spots as forms name them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors
from zhanggui.inventory.types import PlacementView, Spot
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.ui.language import say

from . import goods
from .access import id_in
from .orders import ACTORS

LOCATION_KINDS: dict[str, Text] = {
    "pick": Text("拣货", "Picking"),
    "bulk": Text("存储", "Bulk"),
    "receiving": Text("收货", "Receiving"),
    "quality": Text("质检", "Inspection"),
    "damaged": Text("残损", "Damaged"),
}
STATES: dict[str, tuple[Text, str]] = {
    "good": (Text("良品", "Good"), "good"),
    "damaged": (Text("残损", "Damaged"), "bad"),
    "expired": (Text("过期停售", "Past its date"), "warn"),
    "quality": (Text("待检", "In inspection"), "info"),
}
SERIAL_STATES: dict[str, tuple[Text, str]] = {
    "stock": (Text("在库", "In stock"), "good"),
    "damaged": (Text("残损", "Damaged"), "bad"),
    "shipped": (Text("已发货", "Shipped"), "info"),
    "transit": (Text("调拨在途", "In transit"), "warn"),
    "sample": (Text("样品在外", "Out as a sample"), "warn"),
    "gone": (Text("已离库", "Gone"), "neutral"),
}
TRANSFER_STATES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "sent": (Text("在途", "In transit"), "warn"),
    "received": (Text("已到货", "Received"), "info"),
    "closed": (Text("已完成", "Closed"), "good"),
    "cancelled": (Text("已取消", "Cancelled"), "neutral"),
}
MOVE_KINDS: dict[str, Text] = {
    "receive": Text("入库", "Received"),
    "ship": Text("发货", "Shipped"),
    "move": Text("移位", "Moved"),
    "damage": Text("残损或报损", "Damaged"),
    "mend": Text("恢复良品", "Mended"),
    "scrap": Text("报损离库", "Scrapped"),
    "expire": Text("过期停售", "Past its date"),
    "unexpire": Text("恢复销售", "For sale again"),
    "sample": Text("样品", "Sample"),
    "transfer": Text("调拨", "Transfer"),
    "unplaced": Text("未写明库位的出库", "Left, no place named"),
    "name": Text("补登序列号", "Numbered"),
    "adjust": Text("盘点与调整", "Counted or adjusted"),
}
SECTIONS = (
    ("", Text("库存", "Stock")),
    ("/alerts", Text("预警", "Alerts")),
    ("/limits", Text("预警上下限", "Limits")),
    ("/movements", Text("流水", "Movements")),
    ("/locations", Text("库位", "Locations")),
    ("/transfers", Text("调拨", "Transfers")),
    ("/counts", Text("盘点", "Stock-takes")),
    ("/samples", Text("样品", "Samples")),
    ("/batches", Text("临期批次", "Near expiry")),
    ("/serials", Text("序列号", "Serials")),
)


def sections(here: str) -> list[tuple[str, str, bool]]:
    """The pages of stock, as tabs."""
    return [(say(words), f"/office/stock{path}", path == here) for path, words in SECTIONS]


def scanned(text: str, loc: str = "sku") -> int:
    """The SKU a scan or a typed code means. Raises ValidationFailed."""
    found = catalog.skus_scanned(text)
    if not found:
        raise ValidationFailed.one(loc, "unknown", "没有这个 SKU 编码或条码", "no SKU has this code or barcode")
    if len(found) > 1:
        codes = "、".join(code for _, code in found)
        raise ValidationFailed.one(
            loc,
            "ambiguous",
            f"这个条码属于多个 SKU：{codes}，请填写 SKU 编码",
            f"several SKUs have this barcode: {codes}; enter the code",
        )
    return found[0][0]


def named(sku_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(code, title with options) by SKU. Two statements."""
    codes = catalog.sku_codes(sorted(set(sku_ids)))
    known = {
        each.sku_id: f"{each.title} {each.options}".strip() for each in catalog.sellable_by_code(list(codes.values()))
    }
    return {sku_id: (code, known.get(sku_id, "")) for sku_id, code in codes.items()}


def houses() -> dict[int, str]:
    return {each.id: each.name for each in selectors.warehouses(own_only=True)}


def spot_key(view: PlacementView) -> str:
    return "|".join((str(view.warehouse_id), view.location, view.batch, view.state))


def spot_words(view: PlacementView, names: dict[int, str]) -> str:
    parts = [names.get(view.warehouse_id, ""), view.location or say(Text("未分库位", "no location"))]
    if view.batch:
        parts.append(say(Text(f"批次 {view.batch}", f"batch {view.batch}")))
    if view.state != "good":
        parts.append(say(STATES[view.state][0]))
    return " · ".join(parts) + say(Text(f"（{view.quantity} 件）", f" ({view.quantity})"))


def spot_in(given: str, sku_id: int, units: int, serials: tuple[str, ...]) -> Spot:
    """The spot a form names. Raises ValidationFailed."""
    parts = given.split("|")
    house = id_in(parts[0])
    if len(parts) != 4 or house is None or parts[3] not in STATES:
        raise ValidationFailed.one("spot", "choice", "请选择从哪里取", "choose where it is taken from")
    return Spot(sku_id, house, units, parts[1], parts[2], parts[3], serials)


def serials_in(text: str) -> tuple[str, ...]:
    """Serial numbers as scanned: one a line, or separated by commas or spaces."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,，、;；]+", text) if part))


def units_in(request: HttpRequest, name: str = "units") -> int:
    """A number of units. Raises ValidationFailed."""
    errors: list[FieldError] = []
    found = goods.units(request.POST.get(name, ""), name, errors)
    if not errors and not found:
        errors.append(FieldError(name, "required", Text("请填写件数", "enter a number of units")))
    if errors:
        raise ValidationFailed(errors=errors)
    return int(found or 0)


def day_in(text: str, name: str) -> date | None:
    """A date of a form; None for nothing. Raises ValidationFailed."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValidationFailed.one(name, "invalid", "请填写日期，如 2026-05-01", "a date like 2026-05-01") from None


def moment_in(text: str, name: str) -> datetime | None:
    """A date and time of a form, in the mall's zone; None for nothing. Raises ValidationFailed."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=clock.zone())
    except ValueError:
        raise ValidationFailed.one(name, "invalid", "请填写日期和时间", "a date and a time") from None


def who(row: Any) -> Text | str:
    """A colleague by name, anybody else by kind."""
    kind, _, label = row.actor.partition(" ")
    return ACTORS.get(kind) or label or kind
