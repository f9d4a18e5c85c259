"""Goods leave: shelf, order and parcel change in one transaction, or none of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from zhanggui.carriage import services as carriage
from zhanggui.carriage.selectors import PICKUP
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SupplyMode
from zhanggui.inventory import selectors as inventory_reads
from zhanggui.inventory import selectors as inventory_selectors
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import ShipLine
from zhanggui.kernel import audit, clock, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.orders import selectors as order_selectors
from zhanggui.orders import services as orders
from zhanggui.orders.types import ShippedUnits

from .. import locks, rules
from ..collected import point_of
from ..errors import CodeNeeded, ReviewHolds, WaybillUsed, WrongDelivery
from ..events import ParcelShipped
from ..selectors import by_waybill, carriers, parcel, shipped_units
from ..states import DELIVERED, HELD, PASSED
from ..types import ParcelView
from . import collecting

_WAYBILL = re.compile(r"[A-Z0-9-]{5,40}")


@dataclass(frozen=True, slots=True)
class Box:
    """What a waybill is for: the orders that share it, and what it weighs in grams (0: not known)."""

    orders: tuple[str, ...]
    weight_g: int


METHODS = {"express": Text("快递", "express delivery"), "pickup": Text("自提", "self-pickup")}


def start_picking(order_numbers: Sequence[str], *, actor: Actor) -> list[str]:
    """The warehouse begins with these orders; those it may pick (others were cancelled or begun meanwhile). Own transactions."""
    begun = []
    for number in order_numbers:
        try:
            with transaction.atomic():
                begin_unless_held(number)
                orders.claim_for_fulfilment(number, actor=actor)
            begun.append(number)
        except Problem:
            continue
    return begun


def ship(
    order_number: str, *, carrier: str, waybill_no: str, lines: Sequence[ShippedUnits] | None = None, actor: Actor
) -> ParcelView:
    """Units of an order leave with a waybill; without `lines`, all that has not left. Opens its own transaction.

    The same waybill with the same contents again answers the parcel made first. Raises NotFound, ValidationFailed,
    WaybillUsed, WrongDelivery, ReviewHolds, and what orders and inventory refuse (OrderWrongState, NothingToShip, NotReserved).
    """
    waybill_no = checked(carrier, waybill_no)
    with transaction.atomic():
        begin_unless_held(order_number)
        return _leave(order_number, "express", carrier, waybill_no, lines, actor)


def checked(carrier: str, waybill_no: str) -> str:
    """The waybill's number as it is kept. Raises ValidationFailed for what is none, and for a carrier there is not."""
    waybill_no = re.sub(r"\s", "", waybill_no).upper()
    if not _WAYBILL.fullmatch(waybill_no):
        raise ValidationFailed.one(
            "waybill_no",
            "invalid",
            "运单号应为 5 到 40 位字母、数字或连字符",
            "must be 5 to 40 letters, digits or hyphens",
        )
    if carrier == PICKUP or carrier not in _names():
        raise ValidationFailed.one("carrier", "unknown", "没有这个承运商", "no such carrier")
    return waybill_no


@db.needs_transaction
def begin_unless_held(order_number: str) -> None:
    """The warehouse begins with an order outside a wave: no wave takes it any more. Raises ReviewHolds."""
    review = locks.hold_reviews([order_number]).get(order_number)
    if review is not None and review["state"] == HELD:
        raise ReviewHolds()
    if review is not None and review["state"] == PASSED:
        locks.taken([order_number])


@db.needs_transaction
def hold_passed(order_number: str, *, actor: Actor) -> bool:
    """Whether the review has let an order go; its review is held until the transaction ends."""
    review = locks.hold_reviews([order_number]).get(order_number)
    return review is not None and review["state"] != HELD


@db.needs_transaction
def take_elsewhere(order_number: str, warehouse_id: int, *, actor: Actor) -> None:
    """What of an order lies at that place, which is none of ours, goes its own way. Its review is held and has passed (`hold_passed`)."""
    locks.taken([order_number], warehouse_id)


