"""Stock in depth: states, shelves, batches, serial numbers, locks, transfers, samples."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import AwareDatetime, Field, StringConstraints

from zhanggui.inventory import selectors, services
from zhanggui.inventory.types import (
    Arrival,
    BatchView,
    LocationDraft,
    LocationView,
    LockView,
    PlacementView,
    SampleView,
    SerialStepView,
    SerialView,
    Spot,
    StateView,
    TransferRow,
    TransferView,
)
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..describing import describe, listed
from ..fields import Body, Day, Flag, Int64, PathId, integer, line
from .common import Code, Reason, SkuCode, show, show_list, sku_ids

router = Router()
VIEW, CHANGE, WAREHOUSES, TRANSFER, LOCK = (
    Staff(f"inventory.{right}") for right in ("view", "change", "warehouses", "transfer", "lock")
)
Units = integer(1, 10**9)
Serials = Annotated[
    list[Annotated[str, StringConstraints(strict=True, min_length=1, max_length=80)]], Field(max_length=1000)
]


class SpotIn(Body):
    """Units at a shelf, of a batch, in a state (good, damaged, expired, quality). Without all three: what has no shelf."""

    sku: SkuCode
    warehouse_id: Int64
    quantity: Units  # type: ignore[valid-type]
    location: line(40, required=False) = ""  # type: ignore[valid-type]
    batch: line(60, required=False) = ""  # type: ignore[valid-type]
    state: line(8, required=False) = "good"  # type: ignore[valid-type]
    serials: Serials = []


class SpotsIn(Body):
    spots: Annotated[list[SpotIn], Field(min_length=1, max_length=500)]
    reason: Reason


class MoveIn(Body):
    """`to` is the shelf's code."""

    spots: Annotated[list[SpotIn], Field(min_length=1, max_length=500)]
    to: line(40)  # type: ignore[valid-type]
    reason: line(200, required=False) = ""  # type: ignore[valid-type]


class LocationIn(Body):
    """`kind`: pick, bulk, receiving, quality, damaged. Pickers walk from small to large `walk`."""

    code: line(40)  # type: ignore[valid-type]
    kind: line(10, required=False) = "pick"  # type: ignore[valid-type]
    walk: integer(0, 1_000_000) = 0  # type: ignore[valid-type]
    active: Flag = True


class LocationsIn(Body):
    rows: Annotated[list[LocationIn], Field(min_length=1, max_length=1000)]


class TrackingIn(Body):
    """What is asked when the SKU comes and goes; `unsold_days` null: the setting."""

    batches: Flag = False
    serials: Flag = False
    unsold_days: integer(0, 3650) | None = None  # type: ignore[valid-type]


class StockLockIn(Body):
    sku: SkuCode
    warehouse_id: Int64
    quantity: Units  # type: ignore[valid-type]
    reason: Reason
    reference: line(80, required=False) = ""  # type: ignore[valid-type]
    until: AwareDatetime | None = None


class UnlockIn(Body):
    """Without `quantity`, all of it."""

    reason: Reason
    quantity: Units | None = None  # type: ignore[valid-type]


class StockTransferRowIn(Body):
    sku: SkuCode
    quantity: Units  # type: ignore[valid-type]
    batch: line(60, required=False) = ""  # type: ignore[valid-type]
    location: line(40, required=False) = ""  # type: ignore[valid-type]
    serials: Serials = []


class StockTransferIn(Body):
    source_id: Int64
    target_id: Int64
    rows: Annotated[list[StockTransferRowIn], Field(min_length=1, max_length=1000)]
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class ArrivalIn(Body):
    """Units of a line that have come; `location` in the target warehouse."""

    line: Int64
    quantity: Units  # type: ignore[valid-type]
    location: line(40, required=False) = ""  # type: ignore[valid-type]
    serials: Serials = []


class ArrivalsIn(Body):
    arrivals: Annotated[list[ArrivalIn], Field(min_length=1, max_length=1000)]


