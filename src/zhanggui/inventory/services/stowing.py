"""What every verb of the finer book begins and ends with: spots from codes, batches, serials, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed

from .. import locks
from ..errors import SerialElsewhere, StockNotFree, StockNotThere
from ..rules import STATES, last_day, location_code
from ..types import Spot, TrackingView

#: Larger numbers are typing errors, not stock.
MAX_QUANTITY = 1_000_000_000
MAX_SERIAL = 80
UNSOLD = "inventory.days_before_expiry_not_sold"


@dataclass(frozen=True, slots=True)
class Shelf:
    id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """A spot with what its codes name, its level held."""

    spot: Spot
    level: Mapping[str, Any]
    shelf: Shelf | None
    batch: Mapping[str, Any] | None

    def row(self, position: int, delta: int, kind: str, **more: Any) -> dict[str, Any]:
        """A row for `locks.place` about this spot; `more` may name another state or location_id."""
        return {
            "row": position, "level_id": self.level["level_id"], "location_id": self.shelf and self.shelf.id,
            "batch_id": self.batch and self.batch["id"], "state": self.spot.state, "delta": delta, "outside": False,
            "kind": kind,
        } | more  # fmt: skip

    def serials(self, state: str, kind: str, *, stays: bool, **more: Any) -> list[dict[str, Any]]:
        """Rows for `locks.move_serials`: the spot's serials to `state`, here (`stays`) or out of the warehouse."""
        here = {
            "level_id": self.level["level_id"] if stays else None,
            "location_id": self.shelf.id if self.shelf and stays else None,
            "batch_id": self.batch and self.batch["id"],
            "from_level": self.level["level_id"],
        }
        return [
            {"sku_id": self.spot.sku_id, "number": number, "state": state, "kind": kind} | here | more
            for number in self.spot.serials
        ]


def find(spots: Sequence[Spot], name: str = "spots", *, serials: bool = True) -> list[Found]:
    """What spots name, their levels held; `serials`: units with serial numbers must name them. Needs a transaction.

    Raises ValidationFailed naming the fields.
    """
    errors: list[FieldError] = []
    for i, spot in enumerate(spots):
        errors += units_wrong(f"{name}.{i}.quantity", spot.quantity)
        if spot.state not in STATES:
            errors.append(FieldError(f"{name}.{i}.state", "choice", Text("没有这个状态", "no such state")))
    errors = errors or not_known([s.sku_id for s in spots], [s.warehouse_id for s in spots], name)
    if errors or not spots:
        raise ValidationFailed(
            errors=errors or [FieldError(name, "required", Text("请至少填写一行", "at least one row is needed"))]
        )
    known = shelves((spot.warehouse_id, spot.location) for spot in spots)
    made = batches((spot.sku_id, spot.batch) for spot in spots)
    asked = tracking(spot.sku_id for spot in spots)
    for i, spot in enumerate(spots):
        if spot.location and (spot.warehouse_id, spot.location) not in known:
            errors.append(no_shelf(f"{name}.{i}.location", spot.location))
        if spot.batch and (spot.sku_id, spot.batch) not in made:
            errors.append(no_batch(f"{name}.{i}.batch", spot.batch))
        if serials:
            errors += serials_wrong(f"{name}.{i}.serials", spot.serials, spot.quantity, asked.get(spot.sku_id))
    if errors:
        raise ValidationFailed(errors=errors)
    levels = locks.hold((spot.sku_id, spot.warehouse_id) for spot in spots)
    return [
        Found(
            spot,
            levels[spot.sku_id, spot.warehouse_id],
            known.get((spot.warehouse_id, spot.location)),
            made.get((spot.sku_id, spot.batch)),
        )
        for spot in spots
    ]


