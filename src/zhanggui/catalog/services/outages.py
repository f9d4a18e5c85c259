"""What becomes of products without stock (CAT-13, INV-07): off sale by themselves, told to the editor, on sale again by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import audit, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

from .. import locks, outages, states
from ..events import ProductBackInStock, ProductSoldOut
from .lifecycle import delist_products, facts_of, list_products

EDIT = "catalog.edit"


def delist_sold_out(sku_ids: Sequence[int], *, actor: Actor) -> list[int]:
    """Note the products of these SKUs that are on sale and have nothing left, and where the mall wants it
    (`catalog.delist_sold_out`) take them off sale; those taken off. Opens a transaction. Announces ProductSoldOut."""
    hide = mall_settings.get("catalog.delist_sold_out")
    with transaction.atomic():
        found = db.rows(
            "select product_id from catalog_listing where sku_ids && %s::bigint[] and not in_stock order by product_id",
            (list(sku_ids),),
        )
        gone = [row["product_id"] for row in found]
        if not gone:
            return []
        locks.hold_products(gone)
        new = outages.begin(gone, delisted=hide)
        outbox.record(*(ProductSoldOut(row["id"], row["code"], hide) for row in new))
        return delist_products(gone, reason="sold_out", actor=actor) if hide else []


def end_outages(sku_ids: Sequence[int], *, actor: Actor) -> list[int]:
    """There is stock of these SKUs again: what was delisted for the lack of it is put on sale again where the mall wants it
    (`catalog.relist_in_stock`) and it is ready; those put on sale. What is not ready stays noted, with the reason.

    Opens transactions of its own. Announces ProductBackInStock.
    """
    rows = db.rows(
        "select p.id, p.state, o.delisted, array(select s.id from catalog_sku s where s.product_id = p.id and s.active) as skus"
        " from catalog_outage o join catalog_product p on p.id = o.product_id"
        " where o.until is null and p.id in (select product_id from catalog_sku where id = any(%s::bigint[])) order by p.id",
        (list(sku_ids),),
    )
    if not rows:
        return []
    hidden = [row for row in rows if row["state"] == states.DELISTED and row["delisted"]]
    relisted: list[int] = []
    with transaction.atomic():
        shown = [row["id"] for row in rows if row["state"] == states.LISTED]
        _tell(outages.end(shown, "back"), relisted=False)
        outages.end([row["id"] for row in rows if row["state"] != states.LISTED and row not in hidden], "ended")
        if hidden and not mall_settings.get("catalog.relist_in_stock"):
            _hold_back([row["id"] for row in hidden], "到货后自动上架已关闭，请手动上架")
        elif hidden:
            facts = facts_of([sku for row in hidden for sku in row["skus"]])
            for result in list_products([row["id"] for row in hidden], facts=facts, actor=actor):
                if result.listed:
                    relisted.append(result.product_id)
                else:
                    _hold_back([result.product_id], "；".join(str(error.message) for error in result.errors))
        _tell(
            db.rows("select id, code from catalog_product where id = any(%s::bigint[]) order by id", (relisted,)),
            relisted=True,
        )
    return relisted


def _hold_back(product_ids: Sequence[int], why: str) -> None:
    """There is stock and it is not on sale: the editor is asked again, with the reason."""
    db.execute(
        "update catalog_outage set problem = left(%s, 300), handled_at = null where product_id = any(%s::bigint[]) and until is null",
        (why, list(product_ids)),
    )


def _tell(rows: Sequence[dict[str, object]], *, relisted: bool) -> None:
    outbox.record(*(ProductBackInStock(row["id"], row["code"], relisted) for row in rows))  # type: ignore[arg-type]


def handle_outage(outage_id: int, *, note: str, keep_off: bool = False, actor: Actor) -> None:
    """Say what was done about it; it is asked for no more. `keep_off`: nor is it put on sale again by itself. Opens a transaction.

    Raises PermissionDenied, NotFound, ValidationFailed.
    """
    if not actor.may(EDIT):
        raise PermissionDenied()
    if not note.strip() or len(note) > 200:
        raise ValidationFailed.one(
            "note", "required", "请写明怎么处理的（不超过 200 字）", "say what was done, in 200 characters"
        )
    with transaction.atomic():
        row = db.row(
            "update catalog_outage set handled_at = kernel_now(), handled_by = left(%s, 200), note = %s where id = %s"
            " returning product_id",
            (actor.label, note.strip(), outage_id),
        )
        if row is None:
            raise NotFound()
        if keep_off:
            outages.end([row["product_id"]], "ended")
        audit.record(
            actor=actor,
            action="catalog.handle_outage",
            target_type="product",
            target_id=row["product_id"],
            reason=note.strip(),
        )