class CloseIn(Body):
    """`reason` is needed where units are missing."""

    reason: line(200, required=False) = ""  # type: ignore[valid-type]


class SampleIn(Body):
    spot: SpotIn
    taker: line(80)  # type: ignore[valid-type]
    purpose: line(200)  # type: ignore[valid-type]
    due_on: date | None = None


class SampleBackIn(Body):
    returned: integer(0, 10**9) = 0  # type: ignore[valid-type]
    kept: integer(0, 10**9) = 0  # type: ignore[valid-type]
    damaged: Flag = False
    location: line(40, required=False) = ""  # type: ignore[valid-type]
    serials: Serials = []


def _spots(given: list[SpotIn]) -> list[Spot]:
    ids = sku_ids([row.sku for row in given])
    return [
        Spot(sku_id, row.warehouse_id, row.quantity, row.location, row.batch, row.state, tuple(row.serials))
        for sku_id, row in zip(ids, given, strict=True)
    ]


def _states(request: HttpRequest, spots: list[Spot]) -> HttpResponse:
    return show_list(request, selectors.states(sorted({spot.sku_id for spot in spots})))


@router.get("/stock/states", auth=VIEW, response=listed(StateView), summary="All states of SKUs by warehouse")
def states(request: HttpRequest, sku: Annotated[list[str], Query(min_length=1, max_length=200)]) -> HttpResponse:
    return show_list(request, selectors.states(sku_ids(sku, "sku.{}")))


@router.get("/stock/places", auth=VIEW, response=listed(PlacementView), summary="Where a SKU lies")
def places(request: HttpRequest, sku: Annotated[str, Query(max_length=100)]) -> HttpResponse:
    return show_list(request, selectors.placements(sku_id=sku_ids([sku], "sku")[0]))


@router.post("/stock/move", auth=CHANGE, response=listed(StateView), summary="Put units on a shelf")
def move(request: HttpRequest, body: MoveIn) -> HttpResponse:
    spots = _spots(body.spots)
    services.move(spots, to=body.to, reason=body.reason, actor=actor(request))
    return _states(request, spots)


@router.post("/stock/damage", auth=CHANGE, response=listed(StateView), summary="Units are damaged, and stay")
def damage(request: HttpRequest, body: SpotsIn) -> HttpResponse:
    spots = _spots(body.spots)
    services.damage(spots, reason=body.reason, actor=actor(request))
    return _states(request, spots)


@router.post("/stock/mend", auth=CHANGE, response=listed(StateView), summary="Damaged units are good again")
def mend(request: HttpRequest, body: SpotsIn) -> HttpResponse:
    spots = _spots(body.spots)
    services.mend(spots, reason=body.reason, actor=actor(request))
    return _states(request, spots)


@router.post("/stock/scrap", auth=CHANGE, response=listed(StateView), summary="Units leave for good")
def scrap(request: HttpRequest, body: SpotsIn) -> HttpResponse:
    spots = _spots(body.spots)
    services.scrap(spots, reason=body.reason, actor=actor(request))
    return _states(request, spots)


@router.put("/stock/tracking/{sku}", auth=WAREHOUSES, response={204: None}, summary="What is asked of a SKU")
def set_tracking(request: HttpRequest, sku: Code, body: TrackingIn) -> HttpResponse:
    services.set_tracking(sku_ids([sku], "sku")[0], **body.model_dump(), actor=actor(request))
    return HttpResponse(status=204)


@router.get(
    "/stock/batches", auth=VIEW, response=listed(BatchView), summary="Batches that expire within so many days, or have"
)
def batches(request: HttpRequest, days: Annotated[int, Query(ge=0, le=3650)] = 30) -> HttpResponse:
    """The first 1000, first expired first."""
    return show_list(request, selectors.batches_near_expiry(days, limit=1000).items)


