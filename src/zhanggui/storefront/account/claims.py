"""The claim centre (领券中心): what can be had now, how many are left, what one has; claiming, also from other pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from zhanggui.kernel import clock
from zhanggui.kernel.problems import Problem
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions import services as promotion_services
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..buying.said import said
from ..buying.who import buyer_of, safe_path, see, whole
from .keeping import ask_to_sign_in
from .overview import said_badge
from .scopes import goods_of


@require_http_methods(["GET", "HEAD", "POST"])
def claim_centre(request: HttpRequest) -> HttpResponse:
    """`/coupons`: for everybody; a post takes a coupon (`take`), after signing in, and goes back to `next`."""
    buyer = buyer_of(request)
    form, status = FormState.of(), 200
    if request.method == "POST":
        if buyer.member_id is None:
            return ask_to_sign_in(request)
        try:
            promotion_services.claim(whole(request.POST.get("take", "")), buyer.member_id, actor=buyer.actor)
            return see(safe_path(request.POST.get("next", ""), "/coupons?said=claimed"))
        except Problem as refused:
            form, status = FormState.failed(request.POST, refused, language.of(request)), refused.status
    offers = promotions.claim_centre(clock.now(), buyer.member_id)
    return page.render(
        request,
        "storefront/account/claims.html",
        status=status,
        said=said(request),
        form=form,
        offers=offers,
        goods_of=goods_of(offer.view.draft.scope for offer in offers if offer.state == "had"),
        said_badge=said_badge(language.of(request)),
    )
