"""Carriers: their lanes (days and tariffs), where their numbers come from, the rules of choice, and waybills with their cost."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import AwareDatetime, Field

from zhanggui.carriage import selectors, services
from zhanggui.carriage.types import AccountView, CarrierView, ChoiceRuleView, Lane, Spend, WaybillView
from zhanggui.carriage.types import Freight as Carried
from zhanggui.fulfilment import services as fulfilment

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import Amount, Answer, Body, Cursor, Flag, Limit, PathId, integer, line
from ..frame import language, nothing
from .common import Code, Count, Made, ReasonIn, show, show_list, show_page

router = Router()
VIEW, MANAGE, WAYBILLS = Staff("carriage.view"), Staff("carriage.manage"), Staff("carriage.waybills")
PACK, WAVES = Staff("fulfilment.pack"), Staff("fulfilment.waves")
Grams = integer(1, 1_000_000)
Days = integer(0, 90)


class CarrierIn(Body):
    """`score` 0 to 100, null where nobody has scored it."""

    name: line(60)  # type: ignore[valid-type]
    name_en: line(60, required=False) = ""  # type: ignore[valid-type]
    phone: line(20, required=False) = ""  # type: ignore[valid-type]
    position: integer(0, 9_999) = 100  # type: ignore[valid-type]
    active: Flag = True
    score: integer(0, 100) | None = None  # type: ignore[valid-type]


class LaneIn(Body):
    """Days from and to, and what the carrier charges in minor units: `first_fee` covers `first_g`, each further started `step_g` costs
    `step_fee`, `surcharge` comes on top. `province` is a short name, "" everywhere else."""

    province: line(40, required=False) = ""  # type: ignore[valid-type]
    served: Flag = True
    days_min: Days = 1  # type: ignore[valid-type]
    days_max: Days = 3  # type: ignore[valid-type]
    remote: Flag = False
    first_g: Grams = 1000  # type: ignore[valid-type]
    first_fee: Amount = 0
    step_g: Grams = 1000  # type: ignore[valid-type]
    step_fee: Amount = 0
    surcharge: Amount = 0


class LanesIn(Body):
    lanes: Annotated[list[LaneIn], Field(max_length=60)]


class LabelAccountIn(Body):
    """`service` "": its numbers are typed."""

    service: Literal["", "kuaidi100", "kdniao", "numbers"]
    active: Flag = True


class NumberRangeIn(Body):
    first: line(28)  # type: ignore[valid-type]
    last: line(28)  # type: ignore[valid-type]


class ChoiceRuleIn(Body):
    """All that is set has to hold. Amounts in minor units, weights in grams."""

    label: line(100)  # type: ignore[valid-type]
    carrier: line(20)  # type: ignore[valid-type]
    position: integer(0, 9_999) = 100  # type: ignore[valid-type]
    provinces: Annotated[list[line(40)], Field(max_length=40)] = []  # type: ignore[valid-type]
    remote: Flag = False
    min_g: integer(0, 1_000_000) | None = None  # type: ignore[valid-type]
    max_g: integer(0, 1_000_000) | None = None  # type: ignore[valid-type]
    min_amount: Amount | None = None
    max_amount: Amount | None = None
    within_hours: integer(0, 720) | None = None  # type: ignore[valid-type]
    active: Flag = True


class OfferOut(Answer):
    carrier: str
    cost: int
    days_min: int
    days_max: int
    remote: bool
    score: int | None


class ChosenCarrier(Answer):
    """`why` in words; `carrier` is "" where nobody goes there. `cost` in minor units."""

    carrier: str
    by: str
    why: str
    cost: int | None
    offers: list[OfferOut]


class WaveAsked(Answer):
    """So many waybills wait for the job; the boxes that cannot have one, and why."""

    waiting: int
    refused: dict[str, str]


@router.get("/carriers", auth=Staff("fulfilment.view"), response=listed(CarrierView), summary="Carriers")
def carriers(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.carriers(active_only=False))


@router.put("/carriers/{code}", auth=MANAGE, response={204: None}, summary="Set up a carrier")
def save_carrier(request: HttpRequest, code: Code, body: CarrierIn) -> HttpResponse:
    services.save_carrier(code=code, **body.model_dump(), actor=actor(request))
    return nothing()


@router.get("/carriers/{code}/lanes", auth=VIEW, response=listed(Lane), summary="A carrier's lanes")
def lanes(request: HttpRequest, code: Code) -> HttpResponse:
    return show_list(request, selectors.lanes_of(code))


@router.put("/carriers/{code}/lanes", auth=MANAGE, response=Count, summary="Its lanes are these from now on")
def save_lanes(request: HttpRequest, code: Code, body: LanesIn) -> HttpResponse:
    """How many changed. One fault and nothing has changed."""
    given = [Lane(code, **each.model_dump()) for each in body.lanes]
    return show(request, {"count": services.save_lanes(code, given, actor=actor(request))})


@router.put(
    "/carriers/{code}/account", auth=MANAGE, response=listed(AccountView), summary="Where its numbers come from"
)
def save_account(request: HttpRequest, code: Code, body: LabelAccountIn) -> HttpResponse:
    services.save_account(carrier=code, service=body.service, active=body.active, actor=actor(request))
    return show_list(request, selectors.accounts())


@router.post("/carriers/{code}/numbers", auth=MANAGE, response={204: None}, summary="A range of numbers bought from it")
def add_numbers(request: HttpRequest, code: Code, body: NumberRangeIn) -> HttpResponse:
    services.add_numbers(carrier=code, first=body.first, last=body.last, actor=actor(request))
    return nothing()


@router.get("/carrier-accounts", auth=VIEW, response=listed(AccountView), summary="Where numbers come from")
def accounts(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.accounts())


@router.get("/carrier-rules", auth=VIEW, response=listed(ChoiceRuleView), summary="The rules of choice, in their order")
def rules(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.rules_of_choice())


@router.post("/carrier-rules", auth=MANAGE, response={201: Made}, summary="A new rule of choice")
def new_rule(request: HttpRequest, body: ChoiceRuleIn) -> HttpResponse:
    return show(request, {"id": services.save_rule(_rule(0, body), actor=actor(request))}, 201)


@router.put("/carrier-rules/{rule_id}", auth=MANAGE, response={204: None}, summary="Change a rule of choice")
def change_rule(request: HttpRequest, rule_id: PathId, body: ChoiceRuleIn) -> HttpResponse:
    services.save_rule(_rule(rule_id, body), actor=actor(request))
    return nothing()


@router.delete("/carrier-rules/{rule_id}", auth=MANAGE, response={204: None}, summary="Remove a rule of choice")
def delete_rule(request: HttpRequest, rule_id: PathId) -> HttpResponse:
    services.delete_rule(rule_id, actor=actor(request))
    return nothing()


def _rule(rule_id: int, body: ChoiceRuleIn) -> ChoiceRuleView:
    given = body.model_dump()
    return ChoiceRuleView(rule_id, provinces=tuple(given.pop("provinces")), **given)


@router.get("/carrier-choice", auth=VIEW, response=ChosenCarrier, summary="Who would carry it, why and for how much")
def choice(
    request: HttpRequest,
    province: Annotated[str, Query(min_length=1, max_length=40)],
    weight_g: Annotated[int, Query(ge=0, le=1_000_000)] = 1000,
    amount: Annotated[int, Query(ge=0, le=10**12)] = 0,
) -> HttpResponse:
    found = selectors.choose(Carried(province, weight_g, amount))
    shown: dict[str, Any] = {
        "carrier": found.carrier, "by": found.by, "why": found.why.render(language(request)), "cost": found.cost,
        "offers": list(found.offers),
    }  # fmt: skip
    return show(request, shown)


@router.get("/waybills", auth=VIEW, response=paged(WaybillView), summary="Waybills, newest first")
def waybills(
    request: HttpRequest,
    state: Literal["", "requested", "issued", "cancelled", "failed", "quiet", "unused"] = "",
    carrier: Annotated[str, Query(max_length=20)] = "",
    province: Annotated[str, Query(max_length=40)] = "",
    number: Annotated[str, Query(max_length=60)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """`number` is a waybill's, an order's or a box's; `quiet`: on their way and long without news; `unused`: nothing left with them."""
    found = selectors.waybills(state=state, carrier=carrier, province=province, text=number, cursor=cursor, limit=limit)
    return show_page(request, found)