class DatesIn(Body):
    """A date left out is none: the batch never expires, or nobody knows when it was made."""

    produced_on: Day | None = None
    expires_on: Day | None = None
    reason: Reason


@router.get("/stock/batches/undated", auth=VIEW, response=listed(BatchView), summary="Batches without an expiry date")
def undated_batches(request: HttpRequest) -> HttpResponse:
    """The newest 1000."""
    return show_list(request, selectors.batches_without_date(limit=1000).items)


@router.put(
    "/stock/batches/{batch_id}/dates", auth=CHANGE, response=describe(BatchView), summary="The dates of a batch"
)
def date_batch(request: HttpRequest, batch_id: PathId, body: DatesIn) -> HttpResponse:
    """What may be sold again comes back to sale, what may not leaves it."""
    services.date_batch(
        batch_id, produced_on=body.produced_on, expires_on=body.expires_on, reason=body.reason, actor=actor(request)
    )
    return show(request, selectors.batch(batch_id))


@router.get("/stock/serials/{number}", auth=VIEW, response=listed(SerialView), summary="Units with a serial number")
def serials(request: HttpRequest, number: Code) -> HttpResponse:
    return show_list(request, selectors.serials(number))


@router.get(
    "/stock/serials/{number}/steps",
    auth=VIEW,
    response=listed(SerialStepView),
    summary="Where a unit has been, newest first",
)
def serial_steps(request: HttpRequest, number: Code, sku: Annotated[str, Query(max_length=100)]) -> HttpResponse:
    sku_id = sku_ids([sku], "sku")[0]
    found = next((view for view in selectors.serials(number) if view.sku_id == sku_id), None)
    if found is None:
        raise NotFound()
    return show_list(request, selectors.serial_steps(found.id))


@router.get("/stock/locks", auth=VIEW, response=listed(LockView), summary="What is locked")
def stock_locks(request: HttpRequest) -> HttpResponse:
    """The newest 200."""
    return show_list(request, selectors.stock_locks(limit=200).items)


@router.post("/stock/locks", auth=LOCK, response=listed(LockView), summary="Keep units from sale")
def lock(request: HttpRequest, body: StockLockIn) -> HttpResponse:
    """Until a moment, then they are for sale again by themselves."""
    sku_id = sku_ids([body.sku], "sku")[0]
    services.lock(
        sku_id, body.warehouse_id, body.quantity, reason=body.reason, until=body.until, reference=body.reference, actor=actor(request)
    )  # fmt: skip
    return show_list(request, selectors.stock_locks(sku_id=sku_id).items)


@router.post("/stock/locks/{lock_id}/unlock", auth=LOCK, response=listed(LockView), summary="Let locked units go")
def unlock(request: HttpRequest, lock_id: PathId, body: UnlockIn) -> HttpResponse:
    services.unlock(lock_id, quantity=body.quantity, reason=body.reason, actor=actor(request))
    return show_list(request, selectors.stock_locks(limit=200).items)


@router.get("/stock/transfers", auth=VIEW, response=listed(TransferView), summary="Transfers, newest first")
def transfers(request: HttpRequest, state: Annotated[str, Query(max_length=10)] = "") -> HttpResponse:
    """The newest 200, without their lines."""
    return show_list(request, selectors.transfers(state=state, limit=200).items)


def _one(request: HttpRequest, number: str) -> HttpResponse:
    view = selectors.transfer(number)
    if view is None:
        raise NotFound()
    return show_list(request, [view])


@router.get("/stock/transfers/{number}", auth=VIEW, response=listed(TransferView), summary="A transfer with its lines")
def transfer(request: HttpRequest, number: Code) -> HttpResponse:
    return _one(request, number)


