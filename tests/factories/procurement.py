"""Suppliers, agreements, orders and receipts. All through the services."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tests.factories import shop
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.procurement import selectors, services
from zhanggui.procurement.types import (
    AgreementDraft,
    Break,
    Contact,
    Inspected,
    OrderView,
    SupplierDraft,
    TenderDraft,
    TenderWish,
    WantedLine,
)

_next = itertools.count(1)
BUYER = Actor("staff", 1_000_001, "buyer", frozenset({"procurement.read", "procurement.manage", "procurement.approve"}))
KEEPER = Actor("staff", 1_000_002, "keeper", frozenset({"procurement.receive"}))
PAYER = Actor("staff", 1_000_003, "payer", frozenset({"procurement.read", "procurement.pay"}))


def draft(**more: Any) -> SupplierDraft:
    n = next(_next)
    base: dict[str, Any] = {
        "code": f"S{n}", "name": f"第{n}供应商", "mode": "stock", "currency": "CNY", "lead_days": 7,
        "contacts": (Contact("张三", "销售", "13800000000"),),
    }  # fmt: skip
    return SupplierDraft(**base | more)


def supplier(*, approved: bool = True, **more: Any) -> int:
    """A supplier's id; approved unless told otherwise."""
    made = services.create_supplier(draft(**more), actor=SYSTEM)
    if approved:
        services.move_supplier(made, "approve", actor=SYSTEM)
    return made


def sku_id(code: str) -> int:
    return int(catalog.sellable_by_code([code])[0].sku_id)


def goods(count: int = 1, stock: int = 0) -> list[int]:
    """SKUs on sale; their ids."""
    return [sku_id(code) for code in shop.goods(*[10_000] * count, stock=stock)]


def warehouse() -> int:
    stock.ensure_default_warehouse(actor=SYSTEM)
    return inventory.warehouses()[0].id


def agree(supplier_id: int, sku: int, *breaks: tuple[int, int], **more: Any) -> int:
    """An agreement from today until further notice."""
    base: dict[str, Any] = {"starts_on": clock.business_date(), "ends_on": None}
    terms = AgreementDraft(sku_id=sku, breaks=tuple(Break(*each) for each in breaks or ((1, 4000),)), **base | more)
    return services.agree_price(supplier_id, terms, actor=SYSTEM)


def order(
    supplier_id: int, lines: Sequence[tuple[int, int, int | None]], *, to: str = "sent", actor: Actor = SYSTEM
) -> str:
    """A purchase order of (SKU, units, price) in a state: draft, approved, sent or confirmed; its number."""
    wanted = [WantedLine(*line) for line in lines]
    number = services.draft_order(actor=actor, supplier=supplier_id, warehouse=warehouse(), lines=wanted)
    if to in ("approved", "sent", "confirmed"):
        services.approve_order(number, actor=SYSTEM)
    if to in ("sent", "confirmed"):
        services.send_order(number, actor=SYSTEM)
    if to == "confirmed":
        services.confirm_order(number, expected_on=clock.business_date() + timedelta(days=5), actor=SYSTEM)
    return number


def sent(units: int = 10, price: int = 4000, **more: Any) -> tuple[str, int, int]:
    """An order that was sent: its number, its supplier, its SKU."""
    who, (sku,) = supplier(**more), goods()
    return order(who, [(sku, units, price)]), who, sku


def receive(number: str, *lines: tuple[int, ...], key: str = "", actor: Actor = SYSTEM) -> str:
    """A delivery of (position, good, rejected); the receipt's number."""
    found = [
        Inspected(line[0], line[1], line[2] if len(line) > 2 else 0, "破损" if len(line) > 2 else "") for line in lines
    ]
    return services.receive(number, found, key=key or f"r-{next(_next)}", actor=actor)


def received(supplier_id: int, sku: int, units: int, *, price: int = 4000) -> str:
    """An order of one SKU that has come whole; its number."""
    number = order(supplier_id, [(sku, units, price)])
    receive(number, (1, units))
    return number


def view(number: str) -> OrderView:
    return selectors.order(number)


def on_hand(sku: int) -> int:
    return sum(level.on_hand for level in inventory.levels([sku]))


def secret(number: str) -> str:
    return selectors.order_link(view(number)).rpartition("/")[2]


def tender(suppliers: Sequence[int], lines: Sequence[tuple[int, int]], *, published: bool = True) -> int:
    """A request of (SKU, units), open for a day; its id."""
    wish = TenderDraft(
        "春茶采购", clock.now() + timedelta(days=1), tuple(TenderWish(*line) for line in lines), tuple(suppliers)
    )
    services.create_tender(wish, actor=SYSTEM)
    made = selectors.tenders(limit=1).items[0].id
    if published:
        services.publish_tender(made, actor=SYSTEM)
    return made


def close_bids(tender_id: int) -> None:
    """The deadline of a tender is over."""
    db.execute(
        "update procurement_tender set deadline = kernel_now() - interval '1 second' where id = %s", (tender_id,)
    )


def sent_ago(number: str, days: int, *, expected_in: int = 0) -> None:
    """An order was sent so many days ago, and is expected in so many (below zero: was expected before)."""
    db.execute(
        "update procurement_order set sent_at = sent_at - %s * interval '1 day', expected_on = %s where number = %s",
        (days, clock.business_date() + timedelta(days=expected_in), number),
    )
