"""What is made to order: how its buyer says how, for a new line or for one that lies in the cart; and the photos he sends along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.bespoke import selectors as bespoke
from zhanggui.bespoke import services as made
from zhanggui.bespoke.errors import ParticularsNeeded
from zhanggui.bespoke.types import PHOTO, Field
from zhanggui.checkout import selectors as carts
from zhanggui.checkout import services
from zhanggui.checkout.types import QuoteRequest, WantedLine
from zhanggui.kernel import clock
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from .names import english
from .show import render
from .who import buyer_of, do, keep_cart, look, see, usable_cart

PHOTOS = "/made/photos/"


def given(request: HttpRequest, sku: str) -> dict[str, str]:
    """How a SKU is to be made, as a form says it (`p-<key>`); photos that came along are kept. Raises ValidationFailed."""
    found: dict[str, str] = {}
    errors = []
    for field in bespoke.fields_of_code(sku):
        value = request.POST.get(f"p-{field.key}", "")[:400]
        if field.kind == PHOTO:
            value = request.POST.get(f"kept-{field.key}", "")[:80]
            if (file := request.FILES.get(f"p-{field.key}")) is not None:
                try:
                    value = made.keep_photo(file.read(), actor=buyer_of(request).actor)
                except Problem as refused:
                    errors.append(
                        FieldError(f"particulars.{field.key}", "refused", refused.detail(language.of(request)))
                    )
        if value.strip():
            found[field.key] = value
    if errors:
        raise ValidationFailed(errors=errors)
    return found


def typed(request: HttpRequest) -> dict[str, str]:
    """What a form said, as it was typed."""
    return {name[2:]: str(value)[:400] for name, value in request.POST.items() if name.startswith("p-")}


def fill_in(
    request: HttpRequest, sku: str, answers: Mapping[str, str], *, quantity: int = 1, line_id: str = "",
    refused: Problem | None = None,
) -> HttpResponse:  # fmt: skip
    """The page that asks how a SKU is to be made, with what was said and what is wrong with it. Raises NotFound."""
    fields = bespoke.fields_of_code(sku)
    request_ = QuoteRequest((WantedLine("1", sku, quantity, dict(answers)),), member_id=buyer_of(request).member_id)
    line = carts.quote(request_).lines[0]
    if not fields or not line.sku_id:
        raise NotFound()
    return render(
        request, "storefront/buying/made.html", status=refused.status if refused else 200, line=line, fields=fields,
        form=_form(request, fields, answers, refused), line_id=line_id, names=english([line.sku_id], language.of(request)),
        today=clock.local(clock.now()).date().isoformat(), photos=PHOTOS,
    )  # fmt: skip


def _form(
    request: HttpRequest, fields: Sequence[Field], answers: Mapping[str, str], refused: Problem | None
) -> FormState:
    values = {f"p-{field.key}": answers.get(field.key, "") for field in fields}
    if refused is None:
        return FormState.of(values)
    names = {f"particulars.{field.key}": f"p-{field.key}" for field in fields}
    return FormState.failed(values, refused, language.of(request), names=names)


def is_about_making(refused: Problem) -> bool:
    """Whether the page that asks how it is made is where this is told."""
    return isinstance(refused, ParticularsNeeded) or any(
        error.loc.startswith("particulars.") for error in refused.errors
    )


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, line_id: str) -> HttpResponse:
    """`/cart/lines/<id>/made`: say otherwise how a line is to be made."""
    cart_id, found = usable_cart(request), look(request)
    line = next((each for each in found[0]["lines"] if each["id"] == line_id), None) if found and cart_id else None
    if line is None:
        return see("/cart")
    sku, quantity = line["sku"], line["quantity"]
    if request.method == "GET":
        return fill_in(request, sku, line.get("particulars") or {}, quantity=quantity, line_id=line_id)
    answers: dict[str, str] = {}
    try:
        answers = given(request, sku)
        command = services.remaking(cart_id, line_id, answers, member_id=buyer_of(request).member_id)
        cart, _ = do(request, command)
    except Problem as refused:
        return fill_in(request, sku, answers or typed(request), quantity=quantity, line_id=line_id, refused=refused)
    response = see("/cart?said=remade")
    keep_cart(request, response, cart)
    return response


@require_GET
def photo(request: HttpRequest, name: str) -> HttpResponseBase:
    """`/made/photos/<name>`: a photo for whoever knows its name, which nobody can guess."""
    place = bespoke.photo(name)
    if place is None:
        raise Http404
    response = FileResponse(place.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Robots-Tag"] = "noindex"
    return response