@router.post("/stock/transfers", auth=TRANSFER, response=listed(TransferView), summary="Draft a transfer")
def draft_transfer(request: HttpRequest, body: StockTransferIn) -> HttpResponse:
    ids = sku_ids([row.sku for row in body.rows])
    rows = [
        TransferRow(sku_id, row.quantity, row.batch, row.location, tuple(row.serials))
        for sku_id, row in zip(ids, body.rows, strict=True)
    ]
    number = services.draft_transfer(body.source_id, body.target_id, rows, note=body.note, actor=actor(request))
    return _one(request, number)


@router.post("/stock/transfers/{number}/send", auth=TRANSFER, response=listed(TransferView), summary="Send a transfer")
def send_transfer(request: HttpRequest, number: Code) -> HttpResponse:
    services.send_transfer(number, actor=actor(request))
    return _one(request, number)


@router.post(
    "/stock/transfers/{number}/receive", auth=TRANSFER, response=listed(TransferView), summary="Book what came"
)
def receive_transfer(request: HttpRequest, number: Code, body: ArrivalsIn) -> HttpResponse:
    arrivals = [Arrival(row.line, row.quantity, row.location, tuple(row.serials)) for row in body.arrivals]
    services.receive_transfer(number, arrivals, actor=actor(request))
    return _one(request, number)


@router.post(
    "/stock/transfers/{number}/close", auth=TRANSFER, response=listed(TransferView), summary="Wait for no more"
)
def close_transfer(request: HttpRequest, number: Code, body: CloseIn) -> HttpResponse:
    services.close_transfer(number, reason=body.reason, actor=actor(request))
    return _one(request, number)


@router.post(
    "/stock/transfers/{number}/cancel", auth=TRANSFER, response=listed(TransferView), summary="Give a draft up"
)
def cancel_transfer(request: HttpRequest, number: Code) -> HttpResponse:
    services.cancel_transfer(number, actor=actor(request))
    return _one(request, number)


@router.get("/stock/samples", auth=VIEW, response=listed(SampleView), summary="Samples that are out")
def samples(request: HttpRequest) -> HttpResponse:
    """The newest 200."""
    return show_list(request, selectors.samples(limit=200).items)


@router.post("/stock/samples", auth=CHANGE, response=listed(SampleView), summary="Take a sample")
def take_sample(request: HttpRequest, body: SampleIn) -> HttpResponse:
    (spot,) = _spots([body.spot])
    number = services.take_sample(
        spot, taker=body.taker, purpose=body.purpose, due_on=body.due_on, actor=actor(request)
    )
    return _sample(request, number)


@router.post("/stock/samples/{number}/return", auth=CHANGE, response=listed(SampleView), summary="A sample comes back")
def return_sample(request: HttpRequest, number: Code, body: SampleBackIn) -> HttpResponse:
    given: dict[str, Any] = body.model_dump()
    services.return_sample(number, **given | {"serials": tuple(body.serials)}, actor=actor(request))
    return _sample(request, number)


def _sample(request: HttpRequest, number: str) -> HttpResponse:
    view = selectors.sample(number)
    assert view is not None
    return show_list(request, [view])


def _house(code: str) -> int:
    found = next((each.id for each in selectors.warehouses() if each.code == code), None)
    if found is None:
        raise NotFound()
    return found


@router.get(
    "/warehouses/{code}/locations", auth=VIEW, response=listed(LocationView), summary="Shelves in walking order"
)
def locations(request: HttpRequest, code: Code, zone: Annotated[str, Query(max_length=40)] = "") -> HttpResponse:
    """The first 2000 of a warehouse, or of a zone."""
    return show_list(request, selectors.locations(_house(code), zone=zone, limit=2000).items)


@router.put("/warehouses/{code}/locations", auth=WAREHOUSES, response={204: None}, summary="Create or change shelves")
def save_locations(request: HttpRequest, code: Code, body: LocationsIn) -> HttpResponse:
    drafts = [LocationDraft(row.code, row.kind, row.walk, row.active) for row in body.rows]
    services.save_locations(_house(code), drafts, actor=actor(request))
    return HttpResponse(status=204)
