"""Pure rules of procurement: whether a draft makes sense, when money is due, the secrets of suppliers' links."""

import calendar
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.crypto import constant_time_compare

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT, MINOR_DIGITS, SYMBOLS, minor_digits
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .types import (
    MODES,
    PAPER_KINDS,
    TERMS,
    AgreementDraft,
    OfferingDraft,
    PaperDraft,
    SupplierDraft,
    TenderDraft,
    WantedLine,
)

CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TWICE = Text("同一 SKU 只能出现一次，请合并数量", "a SKU stands once; add up its quantity")
MOST_UNITS = 10_000_000
MOST_DAYS = 1_000
MOST_LINES = 200
CURRENCIES = tuple(sorted({*SYMBOLS, *MINOR_DIGITS}))


def due_on(terms: str, days: int, received: date) -> date:
    """The day on which a receipt is to be paid."""
    if terms == "on_receipt":
        return received
    if terms == "month_end":
        last = calendar.monthrange(received.year, received.month)[1]
        return received.replace(day=last) + timedelta(days=days)
    return received + timedelta(days=days)


def ceiling(quantity: int, over_percent: int) -> int:
    """How many good units may be taken in: what was ordered, and the tolerated percents of it, rounded down."""
    return quantity + quantity * over_percent // 100


def compared(amount: int, currency: str, own: str, rate: str) -> int:
    """An amount of another currency in minor units of one's `own`, at a rate (one's own for a unit of the other); halves go up."""
    if currency == own or not rate:
        return amount
    units = Decimal(amount).scaleb(-minor_digits(currency)) * Decimal(rate)
    return int(units.scaleb(minor_digits(own)).quantize(Decimal(1), ROUND_HALF_UP))


def link_secret(kind: str, key: str, edition: int) -> str:
    """What makes a supplier's link his: derived, so that nothing secret is stored; another `edition` voids it."""
    key_bytes = hashlib.sha256(b"zhanggui.procurement.link" + settings.SECRET_KEY.encode()).digest()
    return hmac.digest(key_bytes, f"{kind}:{key}:{edition}".encode(), "sha256").hex()[:40]


def link_fits(kind: str, key: str, edition: int, secret: str) -> bool:
    return constant_time_compare(link_secret(kind, key, edition), secret)


def check_supplier(draft: SupplierDraft) -> None:
    """Raises ValidationFailed."""
    errors: list[FieldError] = []
    if not CODE.fullmatch(draft.code):
        errors.append(
            FieldError(
                "code", "pattern", Text("用字母、数字、- 和 _，不超过 40 位", "letters, digits, - and _, at most 40")
            )
        )
    _words(draft.name, "name", 120, errors, required=True)
    for name, most in (("name_en", 120), ("address", 300), ("note", 2000)):
        _words(getattr(draft, name), name, most, errors)
    _one_of(draft.mode, "mode", MODES, errors)
    _one_of(draft.terms, "terms", TERMS, errors)
    if draft.currency not in CURRENCIES:
        errors.append(FieldError("currency", "choice", Text("没有这种货币", "no such currency")))
    _within(draft.lead_days, "lead_days", 0, MOST_DAYS, errors)
    _within(draft.terms_days, "terms_days", 0, MOST_DAYS, errors)
    _within(draft.minimum_order, "minimum_order", 0, MAX_AMOUNT, errors)
    if len(draft.contacts) > 10:
        errors.append(FieldError("contacts", "length", Text("最多 10 位联系人", "at most 10 contacts")))
    for place, contact in enumerate(draft.contacts):
        if not contact.name.strip():
            errors.append(
                FieldError(f"contacts.{place}.name", "required", Text("请填写联系人姓名", "give the contact's name"))
            )
        for name, value in contact._asdict().items():
            _words(value, f"contacts.{place}.{name}", 100, errors)
    _raise(errors)


def check_paper(draft: PaperDraft) -> None:
    """Raises ValidationFailed."""
    errors: list[FieldError] = []
    _one_of(draft.kind, "kind", PAPER_KINDS, errors)
    _words(draft.number, "number", 80, errors)
    if draft.mandatory and draft.expires_on is None:
        text = Text(
            "必备证件须填到期日（长期有效可填很远的日期）",
            "a mandatory paper needs a day of expiry (a far one where it has none)",
        )
        errors.append(FieldError("expires_on", "required", text))
    _raise(errors)


def check_offering(draft: OfferingDraft) -> None:
    """Raises ValidationFailed."""
    errors: list[FieldError] = []
    _words(draft.supplier_code, "supplier_code", 80, errors)
    _within(draft.pack_size, "pack_size", 1, MOST_UNITS, errors)
    _within(draft.minimum_quantity, "minimum_quantity", 1, MOST_UNITS, errors)
    if draft.lead_days is not None:
        _within(draft.lead_days, "lead_days", 0, MOST_DAYS, errors)
    _raise(errors)


