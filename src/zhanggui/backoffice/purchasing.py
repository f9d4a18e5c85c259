"""What the pages of purchasing share: states in words, SKUs as people read them, forms there and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import SYMBOLS, format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.procurement.types import Contact, PurchaseRow, SupplierDraft, WantedLine
from zhanggui.ui import formatting

from . import articles, goods

SUPPLIER_STATES: dict[str, tuple[Text, str]] = {
    "candidate": (Text("候选", "Candidate"), "info"),
    "approved": (Text("合作中", "Approved"), "good"),
    "suspended": (Text("已暂停", "Suspended"), "warn"),
    "ended": (Text("已终止", "Ended"), "neutral"),
}
ORDER_STATES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "approved": (Text("已批准", "Approved"), "info"),
    "sent": (Text("已发出", "Sent"), "info"),
    "confirmed": (Text("已确认", "Confirmed"), "info"),
    "part": (Text("部分到货", "Received in part"), "warn"),
    "received": (Text("已到齐", "Received"), "good"),
    "closed": (Text("已关闭", "Closed"), "neutral"),
    "cancelled": (Text("已取消", "Cancelled"), "bad"),
}
TENDER_STAGES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "open": (Text("报价中（密封）", "Open, sealed"), "info"),
    "opened": (Text("待定标", "To be awarded"), "warn"),
    "awarded": (Text("已定标", "Awarded"), "good"),
    "cancelled": (Text("已取消", "Cancelled"), "neutral"),
}
PAPER_STAGES: dict[str, tuple[Text, str]] = {
    "good": (Text("有效", "Valid"), "good"),
    "soon": (Text("即将到期", "Expires soon"), "warn"),
    "expired": (Text("已过期", "Expired"), "bad"),
}
AGREEMENT_STAGES: dict[str, tuple[Text, str]] = {
    "planned": (Text("未开始", "Planned"), "info"),
    "valid": (Text("有效", "Valid"), "good"),
    "over": (Text("已结束", "Over"), "neutral"),
}
LATE: dict[str, tuple[Text, str]] = {
    "late": (Text("已迟到", "Late"), "bad"),
    "likely": (Text("可能迟到", "Likely late"), "warn"),
}
LINE_PARTS = ("sku", "quantity", "price")
ROWS = 5
CONTACTS = 3
SCORED = timedelta(days=180)


class Named(NamedTuple):
    """What SKUs are called."""

    codes: Mapping[int, str]
    titles: Mapping[int, Text]

    @classmethod
    def of(cls, sku_ids: Iterable[int]) -> Named:
        """Three statements, none for none."""
        wanted = sorted(set(sku_ids))
        if not wanted:
            return cls({}, {})
        owners = {sku: owner for sku, (owner, _) in catalog.products_of(wanted).items()}
        titles = catalog.titles(sorted(set(owners.values())))
        return cls(catalog.sku_codes(wanted), {sku: titles[owner] for sku, owner in owners.items()})

    def code(self, sku_id: int) -> str:
        return self.codes.get(sku_id, str(sku_id))

    def title(self, sku_id: int) -> Text:
        return self.titles.get(sku_id, Text("", ""))


def since() -> datetime:
    """From when on suppliers are scored."""
    return clock.now() - SCORED


def score(value: int | None) -> str:
    """Basis points as a share; – for nothing."""
    return "–" if value is None else formatting.percent(value / 10_000, 1)


def houses() -> list[tuple[str, str]]:
    """Active warehouses to choose from."""
    return [(str(each.id), each.name) for each in inventory.warehouses(active_only=True, own_only=True)]


def house_name(warehouse_id: int) -> str:
    return next((each.name for each in inventory.warehouses() if each.id == warehouse_id), str(warehouse_id))


def currencies() -> list[tuple[str, str]]:
    own = mall_settings.get("mall.currency")
    return [(code, code) for code in dict.fromkeys([own, *SYMBOLS])]


def arrived(row: PurchaseRow) -> str:
    return f"{row.good} / {row.ordered}"


def supplier_title(row: Any) -> Text:
    return Text(row.supplier, row.supplier_en or row.supplier)


def supplier_of(given: Mapping[str, Any]) -> SupplierDraft:
    """What the form wants. Raises ValidationFailed for what is no number or amount; the rest the service judges."""
    errors: list[FieldError] = []
    currency = str(given.get("currency", "")) or mall_settings.get("mall.currency")
    numbers = {name: goods.units(str(given.get(name, "")), name, errors) for name in ("lead_days", "terms_days")}
    if numbers["lead_days"] is None and not errors:
        errors.append(FieldError("lead_days", "required", Text("请填写承诺的到货天数", "give the days he promises")))
    least = goods.amount(str(given.get("minimum_order", "")) or "0", "minimum_order", currency, errors)
    if errors:
        raise ValidationFailed(errors=errors)
    contacts = [
        Contact(*(str(given.get(f"contact_{name}-{row}", "")).strip() for name in Contact._fields))
        for row in range(1, CONTACTS + 1)
    ]
    words = {
        name: str(given.get(name, "")).strip()
        for name in ("code", "name", "name_en", "mode", "terms", "address", "note")
    }
    return SupplierDraft(
        currency=currency, lead_days=numbers["lead_days"] or 0, terms_days=numbers["terms_days"] or 0, minimum_order=least or 0,
        contacts=tuple(contact for contact in contacts if any(contact)), **words,
    )  # fmt: skip


def supplier_values(draft: SupplierDraft) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: getattr(draft, name)
        for name in (
            "code",
            "name",
            "name_en",
            "mode",
            "currency",
            "terms",
            "terms_days",
            "lead_days",
            "address",
            "note",
        )
    }
    found["minimum_order"] = format_minor(draft.minimum_order, draft.currency) if draft.minimum_order else ""
    for row, contact in enumerate(draft.contacts[:CONTACTS], 1):
        found |= {f"contact_{name}-{row}": value for name, value in contact._asdict().items()}
    return found


#: Where the service's names of contacts stand in the form.
CONTACT_NAMES = {
    f"contacts.{place}.{name}": f"contact_{name}-{place + 1}" for place in range(CONTACTS) for name in Contact._fields
}


def lines_of(given: Mapping[str, Any], currency: str) -> list[WantedLine]:
    """The filled rows of an order's form. Raises ValidationFailed for unknown SKUs and what is no number or amount."""
    errors: list[FieldError] = []
    rows = articles.filled(given, LINE_PARTS)
    lines = []
    for row, sku in articles.skus(given, rows).items():
        quantity = goods.units(str(given.get(f"quantity-{row}", "")), f"quantity-{row}", errors)
        price = goods.amount(str(given.get(f"price-{row}", "")), f"price-{row}", currency, errors)
        if sku is None:
            errors.append(FieldError(f"sku-{row}", "unknown", Text("没有这个 SKU", "there is no such SKU")))
        else:
            lines.append(WantedLine(sku, quantity or 0, price))
    if errors:
        raise ValidationFailed(errors=errors)
    return lines


def line_names(given: Mapping[str, Any]) -> dict[str, str]:
    return articles.names("lines", articles.filled(given, LINE_PARTS), LINE_PARTS)


def line_values(lines: Sequence[Any], codes: Mapping[int, str], currency: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row, line in enumerate(lines, 1):
        found |= {
            f"sku-{row}": codes.get(line.sku_id, ""), f"quantity-{row}": line.quantity,
            f"price-{row}": format_minor(line.price, currency),
        }  # fmt: skip
    return found


def day(text: str, name: str, *, needed: bool = True) -> date | None:
    """A day as the browser's field gives it. Raises ValidationFailed for what is none, and for nothing where one is `needed`."""
    text = text.strip()
    if not text and not needed:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationFailed.one(name, "type", "请填写日期", "enter a date") from None
