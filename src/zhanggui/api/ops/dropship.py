"""Dropshipping: orders that suppliers send, the suppliers, what they hold, and how products are supplied."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from zhanggui.catalog import selectors as catalog
from zhanggui.dropship import selectors, services
from zhanggui.dropship.types import (
    PartnerView,
    ReturnTo,
    Short,
    Stated,
    SupplierOrderRow,
    SupplierOrderView,
)
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import BIGINT, Amount, Answer, Body, Cursor, Day, Flag, Limit, PathId, integer, line
from .common import Code, ReasonIn, SkuCode, show, show_list, show_page, sku_ids

router = Router()
READ, MANAGE = Staff("dropship.read"), Staff("dropship.manage")
ORDER, PARTNER = describe(SupplierOrderView), describe(PartnerView)
Units = integer(0, 1_000_000)
Line = integer(1, 10_000)


class ReturnAddressIn(Body):
    """Where buyers' returns go."""

    name: line(100, required=False) = ""  # type: ignore[valid-type]
    phone: line(24, required=False) = ""  # type: ignore[valid-type]
    address: line(300, required=False) = ""  # type: ignore[valid-type]


class DropshipSupplierIn(Body):
    return_to: ReturnAddressIn = ReturnAddressIn()
    active: Flag = True


class SupplierStockRow(Body):
    """All that is there, what unsent orders need included."""

    sku: SkuCode
    on_hand: Units  # type: ignore[valid-type]


class SupplierStockIn(Body):
    rows: Annotated[list[SupplierStockRow], Field(min_length=1, max_length=5000)]


class SupplierConfirmIn(Body):
    ready_on: Day | None = None


class SupplierRefuseIn(Body):
    reason: Literal["out_of_stock", "price", "address", "busy", "other"]
    words: line(500, required=False) = ""  # type: ignore[valid-type]


class SupplierUnits(Body):
    line: Line  # type: ignore[valid-type]
    quantity: integer(1, 1_000_000)  # type: ignore[valid-type]


class SupplierShipIn(Body):
    """Without `lines` all that is to come. The same waybill again answers the same parcel."""

    carrier: line(20)  # type: ignore[valid-type]
    waybill_no: line(60)  # type: ignore[valid-type]
    lines: Annotated[list[SupplierUnits], Field(max_length=200)] = []


class SupplierPrice(Body):
    line: Line  # type: ignore[valid-type]
    price: Amount


class SupplierPricesIn(Body):
    prices: Annotated[list[SupplierPrice], Field(min_length=1, max_length=200)]


class SupplierTakeBackIn(Body):
    line: Line  # type: ignore[valid-type]
    quantity: integer(1, 1_000_000)  # type: ignore[valid-type]
    reason: line(200)  # type: ignore[valid-type]


class SupplyIn(Body):
    """By the codes of products, or of their SKUs. Without `promise_hours` they leave as the mall promises for goods of that kind."""

    codes: Annotated[list[Code], Field(min_length=1, max_length=1000)]
    mode: Literal["stocked", "dropshipped"]
    promise_hours: integer(1, 2400) | None = None  # type: ignore[valid-type]


class SupplierParcel(Answer):
    parcel: str


class SupplierReturn(Answer):
    number: str


class SupplyChanged(Answer):
    changed: list[int]


