"""What buyers say of what they bought: stars, words and photos, once for a line; and once more later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.pictures import PictureRefused
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.servicedesk import selectors, services
from zhanggui.servicedesk.types import Reviewable
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import owner_only
from .names import english
from .orders import lines_by_number
from .own import Own, own_order
from .show import render
from .who import buyer_of, see, whole


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def review(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """`/orders/<number>/review/<line>`: the form, and the review (or what is added to it)."""
    own = own_order(request, number)
    wish = _reviewable(own, line)
    if request.method != "POST":
        return _form(request, own, wish, FormState.of())
    photos, wrong = _photos(request)
    kept = [*request.POST.getlist("kept"), *photos]
    text, actor = request.POST.get("text", ""), buyer_of(request).actor
    try:
        if wrong:
            raise ValidationFailed(errors=wrong)
        if wish.review is not None:
            services.add_to_review(number, line, text=text, photos=kept, actor=actor)
        else:
            anonymous = bool(request.POST.get("anonymous"))
            rating = whole(request.POST.get("rating", ""))
            services.post_review(number, line, rating=rating, text=text, photos=kept, anonymous=anonymous, actor=actor)
    except Problem as refused:
        values = {"rating": "", **request.POST.dict(), "kept": kept, "photos": ""}
        form = FormState.failed(values, refused, language.of(request))
        return _form(request, own, _reviewable(own, line), form, refused.status)
    return see(own.at(own.page, "reviewed"))


def _reviewable(own: Own, line: int) -> Reviewable:
    """Raises NotFound for what is no line of the order."""
    found = next((one for one in selectors.reviewable_lines(own.order) if one.line == line), None)
    if found is None:
        raise NotFound()
    return found


def _photos(request: HttpRequest) -> tuple[list[str], list[FieldError]]:
    """Keys of the photos that came along, and what is wrong with the others."""
    keys: list[str] = []
    wrong: list[FieldError] = []
    for file in request.FILES.getlist("photos")[: mall_settings.get("reviews.photos_max") + 1]:
        try:
            keys.append(services.keep_photo(file.read(), actor=buyer_of(request).actor).key)
        except PictureRefused as refused:
            told = Text(f"{file.name}:{refused.detail('zh-Hans')}", f"{file.name}: {refused.detail('en')}")
            wrong.append(FieldError("photos", "refused", told))
    return keys, wrong


def _form(request: HttpRequest, own: Own, wish: Reviewable, form: FormState, status: int = 200) -> HttpResponse:
    sold = lines_by_number(own.order)[wish.line]
    return render(
        request,
        "storefront/buying/review.html",
        status=status,
        own=own,
        wish=wish,
        sold=sold,
        names=english([sold["sku_id"]], language.of(request)),
        form=form,
        kept=form.all("kept"),
        most_photos=mall_settings.get("reviews.photos_max"),
    )