def may(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied."""
    if not actor.may(permission):
        raise PermissionDenied()


def need_reason(reason: str, loc: str = "reason") -> str:
    """The reason, trimmed. Raises ValidationFailed."""
    reason = reason.strip()
    if not reason:
        raise ValidationFailed.one(loc, "required", "请填写原因", "a reason is needed")
    return reason[:200]


def units_wrong(loc: str, quantity: int) -> list[FieldError]:
    if 0 < quantity <= MAX_QUANTITY:
        return []
    text = Text(f"数量应在 1 到 {MAX_QUANTITY} 之间", f"must be between 1 and {MAX_QUANTITY}")
    return [FieldError(loc, "range", text)]


def shelves(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Shelf]:
    """Active shelves by (warehouse, code as given); codes that are none are left out. One statement, none without codes."""
    codes = {(house, code): location_code(code) for house, code in wanted if code}
    if not codes:
        return {}
    rows = db.rows(
        "select id, warehouse_id, code, kind from inventory_location"
        " where active and warehouse_id = any(%s::bigint[]) and code = any(%s::text[])",
        ([house for house, _ in codes], [code for code in codes.values() if code]),
    )
    known = {(row["warehouse_id"], row["code"]): Shelf(row["id"], row["kind"]) for row in rows}
    return {key: known[key[0], code] for key, code in codes.items() if code and (key[0], code) in known}


def no_shelf(loc: str, code: str) -> FieldError:
    return FieldError(
        loc,
        "not_found",
        Text(
            f"该仓库没有启用的库位“{code}”，请核对编码或先新建库位",
            f"this warehouse has no active location “{code}”; check the code or add it",
        ),
    )


def batches(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], dict[str, Any]]:
    """Batches by (SKU, code). One statement, none without codes."""
    pairs = sorted({(sku, code) for sku, code in wanted if code})
    if not pairs:
        return {}
    rows = db.rows(
        "select b.id, b.sku_id, b.code, b.produced_on, b.expires_on, t.unsold_days from inventory_batch b"
        " left join inventory_tracking t on t.sku_id = b.sku_id"
        " where (b.sku_id, b.code) in (select * from unnest(%s::bigint[], %s::text[]))",
        ([sku for sku, _ in pairs], [code for _, code in pairs]),
    )
    return {(row["sku_id"], row["code"]): row for row in rows}


def no_batch(loc: str, code: str) -> FieldError:
    return FieldError(loc, "not_found", Text(f"该 SKU 没有批次“{code}”", f"this SKU has no batch “{code}”"))


def sellable(batch: Mapping[str, Any] | None, today: date | None = None) -> bool:
    """Whether a batch may still be sold; without a batch, yes."""
    if batch is None:
        return True
    last = last_day(batch["expires_on"], batch["unsold_days"], mall_settings.get(UNSOLD))
    return last is None or (today or clock.business_date()) <= last


def tracking(sku_ids: Iterable[int]) -> dict[int, TrackingView]:
    """What is asked of SKUs, those of which nothing is left out."""
    rows = db.rows(
        "select sku_id, batches, serials, unsold_days from inventory_tracking where sku_id = any(%s::bigint[])",
        (sorted(set(sku_ids)),),
    )
    return {row["sku_id"]: TrackingView(**row) for row in rows}


def serials_wrong(loc: str, serials: Sequence[str], quantity: int, asked: TrackingView | None) -> list[FieldError]:
    """What is wrong with serial numbers given for units of a SKU."""
    if asked is None or not asked.serials:
        if serials:
            return [
                FieldError(
                    loc,
                    "not_asked",
                    Text("这个 SKU 不登记序列号，请留空", "this SKU has no serial numbers; leave them out"),
                )
            ]
        return []
    errors = []
    if len(serials) != quantity:
        text = Text(
            f"需要 {quantity} 个序列号，已填 {len(serials)} 个",
            f"{quantity} serial numbers are needed, {len(serials)} given",
        )
        errors.append(FieldError(loc, "count", text))
    if len(set(serials)) != len(serials):
        errors.append(FieldError(loc, "duplicate", Text("同一个序列号填了两次", "a serial number is given twice")))
    if any(not number or len(number) > MAX_SERIAL or not number.isprintable() for number in serials):
        text = Text(
            f"序列号应为 1 到 {MAX_SERIAL} 个可见字符", f"serial numbers are 1 to {MAX_SERIAL} printable characters"
        )
        errors.append(FieldError(loc, "invalid", text))
    return errors


def clean_serials(serials: Iterable[str]) -> tuple[str, ...]:
    return tuple(number.strip() for number in serials if number.strip())


def not_known(skus: Sequence[int], houses: Sequence[int], name: str) -> list[FieldError]:
    """A field error for each row that names a SKU or a warehouse that does not exist. One statement."""
    rows = db.rows(
        "select (u.place - 1)::int as row, s.id is null as sku"
        " from unnest(%s::bigint[], %s::bigint[]) with ordinality as u(sku_id, warehouse_id, place)"
        " left join catalog_sku s on s.id = u.sku_id left join inventory_warehouse w on w.id = u.warehouse_id"
        " where s.id is null or w.id is null order by 1",
        (list(skus), list(houses)),
    )
    sku, house = Text("没有这个 SKU", "no such SKU"), Text("没有这个仓库", "no such warehouse")
    return [
        FieldError(
            f"{name}.{row['row']}.{'sku_id' if row['sku'] else 'warehouse_id'}",
            "not_found",
            sku if row["sku"] else house,
        )
        for row in rows
    ]


def refuse(problems: Sequence[Mapping[str, Any]], locs: Mapping[int, str] | None = None) -> None:
    """Raise what `inventory_place` answered, naming rows (`locs`: the field of each row). Raises StockNotThere, StockNotFree."""
    if not problems:
        return
    errors = [
        FieldError(
            (locs or {}).get(p["row"], f"rows.{p['row']}.quantity"), p["problem"], _short(p["problem"], p["units"])
        )
        for p in problems
    ]
    raise StockNotFree(errors=errors) if problems[0]["problem"] == "promised" else StockNotThere(errors=errors)


def _short(problem: str, units: int) -> Text:
    if problem == "promised":
        return Text(
            f"只有 {units} 件可动用，其余已被订单占用、锁定或不可售",
            f"only {units} are free; the others are promised to orders, locked or not for sale",
        )
    if problem == "unplaced":
        return Text(
            f"没有库位的只有 {units} 件，请写明从哪个库位取",
            f"only {units} have no location; say from which location they are taken",
        )
    return Text(f"这里只有 {units} 件", f"only {units} are here")


def refuse_serials(
    wanted: Iterable[tuple[int, str]],
    done: set[tuple[int, str]],
    loc: str,
    zh: str = "这些序列号不在这里",
    en: str = "these serial numbers are not here",
) -> None:
    """Raises SerialElsewhere naming the numbers that did not go along."""
    left = sorted(number for sku, number in wanted if (sku, number) not in done)
    if left:
        text = Text(f"{zh}：{'、'.join(left[:10])}", f"{en}: {', '.join(left[:10])}")
        raise SerialElsewhere(errors=[FieldError(loc, "elsewhere", text)], extra={"serials": left})


def note(
    actor: Actor, action: str, target_type: str, target_id: object, *, after: Any = None, reason: str = ""
) -> None:
    audit.record(
        actor=actor, action=f"inventory.{action}", target_type=target_type, target_id=target_id, after=after, reason=reason
    )  # fmt: skip
