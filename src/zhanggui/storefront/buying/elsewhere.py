"""The same item costs less elsewhere: the buyer says where and for how much, and the mall decides."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from zhanggui.aftersales import selectors as cases
from zhanggui.kernel import mall_settings
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.pledges import selectors as pledges
from zhanggui.pledges import services
from zhanggui.ui import language
from zhanggui.ui.formatting import symbol_of
from zhanggui.ui.forms import FormState, amount

from ..account.keeping import owner_only
from .names import english
from .orders import lines_by_number
from .own import Own, own_order
from .returns import MOST_PHOTOS, keep_photos
from .show import render
from .who import buyer_of, see, whole


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """`/orders/<number>/guarantee/elsewhere`: the form, and the claim."""
    own = own_order(request, number)
    if request.method != "POST":
        return _form(request, own, FormState.of({"line": request.GET.get("line", "")}))
    errors: list[FieldError] = []
    price = amount(request.POST.get("price", ""), "price", own.order["currency"], errors)
    photos, wrong = keep_photos(request)
    kept = [*request.POST.getlist("kept"), *photos]
    try:
        if errors or wrong:
            raise ValidationFailed(errors=[*errors, *wrong])
        case = services.claim_elsewhere(
            number,
            line=whole(request.POST.get("line", "")) or 0,
            price=price or 0,
            place=request.POST.get("place", ""),
            link=request.POST.get("link", ""),
            note=request.POST.get("note", ""),
            photos=kept,
            actor=buyer_of(request).actor,
        )
    except Problem as refused:
        form = FormState.failed({**request.POST.dict(), "kept": kept}, refused, language.of(request))
        return _form(request, own_order(request, number), form, refused.status)
    return see(own.at(f"{own.page}/cases/{case.number}", "asked"))


def _form(request: HttpRequest, own: Own, form: FormState, status: int = 200) -> HttpResponse:
    guarantee = pledges.guarantee_of(own.order, cases.spoken_for(own.number))
    known = lines_by_number(own.order)
    lines = [(known[each.line], each) for each in guarantee.lines] if guarantee and guarantee.elsewhere else []
    return render(
        request,
        "storefront/buying/elsewhere.html",
        status=status,
        own=own,
        order=own.order,
        form=form,
        lines=lines,
        names=english((line["sku_id"] for line, _ in lines), language.of(request)),
        symbol=symbol_of(own.order["currency"]),
        kept=form.all("kept"),
        most_photos=MOST_PHOTOS,
        megabytes=mall_settings.get("aftersales.photo_bytes") // 1_048_576,
    )
