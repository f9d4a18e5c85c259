"""Papers of purchasing as PDF: the purchase order and the statement of an account, in Chinese and English at once.

The layouts lie beside this file; what is printed comes in as data (kernel/typesetting.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhanggui.kernel import clock, mall_settings, typesetting
from zhanggui.kernel.money import format_minor

from ..types import TERMS, OrderView, Statement, SupplierView

HERE = Path(__file__).parent
KINDS = {
    "receipt": "收货 Receipt",
    "return": "退货 Return",
    "payment": "付款 Payment",
    "sent": "代发 Sent to buyers",
    "sent_back": "代发退货 Sent back",
    "void": "付款冲销 Payment void",
}


def purchase(view: OrderView, codes: Mapping[int, str], warehouse: str, address: str) -> bytes:
    """A purchase order. Raises NoChineseFont."""
    data = {
        "number": view.number,
        "mall": mall_settings.get("mall.name"),
        "address": address,
        "supplier": _party(view.supplier),
        "warehouse": warehouse,
        "dated": clock.local(view.approved_at or view.drafted_at).strftime("%Y-%m-%d"),
        "expected": view.expected_on.isoformat() if view.expected_on else "",
        "terms": _terms(view.supplier),
        "currency": view.currency,
        "note": view.note,
        "buyer": view.drafted_label,
        "approver": view.approved_label,
        "draft": view.approved_at is None,
        "lines": [
            {
                "sku": codes.get(line.sku_id, ""), "code": line.supplier_code, "title": line.title, "quantity": line.quantity,
                "price": format_minor(line.price, view.currency), "amount": format_minor(line.amount, view.currency),
            }
            for line in view.lines
        ],
        "units": sum(line.quantity for line in view.lines),
        "total": format_minor(view.total, view.currency),
    }  # fmt: skip
    return typesetting.pdf(HERE / "order.typ", data)


def account(found: Statement) -> bytes:
    """A statement of account. Raises NoChineseFont."""
    currency = found.supplier.draft.currency
    data = {
        "mall": mall_settings.get("mall.name"),
        "supplier": _party(found.supplier),
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "currency": currency,
        "opening": format_minor(found.opening, currency),
        "closing": format_minor(found.closing, currency),
        "lines": [
            {
                "day": clock.local(line.at).strftime("%Y-%m-%d"), "kind": KINDS[line.kind], "reference": line.reference,
                "words": line.words, "amount": format_minor(line.amount, currency), "balance": format_minor(line.balance, currency),
            }
            for line in found.lines
        ],
    }  # fmt: skip
    return typesetting.pdf(HERE / "statement.typ", data)


def _party(view: SupplierView) -> dict[str, Any]:
    draft = view.draft
    contact = draft.contacts[0] if draft.contacts else None
    return {
        "name": draft.name,
        "name_en": draft.name_en,
        "code": draft.code,
        "address": draft.address,
        "contact": f"{contact.name}  {contact.phone}".strip() if contact else "",
    }


def _terms(view: SupplierView) -> str:
    words, days = TERMS[view.draft.terms], view.draft.terms_days
    if view.draft.terms == "on_receipt":
        return f"{words.zh} {words.en}"
    return f"{words.zh} {days} 天 / {days} {words.en.lower()}"
