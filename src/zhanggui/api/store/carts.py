"""Carts and their checkout."""

from dataclasses import replace
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Path, Router, UploadedFile
from pydantic import ConfigDict, Field

from zhanggui.bespoke import services as bespoke
from zhanggui.checkout import services
from zhanggui.checkout.selectors import cart_digest
from zhanggui.checkout.services import CartCommand
from zhanggui.checkout.types import PlaceCommand, QuoteRequest
from zhanggui.kernel import idempotency
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed

from ..auth import VISITOR, actor, channel_of
from ..fields import IDEMPOTENT, Answer, Body, MoneyOrAmount, integer, line, text
from ..frame import language, reply
from .purchase import buy, key_of
from .shapes import (
    CartOut,
    CouponCode,
    DeliveryIn,
    OrderOut,
    Particulars,
    Provider,
    Quantity,
    Sku,
    WantedIn,
    cart_json,
)

router = Router(auth=VISITOR)
CartId = Annotated[str, Path(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
LineId = Annotated[str, Path(min_length=1, max_length=12, pattern=r"^[0-9]+$")]
CodeInPath = Annotated[str, Path(min_length=1, max_length=64)]


class CartIn(Body):
    """`source` is where the visit came from, for the reports."""

    source: line(40, required=False) = ""  # type: ignore[valid-type]


def one_or_many(schema: dict[str, Any]) -> None:
    """Say in the document what `wanted` asks for: an article or a list of them."""
    for shown in schema["properties"].values():
        options = shown.pop("anyOf", [shown])
        shown.clear()
        shown.update(options[0])  # null is the same as leaving it out
    schema["properties"]["lines"].update(minItems=1, maxItems=500)
    schema["oneOf"] = [{"required": ["sku"]}, {"required": ["lines"]}]


class LinesIn(Body):
    """One article, or several in `lines`."""

    model_config = ConfigDict(json_schema_extra=one_or_many)

    sku: Sku | None = None
    quantity: Quantity | None = None
    lines: list[WantedIn] | None = None
    particulars: Particulars | None = None

    def wanted(self) -> list[services.Wanted]:
        """Raises ValidationFailed."""
        if self.lines is not None and self.sku is None:
            if not 1 <= len(self.lines) <= 500:
                raise ValidationFailed.one("lines", "length", "应有 1 到 500 行", "must have 1 to 500 lines")
            return [(wanted.sku, wanted.quantity, wanted.particulars) for wanted in self.lines]
        if self.sku is None:
            raise ValidationFailed.one("sku", "required", "缺少此项", "this field is required")
        if self.lines is not None:
            raise ValidationFailed.one("lines", "ambiguous", "请只用 sku 或 lines 之一", "give either sku or lines")
        return [(self.sku, self.quantity or 1, self.particulars)]


def one_at_least(schema: dict[str, Any]) -> None:
    """Say in the document that one of the two is needed."""
    schema["anyOf"] = [{"required": ["quantity"]}, {"required": ["particulars"]}]
    schema["properties"]["quantity"] = schema["properties"]["quantity"]["anyOf"][0]
    schema["properties"]["particulars"] = schema["properties"]["particulars"]["anyOf"][0]


class QuantityIn(Body):
    """A quantity of 0 takes the line out. With `particulars` it is made otherwise; a line that is made like this already takes it in."""

    model_config = ConfigDict(json_schema_extra=one_at_least)

    quantity: integer(0, 1_000_000) | None = None  # type: ignore[valid-type]
    particulars: Particulars | None = None


class CouponIn(Body):
    code: CouponCode


class GiftsIn(Body):
    """The SKUs wanted, at most as many as the promotions give; an empty list leaves it to the shop."""

    gifts: Annotated[list[Sku], Field(max_length=20)]


class PointsIn(Body):
    """0: none."""

    points: integer(0, 2_000_000_000)  # type: ignore[valid-type]


class CheckoutIn(Body):
    """With `expected_total` (money, or minor units) nothing is bought at another total (`price_changed`)."""

    payment_provider: Provider
    expected_total: MoneyOrAmount | None = None
    note: text(500) = ""  # type: ignore[valid-type]


def _member(caller: Actor) -> int | None:
    return caller.id if caller.kind == "member" else None


def _answer(request: HttpRequest, command: CartCommand, status: int = 200) -> HttpResponse:
    command = replace(command, channel=channel_of(request))
    return reply(cart_json(*services.change_cart(command, actor=actor(request)), language(request)), status=status)


def creating(caller: Actor, body: CartIn | None) -> CartCommand:
    return services.creating(member_id=_member(caller), source=body.source if body else "")


def adding(caller: Actor, cart_id: str, body: LinesIn) -> CartCommand:
    return services.adding(cart_id, body.wanted(), member_id=_member(caller))


def using_coupon(caller: Actor, cart_id: str, body: CouponIn) -> CartCommand:
    return services.using_coupon(cart_id, body.code, member_id=_member(caller))


def delivering(caller: Actor, cart_id: str, body: DeliveryIn) -> CartCommand:
    return services.delivering(cart_id, body.as_delivery(), member_id=_member(caller))


def buying(caller: Actor, cart_id: str, body: CheckoutIn, key: str | None, channel: str) -> PlaceCommand:
    """The cart as a purchase (docs/adr/0004). Raises ValidationFailed for the key."""
    return PlaceCommand(
        request=QuoteRequest((), channel=channel),
        provider=body.payment_provider,
        actor=caller,
        scope="cart",
        key=cart_id,
        digest=cart_digest(idempotency.check_key(key), body.model_dump()),
        expected_total=body.expected_total.amount if body.expected_total else None,
        expected_currency=body.expected_total.currency if body.expected_total else "",
        note=body.note.strip(),
        cart_id=cart_id,
    )


@router.post("/carts", response={201: CartOut}, summary="A new cart")
def create(request: HttpRequest, body: CartIn | None = None) -> HttpResponse:
    if body is None and request.body:  # the word null: a body, and not a cart
        raise ValidationFailed.one("body", "type", "应为对象", "must be an object")
    return _answer(request, creating(actor(request), body), 201)


@router.get("/carts/{cart_id}", response=CartOut, summary="The cart, priced now")
def show(request: HttpRequest, cart_id: CartId) -> HttpResponse:
    return _answer(request, services.showing(cart_id, member_id=_member(actor(request))))


@router.post("/carts/{cart_id}/lines", response=CartOut, summary="Put goods into the cart")
def add(request: HttpRequest, cart_id: CartId, body: LinesIn) -> HttpResponse:
    """The same SKU, made the same way, adds up. `particulars_needed`, `not_for_sale`, `out_of_stock` and `presale_only` refuse
    the whole call."""
    return _answer(request, adding(actor(request), cart_id, body))


class ParticularPhotoOut(Answer):
    """`name` is what a particular of kind photo takes."""

    name: str


@router.post("/particulars/photos", response={201: ParticularPhotoOut}, summary="Upload a photo of what is to be made")
def keep_photo(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> HttpResponse:
    """JPEG, PNG, WebP or GIF; kept as a clean copy. `picture_refused` for anything else."""
    return reply({"name": bespoke.keep_photo(file.read(), actor=actor(request))}, status=201)


@router.patch("/carts/{cart_id}/lines/{line_id}", response=CartOut, summary="Change a quantity, or how it is made")
def change(request: HttpRequest, cart_id: CartId, line_id: LineId, body: QuantityIn) -> HttpResponse:
    member = _member(actor(request))
    if body.particulars is not None and body.quantity != 0:
        return _answer(
            request, services.remaking(cart_id, line_id, body.particulars, quantity=body.quantity, member_id=member)
        )
    if body.quantity is None:
        raise ValidationFailed.one("quantity", "required", "缺少此项", "this field is required")
    return _answer(request, services.changing(cart_id, line_id, body.quantity, member_id=member))


@router.delete("/carts/{cart_id}/lines/{line_id}", response=CartOut, summary="Take a line out")
def remove(request: HttpRequest, cart_id: CartId, line_id: LineId) -> HttpResponse:
    return _answer(request, services.changing(cart_id, line_id, 0, member_id=_member(actor(request))))


@router.post("/carts/{cart_id}/coupons", response=CartOut, summary="Use a coupon")
def use_coupon(request: HttpRequest, cart_id: CartId, body: CouponIn) -> HttpResponse:
    """`coupon_not_applicable` with the reason where it does nothing for this cart."""
    return _answer(request, using_coupon(actor(request), cart_id, body))


@router.delete("/carts/{cart_id}/coupons/{code}", response=CartOut, summary="Take a coupon off")
def drop_coupon(request: HttpRequest, cart_id: CartId, code: CodeInPath) -> HttpResponse:
    return _answer(request, services.dropping_coupon(cart_id, code, member_id=_member(actor(request))))


@router.put("/carts/{cart_id}/gifts", response=CartOut, summary="Choose the gifts")
def choose_gifts(request: HttpRequest, cart_id: CartId, body: GiftsIn) -> HttpResponse:
    """Where a promotion offers several (`choices` of the cart's `gifts`)."""
    command = services.choosing_gifts(cart_id, body.gifts, member_id=_member(actor(request)))
    return _answer(request, command)


@router.put("/carts/{cart_id}/points", response=CartOut, summary="Pay part of it with points")
def use_points(request: HttpRequest, cart_id: CartId, body: PointsIn) -> HttpResponse:
    """`points_not_applicable` with the most the cart takes. A cart that shrinks later takes fewer. For members."""
    command = services.using_points(cart_id, body.points, member_id=_member(actor(request)))
    return _answer(request, command)


@router.put("/carts/{cart_id}/delivery", response=CartOut, summary="Say where to deliver")
def deliver(request: HttpRequest, cart_id: CartId, body: DeliveryIn) -> HttpResponse:
    return _answer(request, delivering(actor(request), cart_id, body))


@router.post("/carts/{cart_id}/checkout", response={201: OrderOut}, summary="Buy the cart", openapi_extra=IDEMPOTENT)
def checkout(request: HttpRequest, cart_id: CartId, body: CheckoutIn) -> HttpResponse:
    """Needs the Idempotency-Key header; the same key again answers the same order."""
    return buy(request, buying(actor(request), cart_id, body, key_of(request), channel_of(request)))
