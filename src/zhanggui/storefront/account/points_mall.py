"""The points mall (积分商城): what points buy, what of it is within reach and what is missing; exchanging."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from zhanggui.kernel import clock, ids, mall_settings
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors as members
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions import services as promotion_services
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..buying.said import said
from ..buying.who import buyer_of, see, whole
from .keeping import ask_to_sign_in
from .overview import said_badge
from .scopes import goods_of


@require_http_methods(["GET", "HEAD", "POST"])
def points_mall(request: HttpRequest) -> HttpResponse:
    """`/points`: for everybody; a post gets a coupon (`take`, for `points`, once per `key`), after signing in."""
    buyer = buyer_of(request)
    form, status = FormState.of(), 200
    if request.method == "POST":
        if buyer.member_id is None:
            return ask_to_sign_in(request)
        try:
            promotion_services.exchange(
                whole(request.POST.get("take", "")),
                buyer.member_id,
                points=whole(request.POST.get("points", ""), most=10**9),
                key=request.POST.get("key", "")[:64],
                actor=buyer.actor,
            )
            return see("/points?said=exchanged")
        except Problem as refused:
            form, status = FormState.failed(request.POST, refused, language.of(request)), refused.status
    offers = promotions.points_mall(clock.now(), buyer.member_id)
    return page.render(
        request,
        "storefront/account/points_mall.html",
        status=status,
        said=said(request),
        form=form,
        offers=offers,
        held=members.holding(buyer.member_id) if buyer.member_id is not None else None,
        value=members.points_value,
        currency=mall_settings.get("mall.currency"),
        key=ids.token(12),
        goods_of=goods_of(offer.view.draft.scope for offer in offers if offer.state == "had"),
        said_badge=said_badge(language.of(request)),
    )
