"""After-sales for buyers: what may be asked for, opening a case, sending goods back, following it."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Path, Router
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.types import CaseView, Preview, Refundable, RemarkView, Wish
from zhanggui.kernel.problems import NotFound
from zhanggui.pledges import selectors as pledges
from zhanggui.pledges import services as pledge_services
from zhanggui.pledges.errors import NotGuaranteed
from zhanggui.pledges.types import OrderGuarantee

from ..auth import VISITOR, actor
from ..describing import describe, listed, plain
from ..fields import Answer, Body, integer, line, text
from ..frame import language, reply
from .orders import HOLDER, Number, Token, own_order

router = Router(auth=VISITOR)
CaseNumber = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
CaseReason = Literal[
    "no_reason", "ordered_wrong", "other", "quality", "damaged", "wrong_item", "missing", "not_as_described",
    "not_received", "late", "out_of_stock",
]  # fmt: skip
Photo = Annotated[str, StringConstraints(strict=True, max_length=500)]
#: What staff write to each other, and where a try of ours failed, is not the buyer's.
HIDDEN = frozenset({"member_id", "requested_by", "problem", "overdue_at"})
CaseKind = Literal["cancel", "refund_only", "return_refund", "exchange", "repair", "resend"]
CASE = describe(CaseView, HIDDEN)
Words = text(2000)
#: Who of the staff wrote something is not said.
SAID = frozenset({"label", "internal"})
LinePosition = Annotated[int, Path(ge=1, le=10**9)]


class WishIn(Body):
    """`line` is the order line's number. In an exchange `sku` names the article that is wanted instead; empty for the same one."""

    line: integer(1, 10_000)  # type: ignore[valid-type]
    quantity: integer(1, 1_000_000)  # type: ignore[valid-type]
    sku: text(100) = ""  # type: ignore[valid-type]


class CaseIn(Body):
    """`cancel` for units that have not left, the others for units that have: money without or with a return, an `exchange`, a
    `repair`, or what was missing (`resend`).
    Without `lines`, all that may be asked for. `photos` are names of uploaded ones. `expected` is the amount the buyer was
    shown, in minor units; another is due by now: `aftersales_amount_moved`."""

    kind: CaseKind
    reason: CaseReason
    lines: Annotated[list[WishIn], Field(min_length=1, max_length=500)] | None = None
    note: text(2000) = ""  # type: ignore[valid-type]
    photos: Annotated[list[Photo], Field(max_length=9)] = []
    expected: integer(0, 10**15) | None = None  # type: ignore[valid-type]


class PreviewIn(Body):
    """The units of a case that could be opened, as in it."""

    kind: CaseKind
    reason: CaseReason
    lines: Annotated[list[WishIn], Field(min_length=1, max_length=500)] | None = None


class DifferenceIn(Body):
    """`expected` is the amount the buyer was shown, in minor units; another is due by now: `aftersales_difference_moved`."""

    expected: integer(0, 10**15) | None = None  # type: ignore[valid-type]


class ElsewhereIn(Body):
    """A unit of the order's `line` costs `price` (minor units) at `place`. A `link` or a photo has to show it."""

    line: integer(1, 10_000)  # type: ignore[valid-type]
    price: integer(1, 10**12)  # type: ignore[valid-type]
    place: line(200)  # type: ignore[valid-type]
    link: text(500) = ""  # type: ignore[valid-type]
    note: text(2000) = ""  # type: ignore[valid-type]
    photos: Annotated[list[Photo], Field(max_length=9)] = []


class RemarkIn(Body):
    """Words, photos (names of uploaded ones), or both."""

    text: Words = ""  # type: ignore[valid-type]
    photos: Annotated[list[Photo], Field(max_length=9)] = []


class LineTermsOut(Answer):
    """What is offered for a line: days since delivery without a reason (0: not offered) and for what is the mall's fault, the kinds of
    cases, who pays the way back (buyer, seller, fault), and why it is an exception."""

    line: int
    no_reason_days: int
    claim_days: int
    kinds: list[str]
    way_back: str
    words: str


class LinesTermsOut(Answer):
    items: list[LineTermsOut]


class ExchangeChoiceOut(Answer):
    """An article that may come instead of a line's; each unit then gives back `difference` (minor units)."""

    sku: str
    title: str
    difference: int