@router.get("/waybills/spend", auth=VIEW, response=listed(Spend), summary="What parcels of a period cost")
def spend(
    request: HttpRequest, since: Annotated[AwareDatetime, Query()], until: Annotated[AwareDatetime, Query()]
) -> HttpResponse:
    return show_list(request, selectors.spend(since, until))


@router.get(
    "/waybills/{waybill_id}", auth=VIEW, response=describe(WaybillView), summary="One waybill, with its label's data"
)
def waybill(request: HttpRequest, waybill_id: PathId) -> HttpResponse:
    return show(request, selectors.waybill(waybill_id))


@router.post("/waybills/{waybill_id}/retry", auth=WAYBILLS, response=describe(WaybillView), summary="Ask for it again")
def retry(request: HttpRequest, waybill_id: PathId) -> HttpResponse:
    return show(request, services.retry(waybill_id, actor=actor(request)))


@router.post("/waybills/{waybill_id}/cancel", auth=WAYBILLS, response=describe(WaybillView), summary="It is not used")
def cancel(request: HttpRequest, waybill_id: PathId, body: ReasonIn) -> HttpResponse:
    services.cancel(waybill_id, reason=body.reason, actor=actor(request))
    return show(request, selectors.waybill(waybill_id))


@router.post("/packing/{task_id}/waybill", auth=PACK, response=describe(WaybillView), summary="Ask for a box's waybill")
def ask(request: HttpRequest, task_id: PathId) -> HttpResponse:
    """The same one however often it is asked for, also after a timeout."""
    return show(request, fulfilment.ask_waybill(task_id, actor=actor(request)))


@router.post("/waves/{number}/waybills", auth=WAVES, response=WaveAsked, summary="Ask for the waybills of a wave")
def ask_for_wave(request: HttpRequest, number: Code) -> HttpResponse:
    waiting, refused = fulfilment.ask_for_wave(number, actor=actor(request))
    lang = language(request)
    return show(request, {"waiting": waiting, "refused": {box: each.detail(lang) for box, each in refused.items()}})
