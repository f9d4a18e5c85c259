"""Setting prices, one or thousands; history, audit and the product lists follow in the same transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from zhanggui.catalog.services import set_listing_prices
from zhanggui.catalog.types import SkuPrice
from zhanggui.kernel import audit, clock, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import guards, locks
from ..errors import PriceChangedMeanwhile
from ..events import PriceChanged
from ..selectors import effective_prices
from ..types import PriceRow

#: Ten thousand million minor units; larger numbers are typing errors.
MAX_PRICE = 10_000_000_000
AUDIT_ROWS = 50


def set_price(
    sku_id: int, *, list_price: int, sale_price: int | None = None, cost: int | None = None, reason: str, actor: Actor
) -> bool:
    """Set one price; whether it changed. Opens its own transaction. Raises ValidationFailed, ApprovalNeeded."""
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请填写改价原因", "a reason is needed")
    row = PriceRow(sku_id, list_price, sale_price, cost)
    errors = _row_errors(row, "")
    if errors:
        raise ValidationFailed(errors=errors)
    return bool(_set([row], reason, actor, prefix=lambda _i: ""))


def set_prices(rows: Sequence[PriceRow], *, actor: Actor, reason: str = "", lists: bool = True) -> int:
    """Set many prices, all or none; how many changed. Opens its own transaction. Without `lists` the caller tells the
    product lists itself, in the same transaction (`catalog.set_first_facts`).

    Raises ValidationFailed, PriceChangedMeanwhile (for rows with `seen`) and ApprovalNeeded naming the rows; see
    `propose_prices` for changes that may need approval.
    """
    check_rows(rows)
    return len(_set(rows, reason, actor, prefix=lambda i: f"rows.{i}.", lists=lists)) if rows else 0


def check_rows(rows: Sequence[PriceRow]) -> None:
    """What can be said of rows without a look at what is stored. Raises ValidationFailed naming them."""
    errors = [error for i, row in enumerate(rows) for error in _row_errors(row, f"rows.{i}.")]
    seen: set[int] = set()
    for i, row in enumerate(rows):
        if row.sku_id in seen:
            errors.append(
                FieldError(f"rows.{i}.sku_id", "duplicate", Text("同一 SKU 出现了两次", "the same SKU appears twice"))
            )
        seen.add(row.sku_id)
    if errors:
        raise ValidationFailed(errors=errors)


def set_approved(row: PriceRow, *, details: dict[str, Any], reason: str, actor: Actor) -> None:
    """Set a price that two people agree on; `details` goes into the history. In the caller's transaction."""
    _set([row], reason, actor, prefix=lambda _i: "", details=details)


def _row_errors(row: PriceRow, prefix: str) -> list[FieldError]:
    errors = []
    for name in ("list_price", "sale_price", "cost"):
        value = getattr(row, name)
        if value is not None and not 0 <= value <= MAX_PRICE:
            text = Text(f"应在 0 到 {MAX_PRICE} 分之间", f"must be between 0 and {MAX_PRICE} minor units")
            errors.append(FieldError(f"{prefix}{name}", "range", text))
    if row.sale_price is not None and row.sale_price > row.list_price:
        text = Text("售价不能高于划线价", "the sale price must not exceed the list price")
        errors.append(FieldError(f"{prefix}sale_price", "above_list_price", text))
    return errors


def _set(
    rows: Sequence[PriceRow],
    reason: str,
    actor: Actor,
    *,
    prefix: Any,
    lists: bool = True,
    details: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """`details` are those of an approved request: then the change may be as large as it is."""
    batch = [
        {
            "sku_id": row.sku_id, "list_price": row.list_price, "cost": row.cost,
            "sale_price": row.list_price if row.sale_price is None else row.sale_price,
        }
        for row in rows
    ]  # fmt: skip
    currency = mall_settings.get("mall.currency")
    with transaction.atomic():
        _know_skus(rows, prefix)
        _as_seen(rows, prefix)
        changed = locks.set_prices(batch, currency, reason, actor, details)
        if changed:
            moved = {
                r["sku_id"]: (r["sale_price"], r["old_sale_price"])
                for r in changed
                if r["sale_price"] != r["old_sale_price"]
            }
            places = {row.sku_id: f"{prefix(i)}sale_price" for i, row in enumerate(rows)}
            guards.keep(moved, places, reason, actor, approved=details is not None)
            guards.keep_reachable({sku: places[sku] for sku in moved}, reason, actor)
            if lists:
                tell_lists([row["sku_id"] for row in changed], actor=actor)
            _announce(changed, currency)
            _audit(changed, reason, actor)
    return changed


def _know_skus(rows: Sequence[PriceRow], prefix: Any) -> None:
    known = {
        r["id"] for r in db.rows("select id from catalog_sku where id = any(%s::bigint[])", ([r.sku_id for r in rows],))
    }
    errors = [
        FieldError(f"{prefix(i)}sku_id", "not_found", Text("没有这个 SKU", "no such SKU"))
        for i, row in enumerate(rows)
        if row.sku_id not in known
    ]
    if errors:
        raise ValidationFailed(errors=errors)


def _as_seen(rows: Sequence[PriceRow], prefix: Any) -> None:
    seen = {row.sku_id: row.seen for row in rows if row.seen is not None}
    if not seen:
        return
    now = locks.hold_prices(list(seen))
    moved = {sku: now.get(sku, (None, None)) for sku, was in seen.items() if now.get(sku, (None, None)) != was}
    if moved:
        text = Text("已被他人修改", "someone else has changed it")
        errors = [
            FieldError(f"{prefix(i)}sale_price", "changed_meanwhile", text)
            for i, row in enumerate(rows)
            if row.sku_id in moved
        ]
        raise PriceChangedMeanwhile(errors=errors, extra={"now": {str(sku): list(was) for sku, was in moved.items()}})


def tell_lists(sku_ids: Sequence[int], *, actor: Actor) -> None:
    """Write the prices of this moment down to the product lists. In the caller's transaction."""
    prices = effective_prices(sku_ids, clock.now())
    set_listing_prices([SkuPrice(sku, p.sale_price, p.list_price) for sku, p in prices.items()], actor=actor)


def _announce(changed: list[dict[str, Any]], currency: str) -> None:
    outbox.record(
        *(
            PriceChanged(
                row["sku_id"],
                row["list_price"],
                row["sale_price"],
                row["old_list_price"],
                row["old_sale_price"],
                currency,
            )
            for row in changed
            if row["old_list_price"] is not None
            and (row["list_price"], row["sale_price"]) != (row["old_list_price"], row["old_sale_price"])
        )
    )


def _audit(changed: list[dict[str, Any]], reason: str, actor: Actor) -> None:
    """One row per SKU; one for all the first prices of a mass of new SKUs, whose details are the price history."""
    first = [row for row in changed if row["old_list_price"] is None]
    if len(first) > AUDIT_ROWS:
        audit.record(
            actor=actor, action="pricing.set_price", target_type="sku", target_id="bulk",
            after={"first_prices": len(first)}, reason=reason,
        )  # fmt: skip
        changed = [row for row in changed if row["old_list_price"] is not None]
    audit.record_many(_audit_row(row, reason, actor) for row in changed)


def _audit_row(row: dict[str, Any], reason: str, actor: Actor) -> dict[str, Any]:
    columns = ("list_price", "sale_price", "cost")
    first = row["old_list_price"] is None
    return audit.row(
        actor=actor, action="pricing.set_price", target_type="sku", target_id=row["sku_id"], reason=reason,
        before=None if first else {name: row[f"old_{name}"] for name in columns},
        after={name: row[name] for name in columns},
    )  # fmt: skip