class ExchangeChoicesOut(Answer):
    items: list[ExchangeChoiceOut]


class PhotoOut(Answer):
    """`name` is what a case takes in `photos`."""

    name: str


class ReturnIn(Body):
    carrier: line(40)  # type: ignore[valid-type]
    waybill_no: line(64)  # type: ignore[valid-type]


def wishes_of(lines: list[WishIn] | None) -> list[Wish] | None:
    return None if lines is None else [Wish(wish.line, wish.quantity, wish.sku) for wish in lines]


def _case(number: str, case_number: str) -> CaseView:
    """A case of this order. Raises NotFound for any other."""
    found = selectors.case(case_number)
    if found is None or found.order_number != number:
        raise NotFound()
    return found


def _shown(request: HttpRequest, case: CaseView, status: int = 200) -> HttpResponse:
    shown: Any = plain(case, language(request), without=HIDDEN)
    return reply(shown, status=status)


@router.get("/orders/{number}/refundable", response=listed(Refundable), summary="What may be asked for, line by line")
def refundable(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    return reply({"items": plain(selectors.refundable(number), language(request))})


@router.get("/orders/{number}/cases", summary="The order's cases, oldest first", response=listed(CaseView, HIDDEN))
def cases(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    lang = language(request)
    return reply({"items": [plain(c, lang, without=HIDDEN) for c in selectors.cases_of([number])[number]]})


@router.post("/orders/{number}/cases", response={201: CASE}, summary="Ask for a refund or a return")
def open_case(request: HttpRequest, number: Number, body: CaseIn, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    case = services.request(
        number,
        kind=body.kind,
        reason=body.reason,
        lines=wishes_of(body.lines),
        note=body.note,
        photos=body.photos,
        expected=body.expected,
        actor=actor(request),
    )
    return _shown(request, case, 201)


@router.post("/orders/{number}/cases/preview", response=describe(Preview), summary="What a case would give back")
def preview(request: HttpRequest, number: Number, body: PreviewIn, token: Token = "") -> HttpResponse:
    """Nothing is opened. `effect` says how the goods' amount comes about: the units' share of what was paid, and what changes it
    where the order's promotions are judged anew for what is kept."""
    own_order(request, number, token)
    found = selectors.preview(
        number, kind=body.kind, reason=body.reason, lines=wishes_of(body.lines), actor=actor(request)
    )
    return reply(plain(found, language(request)))


@router.post("/orders/{number}/photos", auth=HOLDER, response={201: PhotoOut}, summary="Upload a photo for a case")
def keep_photo(
    request: HttpRequest, number: Number, file: Annotated[UploadedFile, File()], token: Token = ""
) -> HttpResponse:
    """JPEG, PNG, WebP or GIF; kept as a clean copy. `picture_refused` for anything else."""
    own_order(request, number, token)
    return reply({"name": services.keep_photo(file.read(), actor=actor(request))}, status=201)


@router.get("/orders/{number}/cases/{case_number}", response=CASE, summary="Follow a case")
def case(request: HttpRequest, number: Number, case_number: CaseNumber, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    return _shown(request, _case(number, case_number))


@router.post("/orders/{number}/cases/{case_number}/return", response=CASE, summary="How the goods travel back")
def send_back(
    request: HttpRequest, number: Number, case_number: CaseNumber, body: ReturnIn, token: Token = ""
) -> HttpResponse:
    own_order(request, number, token)
    _case(number, case_number)
    sent = services.send_back(case_number, carrier=body.carrier, waybill_no=body.waybill_no, actor=actor(request))
    return _shown(request, sent)


@router.post("/orders/{number}/cases/{case_number}/withdraw", response=CASE, summary="Not wanted any more")
def withdraw(request: HttpRequest, number: Number, case_number: CaseNumber, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    _case(number, case_number)
    return _shown(request, services.withdraw(case_number, actor=actor(request)))


@router.post("/orders/{number}/cases/{case_number}/confirm", response=CASE, summary="The goods are back with the buyer")
def confirm(request: HttpRequest, number: Number, case_number: CaseNumber, token: Token = "") -> HttpResponse:
    """Of goods that were repaired, or refused and sent back."""
    own_order(request, number, token)
    _case(number, case_number)
    return _shown(request, services.confirm_back(case_number, actor=actor(request)))


@router.post(
    "/orders/{number}/cases/{case_number}/refund-instead", response=CASE, summary="Money instead of another piece"
)
def refund_instead(request: HttpRequest, number: Number, case_number: CaseNumber, token: Token = "") -> HttpResponse:
    """While nobody has decided about an exchange, a repair or what was missing."""
    own_order(request, number, token)
    _case(number, case_number)
    return _shown(request, services.refund_instead(case_number, actor=actor(request)))


@router.get(
    "/orders/{number}/cases/{case_number}/remarks", response=listed(RemarkView, SAID), summary="What was said on a case"
)
def remarks(request: HttpRequest, number: Number, case_number: CaseNumber, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    _case(number, case_number)
    said = selectors.thread(case_number, internal=False)
    return reply({"items": [plain(each, language(request), without=SAID) for each in said]})


@router.post(
    "/orders/{number}/cases/{case_number}/remarks",
    response={201: listed(RemarkView, SAID)},
    summary="Add words or photos to a case",
)
def remark(
    request: HttpRequest, number: Number, case_number: CaseNumber, body: RemarkIn, token: Token = ""
) -> HttpResponse:
    """While it is open; what was written stays. The answer is the whole of what was said."""
    own_order(request, number, token)
    _case(number, case_number)
    services.remark(case_number, text=body.text, photos=body.photos, actor=actor(request))
    said = selectors.thread(case_number, internal=False)
    return reply({"items": [plain(each, language(request), without=SAID) for each in said]}, status=201)


@router.get("/orders/{number}/offers", response=LinesTermsOut, summary="What after-sales is offered, line by line")
def offers(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    order = own_order(request, number, token)
    lang = language(request)
    items = [
        {
            "line": line, "no_reason_days": terms.no_reason_days, "claim_days": terms.claim_days, "kinds": list(terms.kinds),
            "way_back": terms.way_back, "words": terms.words.render(lang) if terms.words else "",
        }
        for line, terms in selectors.terms_of(order).items()
    ]  # fmt: skip
    return reply({"items": items})


@router.get(
    "/orders/{number}/lines/{position}/exchange",
    response=ExchangeChoicesOut,
    summary="What a line may be exchanged for",
)
def exchange_choices(request: HttpRequest, number: Number, position: LinePosition, token: Token = "") -> HttpResponse:
    """The same article is always possible; these are the other variants of its product that cost no more."""
    order = own_order(request, number, token)
    line = next((each for each in order["lines"] if each["line"] == position), None)
    if line is None:
        raise NotFound()
    found = selectors.choices(order, [line]).get(position, [])
    return reply({"items": [{"sku": each.code, "title": each.title, "difference": each.difference} for each in found]})


@router.get("/orders/{number}/guarantee", response=describe(OrderGuarantee), summary="The price guarantee of an order")
def guarantee(request: HttpRequest, number: Number, token: Token = "") -> HttpResponse:
    """What has become cheaper since, line by line. `not_guaranteed` where no price of it is, or not any more."""
    order = own_order(request, number, token)
    found = pledges.guarantee_of(order, selectors.spoken_for(number))
    if found is None:
        raise NotGuaranteed()
    return reply(plain(found, language(request)))


@router.post("/orders/{number}/guarantee", response={201: CASE}, summary="Get back what has become cheaper")
def claim_difference(request: HttpRequest, number: Number, body: DifferenceIn, token: Token = "") -> HttpResponse:
    own_order(request, number, token)
    case = pledge_services.claim_difference(number, expected=body.expected, actor=actor(request))
    return _shown(request, case, 201)


@router.post("/orders/{number}/guarantee/elsewhere", response={201: CASE}, summary="Claim that it costs less elsewhere")
def claim_elsewhere(request: HttpRequest, number: Number, body: ElsewhereIn, token: Token = "") -> HttpResponse:
    """A case of kind `price_guarantee`, for the mall to decide."""
    own_order(request, number, token)
    case = pledge_services.claim_elsewhere(
        number,
        line=body.line,
        price=body.price,
        place=body.place,
        link=body.link,
        note=body.note,
        photos=body.photos,
        actor=actor(request),
    )
    return _shown(request, case, 201)
