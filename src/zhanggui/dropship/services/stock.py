"""What suppliers hold, and which goods they send."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services as catalog_services
from zhanggui.catalog.types import SupplyMode
from zhanggui.inventory import services as inventory
from zhanggui.inventory.errors import StockBelowReserved
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.procurement import selectors as procurement

from ..errors import NotPartner, NotSold
from ..events import SupplierStockStated
from ..permissions import MANAGE, need
from ..types import Short, Stated
from .common import held_partner, note

MOST, MOST_UNITS = 5_000, 1_000_000


def state_stock(supplier_id: int, rows: Sequence[Stated], *, actor: Actor, secret: str | None = None) -> list[Short]:
    """What a supplier says he has, all in all; where it is fewer than his unsent orders need, how many are missing.

    That many stay on record until those orders are refused or cancelled, and nothing more is sold of the article. With the `secret`
    of his link by himself, else by staff. Opens its own transaction. Raises NotFound, LinkVoid, NotPartner, NotSold,
    ValidationFailed, PermissionDenied.
    """
    if not 1 <= len(rows) <= MOST:
        raise ValidationFailed.one("rows", "length", f"一次 1 到 {MOST} 行", f"1 to {MOST} rows at a time")
    errors = [
        FieldError(f"rows.{i}.on_hand", "range", Text(f"应在 0 到 {MOST_UNITS} 之间", f"must be 0 to {MOST_UNITS}"))
        for i, row in enumerate(rows)
        if not 0 <= row.on_hand <= MOST_UNITS
    ]
    seen: set[int] = set()
    for i, row in enumerate(rows):
        if row.sku_id in seen:
            errors.append(FieldError(f"rows.{i}.sku", "duplicate", Text("同一 SKU 只能出现一次", "a SKU stands once")))
        seen.add(row.sku_id)
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        held, who = held_partner(supplier_id, secret=secret, actor=actor)
        _check_goods(supplier_id, held, rows)
        short = set_units(held["warehouse_id"], rows, who)
        db.execute("update dropship_partner set stated_at = kernel_now() where id = %s", (held["id"],))
        note(who, "state_stock", supplier_id, kind="supplier", after={"skus": len(rows), "short": len(short)})
        outbox.record(SupplierStockStated(supplier_id, len(rows)))
    return short


def _check_goods(supplier_id: int, held: dict[str, object], rows: Sequence[Stated]) -> None:
    if not held["active"]:
        raise NotPartner(supplier=procurement.supplier(supplier_id).draft.name)
    offered = {each.sku_id for each in procurement.offerings(supplier_id)}
    modes = catalog.supplied([row.sku_id for row in rows])
    errors = []
    for i, row in enumerate(rows):
        if row.sku_id not in offered:
            text = Text("不在该供应商的供货商品里", "not among what this supplier sells")
            errors.append(FieldError(f"rows.{i}.sku", "not_offered", text))
        elif modes.get(row.sku_id) != SupplyMode.DROPSHIPPED and row.on_hand:
            text = Text(
                "商品不是代发，请先在商品页改为代发", "the product is not dropshipped; say so on its page first"
            )
            errors.append(FieldError(f"rows.{i}.sku", "not_dropshipped", text))
    if errors:
        raise NotSold(errors=errors)


@db.needs_transaction
def set_units(warehouse_id: int, rows: Sequence[Stated], actor: Actor) -> list[Short]:
    """Set what lies there, never below what is promised. Orders may take units between the look and the write; then once more."""
    for attempt in range(3):
        kept = {
            row["sku_id"]: int(row["kept"])
            for row in db.rows(
                "select sku_id, reserved + withheld as kept from inventory_level where warehouse_id = %s and sku_id = any(%s::bigint[])",
                (warehouse_id, [row.sku_id for row in rows]),
            )
        }
        lying = [StockRow(row.sku_id, max(row.on_hand, kept.get(row.sku_id, 0)), warehouse_id) for row in rows]
        try:
            with transaction.atomic():
                inventory.set_on_hand(lying, actor=actor, reason="供应商报库存")
            break
        except StockBelowReserved:
            if attempt == 2:
                raise
    return [Short(row.sku_id, less) for row in rows if (less := kept.get(row.sku_id, 0) - row.on_hand) > 0]


def set_supply(product_ids: Sequence[int], mode: str, *, promise_hours: int | None = None, actor: Actor) -> list[int]:
    """Say how products are supplied (`catalog.services.set_supply`), one or many; the ids that changed. Opens a transaction.

    Of what is dropshipped no longer, suppliers' stock is sold no more; what was bought stays with them. Raises NotFound,
    ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    with transaction.atomic():
        changed = catalog_services.set_supply(product_ids, mode, promise_hours=promise_hours, actor=actor)
        if mode != SupplyMode.DROPSHIPPED and changed:
            skus = [sku for found in catalog.skus_of(changed).values() for sku in found]
            rows = db.rows(
                "select l.sku_id, l.warehouse_id from inventory_level l join inventory_warehouse w on w.id = l.warehouse_id"
                " where w.kind = 'supplier' and l.sku_id = any(%s::bigint[]) and l.on_hand > l.reserved order by 2, 1",
                (skus,),
            )
            for house in sorted({row["warehouse_id"] for row in rows}):
                set_units(house, [Stated(row["sku_id"], 0) for row in rows if row["warehouse_id"] == house], actor)
        return changed
