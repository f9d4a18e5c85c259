"""Who answers for losses, chases of lost parcels, claims, and what buyers are given. Amounts are minor units, shares percent."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from zhanggui.kernel import clock
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors as orders
from zhanggui.redress import selectors, services
from zhanggui.redress.types import (
    Advice,
    CarrierFaults,
    ChaseView,
    ClaimView,
    EntryView,
    GrantView,
    Judgement,
    LiabilityView,
    PartySum,
    PlayDraft,
    PlayView,
    RatingView,
    ServiceFigures,
)

from ..auth import Staff, actor
from ..describing import describe, listed, paged
from ..fields import Amount, Answer, Body, Cursor, Day, Flag, Int64, Limit, integer, line, text
from .common import Code, show, show_list, show_page

router = Router()
VIEW = Staff("redress.view")
JUDGE, CHASE, CLAIM = Staff("redress.judge"), Staff("redress.chase"), Staff("redress.claim")
GRANT, APPROVE, PLAYBOOK = Staff("redress.grant"), Staff("redress.approve"), Staff("redress.playbook")
LIABILITY, CHASED, CLAIMED, GRANTED = (
    describe(LiabilityView),
    describe(ChaseView),
    describe(ClaimView),
    describe(GrantView),
)
Loss = Literal["damaged", "lost", "late", "wrong_item", "missing", "defect", "description", "stock", "buyer", "other"]
Scenario = Literal[
    "late",
    "lost",
    "damaged",
    "wrong_item",
    "missing",
    "quality",
    "description",
    "rude",
    "price",
    "out_of_stock",
    "other",
]
Percent = integer(0, 100)


class ProposeIn(Body):
    """What the loss is about; `loss` where the reason of the case does not say it."""

    subject: Literal["case", "parcel", "order"]
    reference: line(40)  # type: ignore[valid-type]
    loss: Loss | None = None


class SharesIn(Body):
    """Percent; together a hundred."""

    buyer: Percent = 0  # type: ignore[valid-type]
    warehouse: Percent = 0  # type: ignore[valid-type]
    carrier: Percent = 0  # type: ignore[valid-type]
    supplier: Percent = 0  # type: ignore[valid-type]
    merchant: Percent = 0  # type: ignore[valid-type]
    mall: Percent = 0  # type: ignore[valid-type]


class DecideIn(Body):
    shares: SharesIn
    loss: Loss | None = None
    amount: Amount | None = None
    supplier_id: Int64 | None = None
    warehouse_id: Int64 | None = None
    carrier_code: line(20, required=False) = ""  # type: ignore[valid-type]
    merchant_name: line(200, required=False) = ""  # type: ignore[valid-type]
    ground: text(500, required=True)  # type: ignore[valid-type]


class ClaimLiabilityIn(Body):
    kind: Literal["carrier", "supplier", "warehouse", "merchant"]
    amount: Amount | None = None


class ChaseIn(Body):
    parcel: line(40)  # type: ignore[valid-type]
    words: text(500) = ""  # type: ignore[valid-type]


class RedressWordsIn(Body):
    words: text(500, required=True)  # type: ignore[valid-type]


class ServeIn(Body):
    """`case_number` is the case by which it is sent again."""

    remedy: Literal["refund", "resend"]
    words: text(500) = ""  # type: ignore[valid-type]
    case_number: line(40, required=False) = ""  # type: ignore[valid-type]


class AmountIn(Body):
    amount: Amount
    words: text(500) = ""  # type: ignore[valid-type]


class RecoverIn(AmountIn):
    key: line(80)  # type: ignore[valid-type]


class OptionIn(Body):
    """`usual` ≤ `free` (service alone) ≤ `most`; `most_bp` of what was paid, in basis points. Points, or minor units."""

    kind: Literal["points", "coupon", "refund", "freight"]
    usual: Amount | None = None
    free: Amount | None = None
    most: Amount | None = None
    most_bp: integer(1, 10_000) | None = None  # type: ignore[valid-type]
    coupon: Int64 | None = None


class PlayIn(Body):
    scenario: Scenario
    title_zh: line(120)  # type: ignore[valid-type]
    title_en: line(120, required=False) = ""  # type: ignore[valid-type]
    words_zh: text(1000, required=True)  # type: ignore[valid-type]
    words_en: text(1000) = ""  # type: ignore[valid-type]
    advice_zh: text(1000) = ""  # type: ignore[valid-type]
    advice_en: text(1000) = ""  # type: ignore[valid-type]
    min_total: Amount = 0
    max_total: Amount | None = None
    tiers: Annotated[list[line(20)], Field(max_length=50)] = []  # type: ignore[valid-type]
    max_times: integer(0, 100) | None = None  # type: ignore[valid-type]
    options: Annotated[list[OptionIn], Field(max_length=10)] = []
    position: integer(0, 10_000) = 0  # type: ignore[valid-type]
    active: Flag = True

    def draft(self) -> PlayDraft:
        given = self.model_dump()
        given["options"] = tuple({k: v for k, v in option.items() if v is not None} for option in given["options"])
        return PlayDraft(**given | {"tiers": tuple(given["tiers"])})


class CompensationIn(Body):
    """`amount` is points or minor units; without it the usual one."""

    key: line(80)  # type: ignore[valid-type]
    play: Code
    kind: Literal["points", "coupon", "refund", "freight"]
    amount: Amount | None = None
    words: text(500) = ""  # type: ignore[valid-type]
    case_number: line(40, required=False) = ""  # type: ignore[valid-type]


class DecideCompensationIn(Body):
    approve: Flag
    words: text(500) = ""  # type: ignore[valid-type]


class Definition(Answer):
    name: str
    title: str
    words: str


class ServiceFiguresOut(Answer):
    """The figures of a span: in all, by week, and by what was asked for; what they mean beside them."""

    whole: describe(ServiceFigures)  # type: ignore[valid-type]
    weeks: list[describe(ServiceFigures)]  # type: ignore[valid-type]
    rows: list[describe(ServiceFigures)]  # type: ignore[valid-type]
    definitions: list[Definition]


def _found(value: Any) -> Any:
    if value is None:
        raise NotFound()
    return value


def _span(first: date, last: date) -> tuple[Any, Any]:
    return clock.day_bounds(first)[0], clock.day_bounds(last)[1]


# --- liability


@router.get("/liabilities", auth=VIEW, response=paged(LiabilityView), summary="Losses and who answers, newest first")
def liabilities(
    request: HttpRequest,
    state: Literal["", "proposed", "decided", "settled"] = "",
    party: Literal["", "buyer", "warehouse", "carrier", "supplier", "merchant", "mall"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.liabilities(state=state, party=party, cursor=cursor, limit=limit))


@router.post("/liabilities", auth=JUDGE, response={201: LIABILITY}, summary="Who answers by rule")
def propose(request: HttpRequest, body: ProposeIn) -> HttpResponse:
    """What was proposed or decided before is answered as it is."""
    made = services.propose(body.subject, body.reference, loss=body.loss or "", actor=actor(request))
    return show(request, made, 201)


@router.get("/liabilities/{number}", auth=VIEW, response=LIABILITY, summary="Who answers for one loss")
def liability(request: HttpRequest, number: Code) -> HttpResponse:
    return show(request, _found(selectors.liability(number)))


@router.get("/liabilities/{number}/log", auth=VIEW, response=listed(EntryView), summary="How it was decided")
def liability_log(request: HttpRequest, number: Code) -> HttpResponse:
    return show_list(request, selectors.entries(number))


@router.put("/liabilities/{number}", auth=JUDGE, response=LIABILITY, summary="Decide who answers")
def decide(request: HttpRequest, number: Code, body: DecideIn) -> HttpResponse:
    wish = Judgement(
        body.shares.model_dump(), loss=body.loss or "", amount=body.amount, supplier_id=body.supplier_id, warehouse_id=body.warehouse_id,
        carrier_code=body.carrier_code, merchant_name=body.merchant_name, ground=body.ground,
    )  # fmt: skip
    return show(request, services.decide(number, wish, actor=actor(request)))


@router.post("/liabilities/{number}/claims", auth=CLAIM, response={201: CLAIMED}, summary="Claim from who answers")
def claim_liability(request: HttpRequest, number: Code, body: ClaimLiabilityIn) -> HttpResponse:
    made = services.claim_liability(number, body.kind, amount=body.amount, actor=actor(request))
    return show(request, made, 201)


@router.get("/carrier-faults", auth=VIEW, response=listed(CarrierFaults), summary="What carriers answer for")
def carrier_faults(request: HttpRequest, first: Day, last: Day) -> HttpResponse:
    return show_list(request, selectors.carrier_faults(*_span(first, last)).values())


# --- chases


@router.get("/chases", auth=VIEW, response=paged(ChaseView), summary="Parcels that are chased, the first due first")
def chases(
    request: HttpRequest,
    state: Literal["", "open", "asked", "answered", "lost", "claimed", "found", "closed"] = "",
    due: Literal["", "today", "overdue"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.chases(state=state, due=due, cursor=cursor, limit=limit))


@router.post("/chases", auth=CHASE, response={201: CHASED}, summary="Ask the carrier where a parcel is")
def open_chase(request: HttpRequest, body: ChaseIn) -> HttpResponse:
    """One that is open is answered as it is."""
    return show(request, services.open_chase(body.parcel, words=body.words, actor=actor(request)), 201)


@router.get("/chases/{number}", auth=VIEW, response=CHASED, summary="One chase")
def chase(request: HttpRequest, number: Code) -> HttpResponse:
    return show(request, _found(selectors.chase(number)))


@router.post("/chases/{number}/answer", auth=CHASE, response=CHASED, summary="What the carrier says")
def answer(request: HttpRequest, number: Code, body: RedressWordsIn) -> HttpResponse:
    return show(request, services.note_answer(number, words=body.words, actor=actor(request)))


@router.post("/chases/{number}/found", auth=CHASE, response=CHASED, summary="The parcel is found")
def found(request: HttpRequest, number: Code, body: RedressWordsIn) -> HttpResponse:
    return show(request, services.declare_found(number, words=body.words, actor=actor(request)))


@router.post("/chases/{number}/lost", auth=CHASE, response=CHASED, summary="The parcel is lost")
def lost(request: HttpRequest, number: Code, body: RedressWordsIn) -> HttpResponse:
    return show(request, services.declare_lost(number, words=body.words, actor=actor(request)))


@router.post(
    "/chases/{number}/serve", auth=CHASE, response=CHASED, summary="Refund its buyer, or say how it is sent again"
)
def serve(request: HttpRequest, number: Code, body: ServeIn) -> HttpResponse:
    made = services.serve_buyer(
        number, body.remedy, words=body.words, case_number=body.case_number, actor=actor(request)
    )
    return show(request, made)


@router.post("/chases/{number}/claim", auth=CLAIM, response={201: CLAIMED}, summary="Claim from the carrier")
def claim_chase(request: HttpRequest, number: Code, body: AmountIn) -> HttpResponse:
    return show(request, services.claim_chase(number, amount=body.amount, ground=body.words, actor=actor(request)), 201)


@router.post("/chases/{number}/close", auth=CHASE, response=CHASED, summary="End it without a claim")
def close(request: HttpRequest, number: Code, body: RedressWordsIn) -> HttpResponse:
    return show(request, services.close_chase(number, words=body.words, actor=actor(request)))


# --- claims


@router.get("/claims", auth=VIEW, response=paged(ClaimView), summary="Claims, the first due first")
def claims(
    request: HttpRequest,
    state: Literal["", "open", "draft", "filed", "agreed", "recovered", "refused", "dropped"] = "",
    kind: Literal["", "carrier", "supplier", "warehouse", "merchant"] = "",
    due: Literal["", "today", "overdue"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.claims(state=state, kind=kind, due=due, cursor=cursor, limit=limit))


@router.get("/claims/sums", auth=VIEW, response=listed(PartySum), summary="Asked and recovered by party")
def sums(request: HttpRequest, first: Day, last: Day) -> HttpResponse:
    return show_list(request, selectors.party_sums(*_span(first, last)))


@router.get("/claims/{number}", auth=VIEW, response=CLAIMED, summary="One claim")
def claim(request: HttpRequest, number: Code) -> HttpResponse:
    return show(request, _found(selectors.claim(number)))


@router.get("/claims/{number}/log", auth=VIEW, response=listed(EntryView), summary="What happened to it")
def claim_log(request: HttpRequest, number: Code) -> HttpResponse:
    return show_list(request, selectors.entries(number))


@router.post("/claims/{number}/file", auth=CLAIM, response=CLAIMED, summary="It goes to the other party")
def file_claim(request: HttpRequest, number: Code, body: AmountIn) -> HttpResponse:
    return show(request, services.file_claim(number, amount=body.amount, words=body.words, actor=actor(request)))


@router.post("/claims/{number}/agree", auth=CLAIM, response=CLAIMED, summary="The other party pays so much")
def agree(request: HttpRequest, number: Code, body: AmountIn) -> HttpResponse:
    """A supplier's comes off what he is owed at once."""
    return show(request, services.agree_claim(number, body.amount, words=body.words, actor=actor(request)))


