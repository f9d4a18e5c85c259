"""Where a promotion is begun from its goal: kinds that serve it, what runs now, and a word where too much does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.kernel import mall_settings
from zhanggui.promotions import selectors
from zhanggui.ui import language, page

from .. import library, offers
from ..access import actor, staff


@staff("promotions.view", methods=("GET",))
def choose(request: HttpRequest) -> HttpResponse:
    """`GET /office/promotions/library?goal=`: the goals, and the kinds that serve the chosen one."""
    language.use(language.of(request))
    running = [view for view in selectors.promotion_page(stage="running", limit=200).items if view.draft.coupon is None]
    most = mall_settings.get("promotions.at_once_max")
    may = actor(request).may
    return page.render(
        request, "backoffice/library.html", goals=library.GOALS, goal=library.goal(request.GET.get("goal", "")),
        kinds=offers.KINDS, elsewhere=library.ELSEWHERE, counts=library.counts(running), running=len(running), most=most,
        clashes=library.clashes(running), may=may, spend=library.SPEND,
        right=lambda kind: "coupons.manage" if kind in offers.BY_CODE else "promotions.manage",
    )  # fmt: skip


urlpatterns = [path("promotions/library", choose, name="office-promotion-library")]
