"""The packing table (打包台): one packer to an order, every scan checked, and what is complete leaves through `dispatch`.

Whatever does not fit stops with a `PackingStopped` that says what is wrong and what to do; nothing has happened then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.carriage import services as carriage
from zhanggui.carriage.selectors import PICKUP
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.errors import NothingToShip, OrderWrongState
from zhanggui.orders.types import ShippedUnits

from .. import locks, rules
from ..errors import PackingStopped
from ..inserts import fitting
from ..permissions import PACK, need
from ..states import PACKED, PACKING, PICKING, SHORT, STOPPED
from ..types import Packed
from . import dispatch
from .waves import write_tasks

box_reference = rules.box_reference

MAX_GRAMS = 1_000_000
_FOUND = """
select t.id, t.state, t.bundle, t.wave_id, t.parcel, t.order_number from fulfilment_task t
where t.state <> 'stopped' and t.order_number = coalesce((select p.order_number from fulfilment_parcel p where p.number = %(code)s
    or (p.waybill_no = %(code)s and p.waybill_no <> '') order by p.id desc limit 1), %(code)s)
order by t.state = 'packed', t.part, t.id
"""
_COMPANIONS = """
select id from fulfilment_task where bundle = %s and wave_id = %s and state in ('picking', 'packing', 'short') order by id
"""
_LINES = """
select id, task_id, line, sku_id, sku_code, barcode, title, weight_g, quantity, short, scanned, serials from fulfilment_taskline
where task_id = any(%s) order by task_id, line
"""


def stop(reason: str, what: tuple[str, str], todo: tuple[str, str], **extra: Any) -> PackingStopped:
    """`what` is wrong and what `todo` about it, each in Chinese and English."""
    return PackingStopped(what=Text(*what), todo=Text(*todo), extra={"stop": reason, **extra})


def open_box(code: str, *, take_over: bool = False, actor: Actor) -> int:
    """A packer begins with an order, by its number, its parcel's or its waybill's; the id of (one of) its tasks.

    Orders that share a box are opened together. An order without a wave is begun here. `take_over`: although another packer
    has it. Opens its own transaction. Raises PermissionDenied, NotFound, PackingStopped, ReviewHolds, OrderWrongState, OrderHeld.
    """
    need(actor, PACK)
    code = re.sub(r"\s", "", code).upper()
    if not 0 < len(code) <= 40:
        raise ValidationFailed.one("code", "required", "请扫描或输入订单号", "scan or type an order's number")
    stopped: Problem | None = None
    with transaction.atomic():
        found = db.rows(_FOUND, {"code": code})
        open_ones = [task for task in found if task["state"] != PACKED]
        if not open_ones:
            task_ids = [_without_wave(code, found, actor)]
        elif (first := open_ones[0])["bundle"] and first["wave_id"]:
            task_ids = [row["id"] for row in db.rows(_COMPANIONS, (first["bundle"], first["wave_id"]))]
        else:
            task_ids = [first["id"]]
        held = locks.hold_tasks(task_ids)
        if any(task["state"] == SHORT for task in held):
            raise stop(
                "short",
                ("拣货时缺货", "Goods were missing when it was picked"),
                (
                    "先在波次里登记「已找到」或「先发其余」，再打包",
                    "Say on the wave's page that they were found, or that the rest is to leave",
                ),
            )
        _mine_or_free(held, actor, take_over)
        db.execute(
            "update fulfilment_task set state = %s, packer_id = %s, packer = %s, opened_at = kernel_now() where id = any(%s)",
            (PACKING, actor.id, actor.label[:200], task_ids),
        )
        if take_over and any(task["packer_id"] not in (None, actor.id) for task in held):
            db.execute(
                "update fulfilment_taskline set scanned = 0, serials = '[]' where task_id = any(%s)", (task_ids,)
            )
        stopped = _still_wanted(held)
    if stopped is not None:
        raise stopped
    return task_ids[0]


def _without_wave(code: str, found: Sequence[Mapping[str, Any]], actor: Actor) -> int:
    """A task for an order that came into no wave, or of which units are left after its first box."""
    number = found[0]["order_number"] if found else code
    order = orders.to_pack([number]).get(number)
    if order is None:
        raise stop(
            "unknown",
            (f"没有「{code}」这个订单、包裹或运单", f"There is no order, parcel or waybill {code}"),
            ("请重新扫描；若是商品条码，请先扫订单", "Scan again; for an article, scan its order first"),
        )
    left = {line["line"]: line["open"] for line in order["lines"] if line["open"] > 0}
    if found and not left:
        raise stop(
            "packed",
            ("这一单已经打包", "This order is packed"),
            (
                f"包裹 {found[-1]['parcel']}，不要再装一次",
                f"It is in parcel {found[-1]['parcel']}; do not pack it twice",
            ),
            parcel=found[-1]["parcel"],
        )
    dispatch.begin_unless_held(number)
    if number not in order_services.claim_many([number], actor=actor) or not left:
        raise OrderWrongState(state=order["status"], action=Text("打包", "packing"))
    pieces = [piece for piece in inventory.promised([number]) if piece.line in left]
    if not pieces:
        raise stop(
            "short",
            ("这一单没有占用库存", "No stock is held for this order"),
            ("请交给主管处理", "Hand it to whoever leads the shift"),
        )
    warehouse = pieces[0].warehouse_id
    box = {piece.line: min(piece.units, left[piece.line]) for piece in pieces if piece.warehouse_id == warehouse}
    taken = db.row("select coalesce(max(part), 0) + 1 as part from fulfilment_task where order_number = %s", (number,))
    assert taken is not None
    wanted = {"order_number": number, "part": taken["part"], "bundle": "", "basket": 0, "box": box}
    return write_tasks(None, warehouse, [wanted], actor=actor)[0]


def _mine_or_free(tasks: Sequence[Mapping[str, Any]], actor: Actor, take_over: bool = False) -> None:
    other = next((t for t in tasks if t["state"] == PACKING and t["packer_id"] != actor.id), None)
    if other is not None and not take_over:
        raise stop(
            "other_packer",
            (f"{other['packer']} 正在打包这一单", f"{other['packer']} is packing this order"),
            ("请放下这一单，或确认由您接手（已扫的要重扫）", "Put it aside, or take it over: all is scanned anew"),
            order=other["order_number"],
        )


@db.needs_transaction
def _still_wanted(tasks: Sequence[Mapping[str, Any]]) -> PackingStopped | None:
    """Orders may have lost units since they were picked (after-sales): their lines follow, and the packer is told."""
    known = orders.to_pack(sorted({task["order_number"] for task in tasks}))
    by_id = {task["id"]: task for task in tasks}
    elsewhere = _elsewhere(sorted(known), sorted(by_id))
    changed: list[dict[str, Any]] = []
    left: dict[int, int] = dict.fromkeys(by_id, 0)
    free = {
        (number, line["line"]): line["open"] - elsewhere.get((number, line["line"]), 0)
        for number, order in known.items()
        for line in order["lines"]
    }
    for line in db.rows(_LINES, (sorted(by_id),)):
        number = by_id[line["task_id"]]["order_number"]
        alive = known[number]["status"] == "fulfilling"
        units = max(0, min(line["quantity"], free[number, line["line"]] if alive else 0))
        left[line["task_id"]] += units
        if units < line["quantity"]:
            changed.append({"task_id": line["task_id"], "line": line["line"], "quantity": units})
    if not changed:
        return None
    db.execute(
        "update fulfilment_taskline l set quantity = r.quantity, short = least(l.short, r.quantity), scanned = 0, serials = '[]'"
        " from jsonb_to_recordset(%s) as r(task_id bigint, line int, quantity int)"
        " where l.task_id = r.task_id and l.line = r.line and r.quantity > 0",
        (db.Json(changed),),
    )
    db.execute(
        "delete from fulfilment_taskline l using jsonb_to_recordset(%s) as r(task_id bigint, line int, quantity int)"
        " where l.task_id = r.task_id and l.line = r.line and r.quantity = 0",
        (db.Json(changed),),
    )
    db.execute("update fulfilment_taskline set scanned = 0, serials = '[]' where task_id = any(%s)", (sorted(by_id),))
    over = [task_id for task_id, units in left.items() if units == 0]
    if over:
        db.execute("update fulfilment_task set state = %s where id = any(%s)", (STOPPED, over))
    if len(over) == len(left):
        carriage.drop(box_reference(tasks), actor=SYSTEM)  # nothing travels under its number
        return stop(
            "over",
            ("这一单已取消或已退款，不能发出", "This order has been cancelled or refunded; it must not leave"),
            ("请停止打包，把商品放回货架", "Stop packing and put the goods back on the shelf"),
        )
    return stop(
        "changed",
        ("这一单刚刚有商品取消或已另行发出", "Units of this order were just given up or have left otherwise"),
        ("请把盒里的商品全部取出，按新的清单重新扫描", "Take everything out and scan it anew by the new list"),
    )


def _elsewhere(numbers: list[str], task_ids: list[int]) -> dict[tuple[str, int], int]:
    """Units by order and line that other open tasks are about."""
    rows = db.rows(
        "select t.order_number, l.line, sum(l.quantity)::int as units from fulfilment_task t join fulfilment_taskline l"
        " on l.task_id = t.id where t.order_number = any(%s) and t.id <> all(%s) and t.state in ('picking', 'packing', 'short')"
        " group by t.order_number, l.line",
        (numbers, task_ids),
    )
    return {(row["order_number"], row["line"]): row["units"] for row in rows}


@db.needs_transaction
def _hold_box(task_id: int, actor: Actor) -> list[dict[str, Any]]:
    """The tasks that share a box with this one, held, if this packer has them. Raises NotFound, PackingStopped."""
    first = db.row("select id, bundle, wave_id, state, parcel from fulfilment_task where id = %s", (task_id,))
    if first is None:
        raise NotFound()
    shared = db.rows(_COMPANIONS, (first["bundle"], first["wave_id"])) if first["bundle"] else []
    held = locks.hold_tasks(sorted({task_id, *(row["id"] for row in shared)}))
    mine = next(task for task in held if task["id"] == task_id)
    if mine["state"] == PACKED:
        raise stop("packed", ("这一单已经打包", "This order is packed"), ("不要再装一次", "Do not pack it twice"))
    if mine["state"] == STOPPED:
        raise stop(
            "over",
            ("这一单已取消或已退款，不能发出", "This order has been cancelled or refunded; it must not leave"),
            ("请停止打包，把商品放回货架", "Stop packing and put the goods back on the shelf"),
        )
    _mine_or_free(held, actor)
    if mine["state"] != PACKING:
        raise stop(
            "unknown",
            ("这一单还没有打开", "This order is not open"),
            ("请先扫描订单号", "Scan the order's number first"),
        )
    return [task for task in held if task["state"] == PACKING]


def scan(task_id: int, code: str, *, actor: Actor) -> Packed | None:
    """One article goes into the box; what it was and how many there are of it. Opens its own transaction.

    Raises PermissionDenied, NotFound, PackingStopped (wrong article, too many, the order changed, somebody else has it).
    """
    need(actor, PACK)
    code = code.strip()
    if not 0 < len(code) <= 100:
        raise ValidationFailed.one("code", "required", "请扫描商品条码", "scan an article")
    stopped: PackingStopped | None
    with transaction.atomic():
        held = _hold_box(task_id, actor)
        stopped = _still_wanted(held)
        if stopped is None:
            task_ids = [task["id"] for task in held]
            lines = db.rows(_LINES, (task_ids,))
            numbered = inventory.with_serials(sorted({line["sku_id"] for line in lines if line["sku_id"]}))
            row = _scan_serial(lines, numbered, held[0]["warehouse_id"], code) if numbered else None
            row = row or locks.scan(task_ids, code) or locks.scan(task_ids, code.upper())
            if row is not None:
                return Packed(row["sku_code"], row["title"], row["scanned"], row["wanted"])
            stopped = _not_wanted(lines, code)
    raise stopped


def _scan_serial(
    lines: Sequence[Mapping[str, Any]], numbered: set[int], warehouse_id: int, code: str
) -> dict[str, Any] | None:
    """The line one of whose articles carries this serial number, with one more of it scanned; None where it is no serial of these.

    Raises PackingStopped: the article's code where its serial number is wanted; a number that is in the box already, in another one,
    of another article, or not on the shelf here.
    """
    same = [line for line in lines if code.upper() in (line["sku_code"].upper(), line["barcode"].upper() or None)]
    if any(line["sku_id"] in numbered for line in same):
        raise stop(
            "serial_wanted",
            (f"「{same[0]['title']}」要逐件扫序列号", f"{same[0]['title']} goes by its serial number"),
            ("请扫这一件机身或包装上的序列号", "Scan the number on this very article"),
            scanned=code,
        )
    known = inventory.serials(code)
    if not known:
        return None
    mine = next((each for each in known if each.sku_id in numbered), None)
    if mine is None:
        raise stop(
            "serial_foreign",
            (f"序列号 {code[:40]} 不是这一单的商品", f"Serial {code[:40]} is of an article that is not in this order"),
            ("请放回这件，核对清单后再扫", "Put it back, look at the list and scan again"),
            scanned=code,
        )
    asked = [line for line in lines if line["sku_id"] == mine.sku_id]
    if any(mine.number in line["serials"] for line in asked):
        raise stop(
            "serial_twice",
            (f"序列号 {mine.number} 已在盒里", f"Serial {mine.number} is in the box already"),
            ("请扫下一件，或核对盒里的件数", "Scan the next one, or count what lies in the box"),
            scanned=code,
        )
    if mine.state != "stock" or mine.warehouse_id != warehouse_id or locks.in_a_box(mine.sku_id, mine.number):
        raise stop(
            "serial_gone",
            (f"序列号 {mine.number} 不能发：已售出、已装箱或不在这个仓库", f"Serial {mine.number} is sold, in another box, or not here"),
            ("请把这件交给主管，换一件再扫", "Hand this one to whoever leads the shift, and take another"),
            scanned=code,
        )  # fmt: skip
    open_line = next((line for line in asked if line["scanned"] < line["quantity"] - line["short"]), None)
    if open_line is None:
        raise _too_many(asked, code)
    return locks.scan_serial(open_line["id"], mine.number)


def _too_many(same: Sequence[Mapping[str, Any]], code: str) -> PackingStopped:
    wanted = sum(line["quantity"] - line["short"] for line in same)
    return stop(
        "too_many",
        (f"多扫了：「{same[0]['title']}」只要 {wanted} 件", f"Too many: only {wanted} of {same[0]['title']}"),
        ("请把多出的这一件放回", "Put this one back"),
        scanned=code,
    )


def _not_wanted(lines: Sequence[Mapping[str, Any]], code: str) -> PackingStopped:
    same = [line for line in lines if code.upper() in (line["sku_code"].upper(), line["barcode"].upper() or None)]
    if same:
        return _too_many(same, code)
    return stop(
        "wrong_item",
        (f"拿错了：{code[:40]} 不是这一单的商品", f"Wrong article: {code[:40]} is not in this order"),
        ("请放回这件，核对清单后再扫", "Put it back, look at the list and scan again"),
        scanned=code,
    )


def empty_box(task_id: int, *, actor: Actor) -> None:
    """Everything out again: scanning begins anew. Opens its own transaction. Raises PermissionDenied, NotFound, PackingStopped."""
    need(actor, PACK)
    with transaction.atomic():
        held = _hold_box(task_id, actor)
        ids = [task["id"] for task in held]
        db.execute("update fulfilment_taskline set scanned = 0, serials = '[]' where task_id = any(%s)", (ids,))


def put_aside(task_id: int, *, actor: Actor) -> None:
    """The packer lets go of an order; anybody may open it. Opens its own transaction. Raises as `empty_box`."""
    need(actor, PACK)
    with transaction.atomic():
        ids = [task["id"] for task in _hold_box(task_id, actor)]
        db.execute("update fulfilment_taskline set scanned = 0, serials = '[]' where task_id = any(%s)", (ids,))
        db.execute(
            "update fulfilment_task set state = %s, packer_id = null, packer = '' where id = any(%s)", (PICKING, ids)
        )


def close_box(
    task_id: int, *, carrier: str, waybill_no: str, weight_g: int | None = None, weight_reason: str = "", actor: Actor
) -> list[str]:
    """The box is complete and leaves with a waybill: shelf, order, parcel and task in one transaction; its parcels' numbers.

    Orders for a pickup point leave with the carrier PICKUP, without a waybill. Orders that share the box have a parcel each.
    `weight_g` is checked where all its articles' weights are known; another weight needs a reason. Opens its own
    transaction. Raises PermissionDenied, NotFound, PackingStopped (missing, weight, changed,
    over, other_packer), and what `ship` refuses.
    """
    need(actor, PACK)
    if weight_g is not None and not 0 < weight_g <= MAX_GRAMS:
        raise ValidationFailed.one("weight_g", "range", f"应在 1 到 {MAX_GRAMS} 克之间", f"1 to {MAX_GRAMS} grams")
    waybill_no = "" if carrier == PICKUP else dispatch.checked(carrier, waybill_no)
    stopped: PackingStopped | None
    with transaction.atomic():
        held = _hold_box(task_id, actor)
        stopped = _still_wanted(held)
        if stopped is None:
            lines = db.rows(_LINES, ([task["id"] for task in held],))
            _complete(lines)
            reason = _weighed(lines, weight_g, weight_reason.strip())
            try:
                return _leave(held, lines, carrier, waybill_no, weight_g, reason, actor)
            except (NothingToShip, OrderWrongState):
                # between our look and the order's own lock it was given up; the next look says what is left
                raise stop(
                    "changed",
                    ("这一单刚刚有变化", "This order has just changed"),
                    ("请重新扫描订单号", "Scan the order's number again"),
                ) from None
    raise stopped


def _complete(lines: Sequence[Mapping[str, Any]]) -> None:
    missing = [
        (line["title"], line["quantity"] - line["short"] - line["scanned"])
        for line in lines
        if line["scanned"] < line["quantity"] - line["short"]
    ]
    if missing:
        zh = "、".join(f"「{title}」{units} 件" for title, units in missing[:3])
        en = ", ".join(f"{units} of {title}" for title, units in missing[:3])
        raise stop(
            "missing",
            (f"还差 {zh}", f"Still missing: {en}"),
            ("请扫齐后再发出；找不到就登记缺货", "Scan them before it leaves, or report them short"),
        )


def _weighed(lines: Sequence[Mapping[str, Any]], weight_g: int | None, reason: str) -> str:
    """The reason to keep with another weight than expected. Raises PackingStopped."""
    expected = expected_weight(lines)
    if weight_g is None or expected is None:
        return ""
    percent, grams = (mall_settings.get(f"fulfilment.weight_{name}") for name in ("percent", "grams"))
    if rules.weight_fits(expected, weight_g, percent, grams):
        return ""
    if not reason:
        raise stop(
            "weight",
            (
                f"重量不对：应为约 {expected} 克，称得 {weight_g} 克",
                f"Wrong weight: about {expected} g expected, {weight_g} g weighed",
            ),
            ("请打开核对；确实无误，写明原因再发出", "Open and check; if it is right, say why"),
            expected=expected,
        )
    return reason[:200]


def expected_weight(lines: Sequence[Mapping[str, Any]]) -> int | None:
    """Grams of a box with these lines; None where an article's weight is not known."""
    wanted = [(line["weight_g"], line["quantity"] - line["short"]) for line in lines]
    return rules.expected_grams(
        [pair for pair in wanted if pair[1] > 0], mall_settings.get("fulfilment.packaging_grams")
    )