@router.get("/dropship/orders", auth=READ, response=paged(SupplierOrderRow), summary="Supplier orders, newest first")
def orders(
    request: HttpRequest,
    state: Literal["", "open", "sent", "confirmed", "shipped", "refused", "recalled", "cancelled"] = "",
    supplier: Annotated[int, Query(ge=1, le=BIGINT)] | None = None,
    late: bool = False,
    q: Annotated[str, Query(max_length=40)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    found = selectors.supplier_orders(state=state, supplier_id=supplier, late=late, q=q, cursor=cursor, limit=limit)
    return show_page(request, found)


@router.get("/dropship/orders/{number}", auth=READ, response=ORDER, summary="One supplier order")
def order(request: HttpRequest, number: Code) -> HttpResponse:
    return show(request, selectors.supplier_order(number))


@router.post("/dropship/orders/{number}/confirm", auth=MANAGE, response=ORDER, summary="The supplier will send it")
def confirm(request: HttpRequest, number: Code, body: SupplierConfirmIn) -> HttpResponse:
    services.confirm(number, ready_on=body.ready_on, actor=actor(request))
    return show(request, selectors.supplier_order(number))


@router.post("/dropship/orders/{number}/refuse", auth=MANAGE, response=ORDER, summary="The supplier does not send it")
def refuse(request: HttpRequest, number: Code, body: SupplierRefuseIn) -> HttpResponse:
    services.refuse(number, reason=body.reason, words=body.words, actor=actor(request))
    return show(request, selectors.supplier_order(number))


@router.post(
    "/dropship/orders/{number}/ship",
    auth=MANAGE,
    response={201: SupplierParcel},
    summary="A parcel left at the supplier's",
)
def ship(request: HttpRequest, number: Code, body: SupplierShipIn) -> HttpResponse:
    units: dict[int, int] = {}
    for each in body.lines:
        units[each.line] = units.get(each.line, 0) + each.quantity
    parcel = services.ship(
        number, carrier=body.carrier, waybill_no=body.waybill_no, units=units or None, actor=actor(request)
    )
    return show(request, {"parcel": parcel}, 201)


@router.post("/dropship/orders/{number}/stop", auth=MANAGE, response=ORDER, summary="What was called back was stopped")
def stop(request: HttpRequest, number: Code, body: ReasonIn) -> HttpResponse:
    services.stop(number, words=body.reason, actor=actor(request))
    return show(request, selectors.supplier_order(number))


@router.post("/dropship/orders/{number}/resend", auth=MANAGE, response=ORDER, summary="Send what was refused anew")
def resend(request: HttpRequest, number: Code, body: ReasonIn) -> HttpResponse:
    services.resend(number, reason=body.reason, actor=actor(request))
    return show(request, selectors.supplier_order(number))


@router.put("/dropship/orders/{number}/prices", auth=MANAGE, response=ORDER, summary="Prices that were not agreed")
def prices(request: HttpRequest, number: Code, body: SupplierPricesIn) -> HttpResponse:
    services.set_prices(number, {each.line: each.price for each in body.prices}, actor=actor(request))
    return show(request, selectors.supplier_order(number))


@router.post(
    "/dropship/orders/{number}/returns",
    auth=MANAGE,
    response={201: SupplierReturn},
    summary="Units came back to the supplier",
)
def take_back(request: HttpRequest, number: Code, body: SupplierTakeBackIn) -> HttpResponse:
    made = services.take_back(number, body.line, body.quantity, reason=body.reason, actor=actor(request))
    return show(request, {"number": made}, 201)


@router.get("/dropship/suppliers", auth=READ, response=listed(PartnerView), summary="Suppliers who send for the mall")
def partners(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.partners())


@router.put("/dropship/suppliers/{supplier_id}", auth=MANAGE, response=PARTNER, summary="A supplier sends for the mall")
def put_partner(request: HttpRequest, supplier_id: PathId, body: DropshipSupplierIn) -> HttpResponse:
    """Made where there is none yet."""
    to = ReturnTo(**body.return_to.model_dump())
    if selectors.partner(supplier_id) is None:
        services.open_partner(supplier_id, return_to=to, actor=actor(request))
    if (view := selectors.partner(supplier_id)) is None:
        raise NotFound()
    if view.active != body.active or view.return_to != to:
        services.change_partner(supplier_id, return_to=to, active=body.active, actor=actor(request))
    return show(request, selectors.partner(supplier_id))


@router.put(
    "/dropship/suppliers/{supplier_id}/stock", auth=MANAGE, response=listed(Short),
    summary="What a supplier holds; what his orders are short of",
)  # fmt: skip
def state_stock(request: HttpRequest, supplier_id: PathId, body: SupplierStockIn) -> HttpResponse:
    ids = sku_ids([row.sku for row in body.rows])
    rows = [Stated(sku, row.on_hand) for sku, row in zip(ids, body.rows, strict=True)]
    return show_list(request, services.state_stock(supplier_id, rows, actor=actor(request)))


@router.put("/dropship/supply", auth=MANAGE, response=SupplyChanged, summary="How products are supplied")
def set_supply(request: HttpRequest, body: SupplyIn) -> HttpResponse:
    found = catalog.products_by_code(body.codes)
    unknown = Text("没有这个编码", "no such code")
    errors = [FieldError(f"codes.{i}", "unknown", unknown) for i, code in enumerate(body.codes) if code not in found]
    if errors:
        raise ValidationFailed(errors=errors)
    products = list(dict.fromkeys(found[code] for code in body.codes))
    changed = services.set_supply(products, body.mode, promise_hours=body.promise_hours, actor=actor(request))
    return show(request, {"changed": changed})
