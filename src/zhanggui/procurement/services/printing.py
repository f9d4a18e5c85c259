"""Papers of purchasing; each printing is on record."""

from datetime import date

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel.actor import Actor

from .. import papers, selectors
from ..permissions import READ
from .common import need, note


def print_order(number: str, *, actor: Actor, secret: str | None = None) -> bytes:
    """A purchase order as PDF, for staff or for the supplier by his link. Opens its own transaction for the record.

    Raises NotFound, LinkVoid, PermissionDenied, NoChineseFont.
    """
    if secret is None:
        need(actor, READ)
        view = selectors.order(number)
    else:
        view = selectors.order_by_link(number, secret)
    codes = catalog.sku_codes([line.sku_id for line in view.lines])
    house = next((each for each in inventory.warehouses() if each.id == view.warehouse_id), None)
    made = papers.purchase(view, codes, house.name if house else "", house.region if house else "")
    who = actor if secret is None else Actor("guest", None, f"supplier {view.supplier.draft.code}")
    with transaction.atomic():
        note(who, "print_order", "purchase", number)
    return made


def print_statement(supplier_id: int, first: date, last: date, *, actor: Actor) -> bytes:
    """A supplier's account as PDF. Opens its own transaction for the record. Raises NotFound, PermissionDenied, NoChineseFont."""
    need(actor, READ)
    made = papers.account(selectors.statement(supplier_id, first, last))
    with transaction.atomic():
        note(
            actor,
            "print_statement",
            "supplier",
            supplier_id,
            after={"first": first.isoformat(), "last": last.isoformat()},
        )
    return made