@db.needs_transaction
def _leave(
    held: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, Any]], carrier: str, waybill_no: str,
    weight_g: int | None, reason: str, actor: Actor,
) -> list[str]:  # fmt: skip
    parcels: list[str] = []
    boxes: dict[str, list[Mapping[str, Any]]] = {}
    for task in held:
        boxes.setdefault(task["order_number"], []).append(task)
    carriage.drop(box_reference(held), keep=waybill_no, actor=actor)  # before the orders' rows
    box = dispatch.Box(tuple(sorted(boxes)), weight_g or expected_weight(lines) or 0)
    for number in sorted(boxes):
        mine = {task["id"] for task in boxes[number]}
        units = [
            ShippedUnits(line["line"], line["scanned"]) for line in lines if line["task_id"] in mine and line["scanned"]
        ]
        if not units:
            continue
        made = dispatch.leave(
            number,
            carrier,
            waybill_no,
            units,
            warehouse_id=held[0]["warehouse_id"],
            lead=parcels[0] if parcels and carrier != PICKUP else "",
            box=box,
            serials=_serials([line for line in lines if line["task_id"] in mine]),
            actor=actor,
        )
        parcels.append(made)
        db.execute(
            "update fulfilment_task set state = %s, parcel = %s, packed_at = kernel_now(), packer_id = %s, packer = %s,"
            " weight_g = %s, weight_reason = %s where id = any(%s)",
            (PACKED, made, actor.id, actor.label[:200], weight_g, reason, sorted(mine)),
        )
    _count_inserts(dict(zip(sorted(boxes), parcels, strict=False)), actor)
    if reason:
        audit.record(
            actor=actor, action="fulfilment.other_weight", target_type="parcel", target_id=parcels[0], reason=reason,
            after={"weight_g": weight_g},
        )  # fmt: skip
    return parcels


def _serials(lines: Sequence[Mapping[str, Any]]) -> dict[int, list[str]]:
    """The serial numbers scanned of each line of an order, in all its boxes together."""
    found: dict[int, list[str]] = {}
    for line in lines:
        if line["serials"]:
            found.setdefault(line["line"], []).extend(line["serials"])
    return found


@db.needs_transaction
def _count_inserts(parcels: Mapping[str, str], actor: Actor) -> None:
    """What was to be put in is counted, once an order, and no more than there is."""
    wanted = fitting(sorted(parcels))
    rule_ids = sorted({rule.id for found in wanted.values() for rule in found})
    if not rule_ids:
        return
    for number in sorted(parcels):
        for rule_id in locks.hold_inserts([rule.id for rule in wanted.get(number, ())]):
            db.execute(
                "insert into fulfilment_insert (rule_id, order_number, parcel) values (%s, %s, %s)"
                " on conflict (rule_id, order_number) do nothing",
                (rule_id, number, parcels[number]),
            )