@db.needs_transaction
def leave(
    order_number: str, carrier: str, waybill_no: str, units: Sequence[ShippedUnits], *, warehouse_id: int,
    lead: str = "", box: Box | None = None, serials: Mapping[int, Sequence[str]] | None = None, theirs: bool = False,
    actor: Actor,
) -> str:  # fmt: skip
    """What the packing table has checked leaves, with these `serials` of its lines; the parcel's number. `lead` is the
    parcel that has the waybill of the box; the warehouse's own units go first. `theirs`: the supplier sends it and pays its way.

    Needs a transaction. Raises as `ship`; the waybill is one that was `checked`.
    """
    method = "pickup" if carrier == PICKUP else "express"
    return _leave(
        order_number, method, carrier, waybill_no, units, actor, lead, warehouse_id, box, serials, theirs
    ).number


def set_ready(order_number: str, *, lines: Sequence[ShippedUnits] | None = None, actor: Actor) -> ParcelView:
    """Units of an order for a pickup point go there (or lie ready, where it is in the warehouse's house); without `lines`, all of it.

    Opens its own transaction. Raises NotFound, WrongDelivery, ReviewHolds, OrderWrongState, NothingToShip.
    """
    with transaction.atomic():
        begin_unless_held(order_number)
        pieces = inventory_reads.promised([order_number])
        house = pieces[0].warehouse_id if pieces else None
        return _leave(order_number, "pickup", PICKUP, "", lines, actor, warehouse_id=house)


def hand_over(order_number: str, *, lines: Sequence[ShippedUnits] | None = None, actor: Actor) -> ParcelView:
    """Units of a self-pickup order are handed to the buyer; without `lines`, all of it. Opens its own transaction.

    An order for a pickup point is handed over there, for its code. Raises NotFound, WrongDelivery, CodeNeeded, OrderWrongState,
    NothingToShip.
    """
    with transaction.atomic():
        known = order_selectors.find(order_number)
        if known is not None and point_of(known):
            raise CodeNeeded()
        made = _leave(order_number, "pickup", PICKUP, "", lines, actor)
        held = locks.parcels_of_orders([order_number])
        for row in held:
            if row["number"] == made.number:
                locks.move(row["id"], DELIVERED, clock.now())
        order = order_selectors.find(order_number)
        if order is not None and order["status"] == "shipped":
            orders.record_delivery(order_number, actor=actor)
        found = parcel(made.number)
        assert found is not None
        return found


def _names() -> dict[str, str]:
    return {carrier.code: carrier.name for carrier in carriers()}


@db.needs_transaction
def _leave(
    order_number: str, method: str, carrier: str, waybill_no: str, lines: Sequence[ShippedUnits] | None, actor: Actor,
    lead: str = "", warehouse_id: int | None = None, box: Box | None = None,
    serials: Mapping[int, Sequence[str]] | None = None, theirs: bool = False,
) -> ParcelView:  # fmt: skip
    order = order_selectors.find(order_number)
    if order is None:
        raise NotFound()
    if order["delivery_method"] != method:
        raise WrongDelivery(method=METHODS.get(order["delivery_method"], Text(*[order["delivery_method"]] * 2)))
    fetched = carrier == PICKUP and bool(point_of(order))
    if fetched:
        collecting.begin(order)
    number = ids.document_number("P")
    own_waybill, lead_id = (waybill_no, None) if not lead else ("", _id_of(lead))
    parcel_id = locks.open_parcel(number, order_number, carrier, _names()[carrier], own_waybill, lead_id)
    if parcel_id is None:
        return _earlier(order_number, carrier, waybill_no, lines)
    if own_waybill:
        box = box or Box((order_number,), _grams(order, lines))
        carriage.use(
            carrier, own_waybill, reference=number, documents=box.orders, province=order["province"], weight_g=box.weight_g,
            phone=order["contact_mobile"], free=theirs, actor=actor,
        )  # fmt: skip
    units = _merged(lines) if lines is not None else _left(order)
    orders.record_shipment(order_number, units, actor=actor, parcel=number)
    picks = inventory_reads.picks_of(order_number, warehouse_id, serials) if serials and warehouse_id else []
    inventory.ship(
        [ShipLine(order_number, u.line, u.quantity, number, warehouse_id) for u in units], picks=picks, actor=actor
    )
    _write_lines(parcel_id, order, units, serials or {})
    outbox.record(ParcelShipped(number, order_number, carrier, waybill_no))
    audit.record(
        actor=actor, action="fulfilment.ship", target_type="order", target_id=order_number,
        after={"parcel": number, "carrier": carrier, "waybill_no": waybill_no},
    )  # fmt: skip
    if fetched:
        collecting.settle_at_home(order_number, number, warehouse_id, actor=actor)
    made = parcel(number)
    assert made is not None
    return made


