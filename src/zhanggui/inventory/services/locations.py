"""Shelves of a warehouse, and what the warehouse asks of a SKU."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks
from ..errors import StockNotThere
from ..permissions import WAREHOUSES
from ..rules import KINDS, location_code
from ..types import LocationDraft, Spot
from . import stowing

MOST = 20_000


def save_locations(warehouse_id: int, drafts: Sequence[LocationDraft], *, actor: Actor) -> int:
    """Create or change shelves of a warehouse by their codes; how many. Own transaction.

    The kind of a shelf where something lies stays: it says whether that is for sale. Raises PermissionDenied, NotFound,
    ValidationFailed naming the rows.
    """
    stowing.may(actor, WAREHOUSES)
    if db.row("select 1 from inventory_warehouse where id = %s and kind = 'own'", (warehouse_id,)) is None:
        raise NotFound()
    errors: list[FieldError] = []
    rows: dict[str, dict[str, object]] = {}
    if not 0 < len(drafts) <= MOST:
        raise ValidationFailed.one(
            "rows", "range", f"一次可保存 1 到 {MOST} 个库位", f"1 to {MOST} locations at a time"
        )
    for i, draft in enumerate(drafts):
        code = location_code(draft.code)
        if code is None:
            text = Text(
                "库位编码应为 2 到 5 段字母或数字，用连字符连接，如 A-01-02-03",
                "letters and digits in up to 5 parts joined by hyphens, like A-01-02-03",
            )
            errors.append(FieldError(f"rows.{i}.code", "invalid", text))
        elif code in rows:
            errors.append(
                FieldError(
                    f"rows.{i}.code", "duplicate", Text(f"库位“{code}”出现了两次", f"location “{code}” appears twice")
                )
            )
        if draft.kind not in KINDS:
            words = "、".join(KINDS)
            errors.append(
                FieldError(f"rows.{i}.kind", "choice", Text(f"类型可填：{words}", f"must be one of {', '.join(KINDS)}"))
            )
        if not 0 <= draft.walk <= 1_000_000:
            errors.append(
                FieldError(
                    f"rows.{i}.walk", "range", Text("动线顺序应在 0 到 1000000 之间", "must be between 0 and 1000000")
                )
            )
        if code:
            rows[code] = {
                "code": code, "zone": code.split("-")[0], "kind": draft.kind, "walk": draft.walk, "active": draft.active,
                "row": i,
            }  # fmt: skip
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        kept = db.rows(
            "select o.code from inventory_location o join jsonb_to_recordset(%s) as r(code text, kind text, active boolean)"
            " on r.code = o.code where o.warehouse_id = %s and (r.kind <> o.kind or not r.active)"
            " and exists (select 1 from inventory_placement p where p.location_id = o.id)",
            (db.Json(list(rows.values())), warehouse_id),
        )
        if kept:
            text = Text(
                "库位上还有货，请先移空再改类型或停用",
                "goods lie there; move them before its kind changes or it is closed",
            )
            raise ValidationFailed(
                errors=[FieldError(f"rows.{rows[r['code']]['row']}.kind", "in_use", text) for r in kept]
            )
        db.execute(
            "insert into inventory_location (warehouse_id, code, zone, kind, walk, active)"
            " select %s, r.code, r.zone, r.kind, r.walk, r.active"
            " from jsonb_to_recordset(%s) as r(code text, zone text, kind text, walk int, active boolean) order by r.code"
            " on conflict (warehouse_id, code) do update"
            " set kind = excluded.kind, walk = excluded.walk, active = excluded.active",
            (warehouse_id, db.Json(list(rows.values()))),
        )
        told = {"rows": len(rows), "first": next(iter(rows))}
        stowing.note(actor, "save_locations", "warehouse", warehouse_id, after=told)
    return len(rows)


def set_tracking(sku_id: int, *, batches: bool, serials: bool, unsold_days: int | None = None, actor: Actor) -> None:
    """Say what is asked of a SKU when it comes and goes. Own transaction.

    Units that lie there already get their numbers by `name_serials`; without one they cannot be shipped.
    Raises PermissionDenied, NotFound, ValidationFailed.
    """
    stowing.may(actor, WAREHOUSES)
    if unsold_days is not None and not 0 <= unsold_days <= 3650:
        raise ValidationFailed.one("unsold_days", "range", "天数应在 0 到 3650 之间", "must be between 0 and 3650")
    if db.row("select 1 from catalog_sku where id = %s", (sku_id,)) is None:
        raise NotFound()
    with transaction.atomic():
        if not serials and db.row(
            "select 1 from inventory_serial where sku_id = %s and state in ('stock', 'damaged', 'transit', 'sample') limit 1",
            (sku_id,),
        ):
            zh, en = (
                "仍有序列号在库、在途或作为样品，不能取消序列号管理",
                "serial numbers are still in stock, on their way or out as samples",
            )
            raise ValidationFailed.one("serials", "in_use", zh, en)
        db.execute(
            "insert into inventory_tracking (sku_id, batches, serials, unsold_days) values (%s, %s, %s, %s)"
            " on conflict (sku_id) do update set batches = excluded.batches, serials = excluded.serials,"
            " unsold_days = excluded.unsold_days",
            (sku_id, batches, serials, unsold_days),
        )
        told = {"batches": batches, "serials": serials, "unsold_days": unsold_days}
        stowing.note(actor, "set_tracking", "sku", sku_id, after=told)


def name_serials(spot: Spot, *, actor: Actor) -> None:
    """Give units that lie at a spot the numbers they carry (`spot.serials`, one each). Own transaction.

    Raises PermissionDenied, ValidationFailed, StockNotThere, SerialElsewhere.
    """
    stowing.may(actor, WAREHOUSES)
    with transaction.atomic():
        (found,) = stowing.find([spot])
        level_id = found.level["level_id"]
        known = db.row("select count(*) as units from inventory_serial where level_id = %s", (level_id,))
        assert known is not None
        nameless = found.level["on_hand"] - known["units"]
        if spot.quantity > nameless:
            text = Text(f"没有序列号的只有 {nameless} 件", f"only {nameless} units have no serial number")
            raise StockNotThere(errors=[FieldError("spots.0.quantity", "named", text)])
        state = "damaged" if spot.state == "damaged" else "stock"
        done = locks.add_serials(found.serials(state, "name", stays=True), actor)
        zh, en = "这些序列号已在库或在途", "these serial numbers are in stock or on their way already"
        stowing.refuse_serials([(spot.sku_id, n) for n in spot.serials], done, "spots.0.serials", zh, en)
        stowing.note(actor, "name_serials", "sku", spot.sku_id, after={"serials": list(spot.serials)})
