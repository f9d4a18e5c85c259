"""Papers for parcels. They show whom goods go to, so each printing is on record like a look (SEC-02)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from zhanggui.carriage import selectors as carriage
from zhanggui.carriage.selectors import ONLINE, PICKUP
from zhanggui.carriage.types import WaybillView
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import mask_mobile
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.orders import selectors as orders

from .. import papers, warehouse
from ..papers import Goods, Label, Party, Picking, PickPlace, Slip
from ..permissions import PRINT, WAVES, need
from ..selectors import parcels_of
from ..types import ParcelView, TaskLineView

MOST = 200
_ALIVE = ("paid", "fulfilling", "shipped", "delivered", "completed")


def print_labels(
    order_numbers: Sequence[str], *, parcel: str = "", box: str = "", actor: Actor
) -> tuple[bytes, list[str]]:
    """Waybill labels (面单) as a PDF, a page for each parcel, and the orders that have none to print.

    An order that has not left whole gets a label for each box that has its waybill, or one for what is left with room for the
    waybill; one that has gets those of its parcels again, or that of `parcel` alone. Where the carrier has the receiver's phone from
    us (it gave the number itself) the label shows it masked, as carriers do. Only paid orders that are sent have labels. Opens its
    own transaction for the record.
    Raises PermissionDenied, ValidationFailed (nothing to print, or more than 200 orders), NoChineseFont.
    """

    def pages(order: Mapping[str, Any], sent: Sequence[ParcelView]) -> Iterable[Label]:
        known = {line["line"]: line for line in order["lines"]}
        left = _left(order)
        if left and not parcel:
            boxes = [waybill for waybill in ready.get(order["number"], []) if box in ("", waybill.reference)]
            for waybill in boxes:
                task = tasks.get(waybill.reference)
                goods = [_wanted(line) for line in task.lines if line.wanted] if task else left
                yield _with_waybill(order, waybill, goods, str(task.basket) if task and task.basket else "")
            if not boxes:
                yield _label(order, "", "", left)
            return
        for each in sent:
            if each.carrier != PICKUP and parcel in ("", each.number):
                goods = [
                    Goods(line.sku_code, line.title, known.get(line.line, {}).get("options", ""), line.quantity)
                    for line in each.lines
                ]
                used = given.get((each.carrier, each.waybill_no))
                if used is not None:
                    yield _with_waybill(order, used, goods)
                else:
                    yield _label(order, each.carrier_name, each.waybill_no, goods)

    def wanted(order: Mapping[str, Any]) -> bool:
        return order["delivery_method"] == "express"

    size = mall_settings.get("fulfilment.label_size")
    numbers = list(order_numbers)[:MOST]
    ready = carriage.unused_of(numbers)
    given = carriage.used_of(numbers)
    tasks = warehouse.tasks_by_box(list(ready)) if ready else {}
    return _printed(
        order_numbers, "fulfilment.print_labels", wanted, pages, lambda made: papers.labels(made, size), actor
    )


def print_slips(order_numbers: Sequence[str], *, actor: Actor) -> tuple[bytes, list[str]]:
    """Packing slips (发货清单) as a PDF, one for each order: what is left to send, else all that was sent; and the orders without.

    Opens its own transaction for the record. Raises PermissionDenied, ValidationFailed, NoChineseFont.
    """

    def pages(order: Mapping[str, Any], sent: Sequence[ParcelView]) -> Iterable[Slip]:
        left = _left(order)
        goods = left or [_goods(line, units) for line in order["lines"] if (units := _kept(line)) > 0]
        last = sent[-1] if sent and not left else None
        pickup = order["delivery_method"] == "pickup"
        yield Slip(
            order["number"],
            mall_settings.get("mall.name"),
            _receiver(order),
            _sender(),
            goods,
            order["placed_at"],
            carrier=last.carrier_name if last and not pickup else "",
            waybill_no=last.waybill_no if last else "",
            note=order["buyer_note"],
            pickup=pickup,
            link=_link(order),
            return_card=card and not pickup,
        )

    card = mall_settings.get("fulfilment.return_card")
    size = mall_settings.get("fulfilment.slip_size")
    return _printed(
        order_numbers, "fulfilment.print_slips", lambda _: True, pages, lambda made: papers.slips(made, size), actor
    )


def print_pick_list(wave: str, *, actor: Actor) -> bytes:
    """The pick list (拣货单) of a wave as a PDF: it names no buyers, so nothing is recorded.

    Raises PermissionDenied, NotFound, ValidationFailed (all of it is packed), NoChineseFont.
    """
    need(actor, WAVES)
    head, lines = warehouse.wave(wave), warehouse.pick_list(wave)
    if not lines:
        raise ValidationFailed.one("wave", "nothing", "这个波次没有待拣的商品", "nothing of this wave is left to pick")
    names = {each.id: each.name for each in inventory.warehouses()}
    several = head.kind != "single"
    places = [
        PickPlace(
            line.place, line.sku_code, line.barcode, line.title, line.options, line.units,
            "  ".join(f"{basket}×{units}" for basket, units in line.baskets) if several else "",
        )
        for line in lines
    ]  # fmt: skip
    kind = {"single": "单品波次", "multi": "多品波次", "mixed": "混合波次"}[head.kind]
    return papers.picking(
        Picking(head.number, names.get(head.warehouse_id, ""), kind, head.made_at, head.orders, places)
    )


def _printed(
    order_numbers: Sequence[str],
    action: str,
    wanted: Callable[[Mapping[str, Any]], bool],
    pages: Callable[[Mapping[str, Any], Sequence[ParcelView]], Iterable[Any]],
    draw: Callable[[list[Any]], bytes],
    actor: Actor,
) -> tuple[bytes, list[str]]:
    """Two statements to read and one to write, however many orders there are; drawn outside the transaction."""
    need(actor, PRINT)
    numbers = list(dict.fromkeys(order_numbers))
    if not 0 < len(numbers) <= MOST:
        raise ValidationFailed.one("ids", "range", f"请选择 1 到 {MOST} 个订单", f"choose 1 to {MOST} orders")
    found, sent = orders.find_many(numbers), parcels_of(numbers)
    open_ = orders.sees_buyers(actor, asked=True)
    made: list[Any] = []
    entries = []
    for number in numbers:
        order = found.get(number)
        if order is None or order["status"] not in _ALIVE or order["hold"] or not wanted(order):
            continue
        before = len(made)
        made += pages(orders.masked(order, actor, asked=True), sent[number])
        if len(made) > before:
            after = {"pages": len(made) - before, "in_full": open_}
            entries.append(audit.row(actor=actor, action=action, target_type="order", target_id=number, after=after))
    if not made:
        raise ValidationFailed.one(
            "ids",
            "nothing",
            "所选订单没有可以打印的：须已付款且未取消，面单还须是快递订单",
            "nothing to print: orders must be paid and alive, and for labels go by express",
        )
    pdf = draw(made)
    with transaction.atomic():
        audit.record_many(entries)
    printed = {entry["target_id"] for entry in entries}
    return pdf, [number for number in numbers if number not in printed]


def _left(order: Mapping[str, Any]) -> list[Goods]:
    """What has neither left nor been given back, while there is anything to send."""
    if order["status"] not in ("paid", "fulfilling"):
        return []
    left = [(line, _kept(line) - line["shipped_quantity"]) for line in order["lines"]]
    return [_goods(line, units) for line, units in left if units > 0]


def _kept(line: Mapping[str, Any]) -> int:
    return int(line["quantity"] - line["refunded_quantity"])


def _goods(line: Mapping[str, Any], units: int) -> Goods:
    title = f"【赠品】{line['title']}" if orders.is_gift(line["discounts"]) else line["title"]
    return Goods(line["sku"], title, " ".join(filter(None, (line["options"], orders.made_as(line)))), units)


def _label(order: Mapping[str, Any], carrier: str, waybill_no: str, goods: Sequence[Goods]) -> Label:
    return Label(order["number"], carrier, waybill_no, _receiver(order), _sender(), goods, clock.now())


def _wanted(line: TaskLineView) -> Goods:
    return Goods(line.sku_code, line.title, line.options, line.wanted)


def _with_waybill(order: Mapping[str, Any], waybill: WaybillView, goods: Sequence[Goods], box: str = "") -> Label:
    plain = _label(order, carriage.names()[waybill.carrier].name, waybill.number, goods)
    who = plain.receiver
    if waybill.service in ONLINE:
        who = Party(who.name, mask_mobile(who.mobile), who.address)
    route, package, sorting = (str(waybill.label.get(name, "")) for name in ("route", "package", "sorting"))
    return replace(plain, receiver=who, route=route, package=package, sorting=sorting, box=box)


def _receiver(order: Mapping[str, Any]) -> Party:
    where = [order["province"], order["city"] if order["city"] != order["province"] else "", order["district"]]
    address = " ".join(part for part in (*where, order["address_line"]) if part)
    return Party(order["contact_name"], order["contact_mobile"], address)


def _sender() -> Party:
    name = mall_settings.get("fulfilment.sender_name") or mall_settings.get("mall.name")
    phone, address = (mall_settings.get(f"fulfilment.sender_{part}") for part in ("phone", "address"))
    return Party(name, phone, address)


def _link(order: Mapping[str, Any]) -> str:
    """Where the buyer follows the order; a guest needs its token."""
    number = str(order["number"])
    token = "" if order["member_id"] else f"?token={quote(orders.access_token(number))}"
    return f"{settings.PUBLIC_URL.rstrip('/')}/orders/{number}{token}"