def _grams(order: dict[str, Any], lines: Sequence[ShippedUnits] | None) -> int:
    """What units of an order should weigh with their packaging, in grams; 0 where an article's weight is not known."""
    left = {
        line["line"]: line["quantity"] - line["shipped_quantity"] - line["refunded_quantity"] for line in order["lines"]
    }
    units = {unit.line: unit.quantity for unit in lines} if lines is not None else left
    facts = catalog.packing_facts(sorted({line["sku_id"] for line in order["lines"] if line["sku_id"]}))
    wanted = [
        (facts.get(line["sku_id"], ("", 0))[1], units.get(line["line"], 0))
        for line in order["lines"]
        if units.get(line["line"], 0) > 0
    ]
    return rules.expected_grams(wanted, mall_settings.get("fulfilment.packaging_grams")) or 0


def _id_of(parcel_number: str) -> int:
    row = db.row("select id from fulfilment_parcel where number = %s", (parcel_number,))
    assert row is not None
    return int(row["id"])


def _earlier(order_number: str, carrier: str, waybill_no: str, lines: Sequence[ShippedUnits] | None) -> ParcelView:
    """The parcel that the waybill already is, when it is the same."""
    first = by_waybill(carrier, waybill_no)
    assert first is not None
    same = lines is None or shipped_units([first]) == {u.line: u.quantity for u in _merged(lines)}
    if first.order_number != order_number or not same:
        raise WaybillUsed(waybill_no=waybill_no, parcel=first.number, extra={"parcel": first.number})
    return first


def _merged(lines: Sequence[ShippedUnits]) -> list[ShippedUnits]:
    """One entry per line. Raises ValidationFailed."""
    units: dict[int, int] = {}
    for unit in lines:
        if not 0 < unit.quantity <= 1_000_000:
            raise ValidationFailed.one("lines", "range", "发货数量应大于 0", "quantities must be positive")
        units[unit.line] = units.get(unit.line, 0) + unit.quantity
    if not units:
        raise ValidationFailed.one("lines", "required", "请选择要发货的商品", "say what is to be shipped")
    return [ShippedUnits(line, quantity) for line, quantity in sorted(units.items())]


def _left(order: dict[str, Any]) -> list[ShippedUnits]:
    """All that has neither left nor been given back, but for what suppliers send.

    If it changed meanwhile, the conditional writes refuse it.
    """
    left = [
        (line["line"], line["quantity"] - line["shipped_quantity"] - line["refunded_quantity"])
        for line in order["lines"]
    ]
    if any(line["supply_mode"] == SupplyMode.DROPSHIPPED for line in order["lines"]):
        theirs: dict[int, int] = {}
        for piece in inventory_selectors.at_suppliers([order["number"]]):
            theirs[piece.line] = theirs.get(piece.line, 0) + piece.units
        left = [(line, quantity - theirs.get(line, 0)) for line, quantity in left]
    units = [ShippedUnits(line, quantity) for line, quantity in left if quantity > 0]
    if not units:
        raise ValidationFailed.one("lines", "nothing_left", "没有待发货的商品", "nothing is left to ship")
    return units


def _write_lines(
    parcel_id: int, order: dict[str, Any], units: Sequence[ShippedUnits], serials: Mapping[int, Sequence[str]]
) -> None:
    known = {line["line"]: line for line in order["lines"]}
    rows = [
        {
            "line": u.line,
            "quantity": u.quantity,
            "sku_code": known[u.line]["sku"],
            "title": known[u.line]["title"],
            "serials": list(serials.get(u.line, ())),
        }
        for u in units
    ]
    db.execute(
        "insert into fulfilment_parcelline (parcel_id, line, sku_code, title, quantity, serials)"
        " select %s, r.line, r.sku_code, r.title, r.quantity, r.serials"
        " from jsonb_to_recordset(%s) as r(line int, sku_code text, title text, quantity int, serials jsonb)",
        (parcel_id, db.Json(rows)),
    )