def check_agreement(draft: AgreementDraft) -> None:
    """Raises ValidationFailed."""
    errors: list[FieldError] = []
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        errors.append(FieldError("ends_on", "range", Text("结束日不能早于开始日", "must not be before the first day")))
    quantities = [each.quantity for each in draft.breaks]
    if not quantities or quantities[0] != 1:
        errors.append(FieldError("breaks", "required", Text("请填写从 1 件起的价格", "give the price from 1 piece on")))
    if (
        quantities != sorted(set(quantities))
        or any(not 1 <= each <= MOST_UNITS for each in quantities)
        or len(quantities) > 10
    ):
        errors.append(
            FieldError(
                "breaks", "order", Text("阶梯数量须逐级增大，最多 10 级", "quantities must rise; at most 10 steps")
            )
        )
    if any(not 0 < each.price <= MAX_AMOUNT for each in draft.breaks):
        errors.append(FieldError("breaks", "range", Text("价格应大于 0", "prices must be above 0")))
    _raise(errors)


def check_tender(draft: TenderDraft) -> None:
    """Raises ValidationFailed."""
    errors: list[FieldError] = []
    _words(draft.title, "title", 120, errors, required=True)
    _words(draft.note, "note", 2000, errors)
    if not 1 <= len(draft.lines) <= MOST_LINES:
        errors.append(
            FieldError("lines", "length", Text(f"请填写 1 到 {MOST_LINES} 行商品", f"give 1 to {MOST_LINES} lines"))
        )
    if len(draft.suppliers) < 1 or len(draft.suppliers) > 50:
        errors.append(FieldError("suppliers", "length", Text("请邀请 1 到 50 家供应商", "invite 1 to 50 suppliers")))
    _lines([(wish.sku_id, wish.quantity) for wish in draft.lines], errors)
    for currency, rate in draft.rates.items():
        if currency not in CURRENCIES:
            errors.append(FieldError(f"rates.{currency}", "choice", Text("没有这种货币", "no such currency")))
        elif not (rate.is_finite() and 0 < rate < 1_000_000 and rate == round(rate, 6)):
            text = Text("汇率应大于 0，最多 6 位小数", "must be above 0, with at most 6 decimal places")
            errors.append(FieldError(f"rates.{currency}", "range", text))
    _raise(errors)


def check_lines(lines: Sequence[WantedLine]) -> None:
    """Raises ValidationFailed."""
    errors: list[FieldError] = []
    if not 1 <= len(lines) <= MOST_LINES:
        errors.append(
            FieldError("lines", "length", Text(f"请填写 1 到 {MOST_LINES} 行商品", f"give 1 to {MOST_LINES} lines"))
        )
    _lines([(line.sku_id, line.quantity) for line in lines], errors)
    for place, line in enumerate(lines):
        if line.price is not None and not 0 <= line.price <= MAX_AMOUNT:
            errors.append(FieldError(f"lines.{place}.price", "range", Text("价格不能为负", "must not be below 0")))
    _raise(errors)


def _lines(lines: Sequence[tuple[int, int]], errors: list[FieldError]) -> None:
    seen: set[int] = set()
    for place, (sku_id, quantity) in enumerate(lines):
        _within(quantity, f"lines.{place}.quantity", 1, MOST_UNITS, errors)
        if sku_id in seen:
            errors.append(
                FieldError(
                    f"lines.{place}.sku",
                    "duplicate",
                    _TWICE,
                )
            )
        seen.add(sku_id)


def _words(value: str, name: str, most: int, errors: list[FieldError], *, required: bool = False) -> None:
    if required and not value.strip():
        errors.append(FieldError(name, "required", Text("请填写", "this is needed")))
    if len(value) > most:
        errors.append(FieldError(name, "length", Text(f"最多 {most} 个字", f"at most {most} characters")))


def _one_of(value: str, name: str, known: dict[str, Text], errors: list[FieldError]) -> None:
    if value not in known:
        errors.append(FieldError(name, "choice", Text("请从列表中选择", f"must be one of {', '.join(known)}")))


def _within(value: int, name: str, low: int, high: int, errors: list[FieldError]) -> None:
    if not low <= value <= high:
        errors.append(
            FieldError(name, "range", Text(f"应在 {low} 到 {high} 之间", f"must be between {low} and {high}"))
        )


def _raise(errors: list[FieldError]) -> None:
    if errors:
        raise ValidationFailed(errors=errors)