@router.post("/claims/{number}/recoveries", auth=CLAIM, response=CLAIMED, summary="Money of it came in")
def recover(request: HttpRequest, number: Code, body: RecoverIn) -> HttpResponse:
    """The same key again changes nothing."""
    made = services.book_recovery(number, body.amount, key=body.key, words=body.words, actor=actor(request))
    return show(request, made)


@router.post("/claims/{number}/refuse", auth=CLAIM, response=CLAIMED, summary="The other party pays nothing")
def refuse(request: HttpRequest, number: Code, body: RedressWordsIn) -> HttpResponse:
    return show(request, services.refuse_claim(number, words=body.words, actor=actor(request)))


@router.post("/claims/{number}/drop", auth=CLAIM, response=CLAIMED, summary="It is followed no further")
def drop(request: HttpRequest, number: Code, body: RedressWordsIn) -> HttpResponse:
    return show(request, services.drop_claim(number, words=body.words, actor=actor(request)))


# --- the playbook and what was given


@router.get("/playbook", auth=VIEW, response=listed(PlayView), summary="The playbook")
def playbook(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.plays())


@router.put("/playbook/{code}", auth=PLAYBOOK, response=describe(PlayView), summary="Write an entry")
def save_play(request: HttpRequest, code: Code, body: PlayIn) -> HttpResponse:
    return show(request, services.save_play(code, body.draft(), actor=actor(request)))


