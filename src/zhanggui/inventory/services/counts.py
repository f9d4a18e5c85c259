"""Stock-takes: begun, counted without closing anything to sale, handed in, approved, posted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import locks
from ..errors import CountedAlready, CountNotReady, OwnCount, RecountBySomeoneElse
from ..events import CountApproved, CountCancelled, CountClosed, CountPosted, CountStarted, CountSubmitted
from ..permissions import APPROVE_COUNT, COUNT
from ..rules import location_code
from ..states import COUNT as STEPS
from ..types import Counted, CountOutcome
from . import stowing

MOST_SKUS = 20_000
Values = Callable[[Sequence[int]], Mapping[int, int]]
_values: Values | None = None


def bind_unit_values(source: Values) -> None:
    """Give stock-takes their way to ask what a unit of a SKU cost, in minor units (config/wiring.py does)."""
    global _values
    _values = source


def start_count(
    warehouse_id: int,
    *,
    zones: Sequence[str] = (),
    category_id: int | None = None,
    sku_ids: Sequence[int] = (),
    blind: bool = True,
    note: str = "",
    actor: Actor,
) -> str:
    """Begin a stock-take of a warehouse, of zones of it, of a category or of some SKUs; its number. Own transaction.

    Its lines are what the book says now. Nothing is locked. Announces CountStarted. Raises PermissionDenied, ValidationFailed.
    """
    stowing.may(actor, COUNT)
    if len(note) > 200:
        raise ValidationFailed.one("note", "too_long", "备注最多 200 字", "at most 200 characters")
    _check_scope(warehouse_id, zones, sku_ids)
    words, skus = _scope(zones, category_id, sku_ids)
    with transaction.atomic():
        number = ids.document_number("PD")
        made = db.row(
            "insert into inventory_count (number, warehouse_id, scope, zones, sku_ids, blind, note, made_by)"
            " values (%s, %s, left(%s, 200), %s, %s, %s, %s, left(%s, 200)) returning id",
            (number, warehouse_id, words, db.Json(list(zones)), db.Json(skus), blind, note.strip(), actor.label),
        )
        assert made is not None
        lines = db.execute(
            "insert into inventory_countline (count_id, sku_id, location_id, batch_id, snapshot)"
            " select %(count)s, s.sku_id, s.location_id, s.batch_id, s.units"
            " from inventory_spots(%(house)s, %(skus)s::bigint[]) s left join inventory_location o on o.id = s.location_id"
            " where s.units > 0 and (%(zones)s::text[] is null or o.zone = any(%(zones)s::text[])) order by o.walk, o.code, s.sku_id",
            {
                "count": made["id"], "house": warehouse_id, "skus": skus or None, "zones": list(zones) or None,
            },
        )  # fmt: skip
        if skus:  # what the book does not know of is looked for as well
            lines += db.execute(
                "insert into inventory_countline (count_id, sku_id) select %(count)s, u.sku_id from unnest(%(skus)s::bigint[]) u(sku_id)"
                " where not exists (select 1 from inventory_countline n where n.count_id = %(count)s and n.sku_id = u.sku_id)",
                {"count": made["id"], "skus": skus},
            )
        outbox.record(CountStarted(number, warehouse_id, lines))
        stowing.note(actor, "start_count", "count", number, after={"scope": words, "lines": lines}, reason=note)
    return number


def _check_scope(warehouse_id: int, zones: Sequence[str], sku_ids: Sequence[int]) -> None:
    errors = []
    if db.row("select id from inventory_warehouse where id = %s and kind = 'own'", (warehouse_id,)) is None:
        errors.append(FieldError("warehouse_id", "not_found", Text("没有这个仓库", "no such warehouse")))
    known = {
        row["zone"]
        for row in db.rows("select distinct zone from inventory_location where warehouse_id = %s", (warehouse_id,))
    }
    missing = [zone for zone in zones if zone not in known]
    if missing:
        text = Text(f"该仓库没有库区“{missing[0]}”", f"this warehouse has no zone “{missing[0]}”")
        errors.append(FieldError("zones", "not_found", text))
    if len(sku_ids) > MOST_SKUS:
        text = Text(f"一次最多盘点 {MOST_SKUS} 个 SKU", f"at most {MOST_SKUS} SKUs in one stock-take")
        errors.append(FieldError("sku_ids", "range", text))
    elif len(catalog.sku_codes(list(sku_ids))) < len(set(sku_ids)):
        errors.append(FieldError("sku_ids", "not_found", Text("有的 SKU 不存在", "some of these SKUs do not exist")))
    if errors:
        raise ValidationFailed(errors=errors)


def _scope(zones: Sequence[str], category_id: int | None, sku_ids: Sequence[int]) -> tuple[str, list[int]]:
    """A scope in words, and its SKUs (none: all). Raises ValidationFailed."""
    if sku_ids:
        skus = sorted(set(sku_ids))
        return f"{len(skus)} SKU", skus
    if category_id is None:
        return "、".join(zones), []
    found = [c for c in catalog.categories() if category_id in (*c.ancestors, c.id)]
    named = next((c for c in found if c.id == category_id), None)
    if named is None:
        raise ValidationFailed.one("category_id", "not_found", "没有这个分类", "no such category")
    rows = db.rows(
        "select s.id from catalog_sku s join catalog_product p on p.id = s.product_id where p.category_id = any(%s::bigint[])"
        " order by s.id limit %s",
        ([c.id for c in found], MOST_SKUS + 1),
    )
    if not 0 < len(rows) <= MOST_SKUS:
        text = Text(
            f"该分类应有 1 到 {MOST_SKUS} 个 SKU 才能盘点",
            f"a category with 1 to {MOST_SKUS} SKUs can be counted at once",
        )
        raise ValidationFailed(errors=[FieldError("category_id", "range", text)])
    return named.name_zh, [row["id"] for row in rows]


def count(number: str, counted: Sequence[Counted], *, replace: bool = False, actor: Actor) -> None:
    """Say what was found at spots; each is held against the book of this moment. Own transaction, all rows or none.

    `replace` counts anew what has been counted. Where the difference is large, the line waits for a second count by somebody
    else, which then holds. Raises PermissionDenied, NotFound, WrongState, ValidationFailed, CountedAlready,
    RecountBySomeoneElse naming the rows.
    """
    stowing.may(actor, COUNT)
    with transaction.atomic():
        held = _hold(number, shared=True)
        problems = take(held, counted, replace=replace, actor=actor)
        if problems:
            errors = [problems[i] for i in sorted(problems)]
            refusals = {"counted": CountedAlready, "same": RecountBySomeoneElse}
            raise refusals.get(errors[0].code, ValidationFailed)(errors=errors)


@db.needs_transaction
def take(held: Mapping[str, Any], counted: Sequence[Counted], *, replace: bool, actor: Actor) -> dict[int, FieldError]:
    """The rows that are refused, by their place; the others are counted. `held` is the stock-take. Raises WrongState."""
    STEPS.target(held["state"], "submit")  # whatever can be handed in is being counted
    house, zones, skus = held["warehouse_id"], set(held["zones"]), set(held["sku_ids"])
    problems: dict[int, FieldError] = {}
    missing = stowing.not_known([row.sku_id for row in counted], [house] * len(counted), "rows")
    problems |= {int(error.loc.split(".")[1]): error for error in missing}
    shelves = stowing.shelves((house, row.location) for row in counted)
    batches = stowing.batches((row.sku_id, row.batch) for row in counted)
    rows = []
    for i, row in enumerate(counted):
        shelf = shelves.get((house, row.location))
        error = None
        if not 0 <= row.quantity <= stowing.MAX_QUANTITY:
            text = Text(f"数量应在 0 到 {stowing.MAX_QUANTITY} 之间", f"must be between 0 and {stowing.MAX_QUANTITY}")
            error = FieldError(f"rows.{i}.quantity", "range", text)
        elif row.location and shelf is None:
            error = stowing.no_shelf(f"rows.{i}.location", row.location)
        elif row.batch and (row.sku_id, row.batch) not in batches:
            error = stowing.no_batch(f"rows.{i}.batch", row.batch)
        elif zones and (location_code(row.location) or "").split("-")[0] not in zones:
            text = Text(
                f"本次只盘库区 {'、'.join(sorted(zones))}", f"only zone {', '.join(sorted(zones))} is counted now"
            )
            error = FieldError(f"rows.{i}.location", "outside", text)
        elif skus and row.sku_id not in skus:
            error = FieldError(
                f"rows.{i}.sku_id",
                "outside",
                Text("这个 SKU 不在本次盘点范围内", "this SKU is not part of the stock-take"),
            )
        if error and i not in problems:
            problems[i] = error
        if i not in problems:
            batch = batches.get((row.sku_id, row.batch))
            rows.append(
                {
                    "row": i, "sku_id": row.sku_id, "location_id": shelf and shelf.id, "batch_id": batch and batch["id"],
                    "quantity": row.quantity,
                }
            )  # fmt: skip
    if rows:
        limit = mall_settings.get("inventory.recount_above_units")
        for refused in locks.take_count(held["id"], rows, limit, replace, actor):
            problems[refused["row"]] = _refused(refused)
    return problems


def _refused(refused: Mapping[str, Any]) -> FieldError:
    who = refused["said"]
    loc, text = {
        "twice": (
            "sku_id",
            Text("同一位置的这个 SKU 出现了两次，请合并", "the SKU is there twice for one spot; add the two up"),
        ),
        "batch": (
            "batch",
            Text(
                "请填写批次：这里有多个批次，或该 SKU 按批次管理",
                "name the batch: several lie here, or the SKU is kept by batches",
            ),
        ),
        "counted": (
            "sku_id",
            Text(f"已由 {who} 盘过；要以新数为准，请选“重盘”", f"counted by {who} already; choose to count it anew"),
        ),
        "same": (
            "sku_id",
            Text("差异较大，须由另一人复盘", "the difference is large: somebody else has to count it once more"),
        ),
    }[refused["problem"]]
    return FieldError(f"rows.{refused['row']}.{loc}", refused["problem"], text)


def count_rest_as_none(number: str, *, actor: Actor) -> int:
    """Say of every line nobody has counted that nothing is there; how many. Own transaction. Raises as `count` does."""
    stowing.may(actor, COUNT)
    with transaction.atomic():
        held = _hold(number)
        STEPS.target(held["state"], "submit")
        rows = db.rows(
            'select (row_number() over (order by id) - 1)::int as "row", sku_id, location_id, batch_id, 0 as quantity'
            " from inventory_countline where count_id = %s and counted is null",
            (held["id"],),
        )
        if rows:
            limit = mall_settings.get("inventory.recount_above_units")
            refused = locks.take_count(held["id"], rows, limit, False, actor)
            stowing.note(actor, "count_rest", "count", number, after={"lines": len(rows) - len(refused)})
    return len(rows)


def explain_count(number: str, reasons: Mapping[int, str], *, actor: Actor) -> None:
    """Say why lines (by id) differ. Own transaction. Raises PermissionDenied, NotFound, WrongState, ValidationFailed."""
    stowing.may(actor, COUNT)
    long = [line for line, reason in reasons.items() if len(reason) > 200]
    if long:
        raise ValidationFailed.one(f"reason-{long[0]}", "too_long", "原因最多 200 字", "at most 200 characters")
    with transaction.atomic():
        held = _hold(number)
        STEPS.target(held["state"], "cancel")  # in the book a reason stays what it was
        db.execute(
            "update inventory_countline n set reason = r.reason from jsonb_to_recordset(%s) as r(line bigint, reason text)"
            " where n.id = r.line and n.count_id = %s",
            (db.Json([{"line": k, "reason": v.strip()} for k, v in reasons.items()]), held["id"]),
        )


def submit_count(number: str, *, reason: str = "", actor: Actor) -> bool:
    """Hand a stock-take in; whether it needs approval. `reason` is that of every difference without one. Own transaction.

    Lines nobody counted stay as they are. Announces CountSubmitted. Raises PermissionDenied, NotFound, WrongState,
    ValidationFailed, CountNotReady.
    """
    stowing.may(actor, COUNT)
    with transaction.atomic():
        held = _hold(number)
        STEPS.target(held["state"], "submit")
        lines = db.rows(
            "select id, sku_id, again, reason, counted - book as difference from inventory_countline"
            " where count_id = %s and counted is not null",
            (held["id"],),
        )
        _ready(held, lines, reason)
        differing = [line for line in lines if line["difference"]]
        known = _unit_values([line["sku_id"] for line in differing])
        units = sum(abs(line["difference"]) for line in differing)
        value = sum(abs(line["difference"]) * known.get(line["sku_id"], 0) for line in differing)
        db.execute(
            "update inventory_countline n set unit_value = r.value, reason = case when n.reason = '' then %s else n.reason end"
            " from jsonb_to_recordset(%s) as r(line bigint, value bigint) where n.id = r.line",
            (reason.strip()[:200], db.Json([{"line": n["id"], "value": known.get(n["sku_id"])} for n in differing])),
        )
        limits = [mall_settings.get(f"inventory.count_approval_{kind}") for kind in ("units", "value")]
        asked = units > limits[0] or value > limits[1]
        db.execute(
            "update inventory_count set state = %s, units = %s, value = %s, submitted_by = left(%s, 200), submitter = %s,"
            " submitted_at = kernel_now() where id = %s",
            (
                STEPS.target(held["state"], "submit" if asked else "pass"),
                units,
                value,
                actor.label,
                _me(actor),
                held["id"],
            ),
        )
        outbox.record(CountSubmitted(number, units, value, asked))
        stowing.note(actor, "submit_count", "count", number, after={"units": units, "value": value, "approval": asked})
    return asked


def _ready(held: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], reason: str) -> None:
    if not lines:
        text = Text("还没有盘过任何一行", "nothing has been counted yet")
        raise CountNotReady(errors=[FieldError("lines", "none", text)])
    again = sum(line["again"] for line in lines)
    if again:
        text = Text(f"还有 {again} 行须由另一人复盘", f"{again} lines wait for a second count by somebody else")
        raise CountNotReady(errors=[FieldError("lines", "again", text)])
    waiting = db.row("select id from inventory_countfile where count_id = %s and done < total limit 1", (held["id"],))
    if waiting:
        text = Text("导入的文件还没有处理完，请稍候", "a file is still being taken in; wait a moment")
        raise CountNotReady(errors=[FieldError("lines", "file", text)])
    if any(line["difference"] and not line["reason"] for line in lines):
        stowing.need_reason(reason)


def _unit_values(sku_ids: Sequence[int]) -> Mapping[int, int]:
    if _values is None:
        raise RuntimeError("bind_unit_values was not called: config/wiring.py binds what units cost")
    return _values(sorted(set(sku_ids))) if sku_ids else {}


def approve_count(number: str, *, actor: Actor) -> None:
    """Let the differences into the book. Own transaction. Announces CountApproved.

    Raises PermissionDenied, NotFound, WrongState, OwnCount for whoever counted or handed it in.
    """
    stowing.may(actor, APPROVE_COUNT)
    with transaction.atomic():
        held = _hold(number)
        target = STEPS.target(held["state"], "approve")
        mine = db.row(
            "select 1 as found from inventory_countentry e join inventory_countline n on n.id = e.line_id"
            " where n.count_id = %s and e.actor_kind = %s and e.actor_id is not distinct from %s limit 1",
            (held["id"], actor.kind, actor.id),
        )
        if mine or held["submitter"] == _me(actor):
            raise OwnCount()
        db.execute(
            "update inventory_count set state = %s, approved_by = left(%s, 200), approved_at = kernel_now() where id = %s",
            (target, actor.label, held["id"]),
        )
        outbox.record(CountApproved(number, held["units"], held["value"]))
        stowing.note(actor, "approve_count", "count", number)


def reopen_count(number: str, *, reason: str, actor: Actor) -> None:
    """Send a stock-take back to be counted on. Own transaction. Raises PermissionDenied, NotFound, WrongState, ValidationFailed."""
    if not actor.may(APPROVE_COUNT):
        stowing.may(actor, COUNT)
    reason = stowing.need_reason(reason)
    with transaction.atomic():
        _to(_hold(number), "recount")
        stowing.note(actor, "reopen_count", "count", number, reason=reason)


def post_count(number: str, *, actor: Actor) -> CountOutcome:
    """Bring the differences into the book, each once. Own transaction. Announces CountPosted.

    A SKU that would be left with less than is promised is held, and told; the rest is posted. Called again, it tries those that
    are held; on a stock-take that is in the book already it does nothing. Raises PermissionDenied, NotFound, WrongState.
    """
    stowing.may(actor, COUNT)
    with transaction.atomic():
        held = _hold(number)
        if held["state"] == "posted":
            return CountOutcome(0, 0, 0, 0)
        STEPS.target(held["state"], "post")
        done = CountOutcome(
            **locks.post_count(
                held["id"], clock.business_date(), mall_settings.get("inventory.days_before_expiry_not_sold"), actor
            )
        )
        _to(held, "hold" if done.held else "post", "" if done.held else "posted_at = kernel_now()")
        outbox.record(CountPosted(number, done.lines, done.up, done.down, done.held))
        after = {"lines": done.lines, "up": done.up, "down": done.down, "held": done.held}
        stowing.note(actor, "post_count", "count", number, after=after)
    return done


def close_count(number: str, *, reason: str, actor: Actor) -> None:
    """Give the lines up that could not be posted. Own transaction. Announces CountClosed.

    Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    stowing.may(actor, APPROVE_COUNT)
    reason = stowing.need_reason(reason)
    with transaction.atomic():
        held = _hold(number)
        _to(held, "close", "posted_at = kernel_now()")
        left = db.row("select count(*) as n from inventory_countline where count_id = %s and held <> ''", (held["id"],))
        outbox.record(CountClosed(number, left["n"] if left else 0, reason))
        stowing.note(actor, "close_count", "count", number, reason=reason)


def cancel_count(number: str, *, reason: str, actor: Actor) -> None:
    """Give a stock-take up. Own transaction. Announces CountCancelled. Raises PermissionDenied, NotFound, WrongState, ValidationFailed."""
    stowing.may(actor, COUNT)
    reason = stowing.need_reason(reason)
    with transaction.atomic():
        _to(_hold(number), "cancel")
        outbox.record(CountCancelled(number, reason))
        stowing.note(actor, "cancel_count", "count", number, reason=reason)


def _hold(number: str, *, shared: bool = False) -> dict[str, Any]:
    held = locks.count(number, shared=shared)
    if held is None:
        raise NotFound()
    return held


@db.needs_transaction
def _to(held: Mapping[str, Any], action: str, stamp: str = "") -> None:
    """Take a held stock-take along `action`. `stamp` is an assignment of ours, never a caller's text."""
    more = f", {stamp}" if stamp else ""
    db.execute(
        f"update inventory_count set state = %s{more} where id = %s", (STEPS.target(held["state"], action), held["id"])
    )


def _me(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id or ''}"