@router.get(
    "/orders/{number}/advice", auth=VIEW, response=listed(Advice), summary="What the playbook says for an order"
)
def advice(request: HttpRequest, number: Code, scenario: Scenario | None = None) -> HttpResponse:
    return show_list(request, selectors.advise(_found(orders.find(number)), scenario=scenario or ""))


@router.get("/orders/{number}/grants", auth=VIEW, response=listed(GrantView), summary="What its buyer was given")
def grants_of(request: HttpRequest, number: Code) -> HttpResponse:
    return show_list(request, selectors.grants_of(number))


@router.post("/orders/{number}/grants", auth=GRANT, response={201: GRANTED}, summary="Give what the playbook allows")
def give(request: HttpRequest, number: Code, body: CompensationIn) -> HttpResponse:
    """Beyond what service may give, or too often, it waits for approval. The same key again answers the same."""
    made = services.grant(
        number, body.play, body.kind, key=body.key, amount=body.amount, words=body.words, case_number=body.case_number,
        actor=actor(request),
    )  # fmt: skip
    return show(request, made, 201)


@router.get("/grants", auth=VIEW, response=paged(GrantView), summary="Compensations, newest first")
def grants(
    request: HttpRequest,
    state: Literal["", "waiting", "granted", "declined"] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    return show_page(request, selectors.grants(state=state, cursor=cursor, limit=limit))


@router.post(
    "/grants/{number}/decide", auth=APPROVE, response=GRANTED, summary="Yes or no to what is beyond the limits"
)
def decide_grant(request: HttpRequest, number: Code, body: DecideCompensationIn) -> HttpResponse:
    return show(request, services.decide_grant(number, body.approve, words=body.words, actor=actor(request)))


# --- figures and ratings


@router.get("/service-figures", auth=VIEW, response=ServiceFiguresOut, summary="After-sales in figures")
def service_figures(
    request: HttpRequest,
    first: Day,
    last: Day,
    by: Literal["reason", "product", "supplier", "carrier", "warehouse"] = "reason",
) -> HttpResponse:
    """Business days from `first` to `last`, both included, a year at most."""
    defined = [{"name": name, "title": title, "words": words} for name, (title, words) in selectors.DEFINITIONS.items()]
    shown = {
        "whole": selectors.figures(first, last)[0], "weeks": selectors.weeks(first, last), "rows": selectors.figures(first, last, by),
        "definitions": defined,
    }  # fmt: skip
    return show(request, shown)


@router.get("/ratings", auth=VIEW, response=paged(RatingView), summary="How buyers found their cases handled")
def ratings(request: HttpRequest, low: bool = False, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    return show_page(request, selectors.ratings(low=low, cursor=cursor, limit=limit))
