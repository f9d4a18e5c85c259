"""Reviews: answered where they stand, hidden for a reason, the copied ones marked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.servicedesk import selectors, services
from zhanggui.ui import language, page
from zhanggui.ui.forms import EMPTY, FormState
from zhanggui.ui.language import say

from .. import tables
from ..access import actor, carry_out, safe_next, staff, typed
from ..tables import Filter

PAGE = 20
STARS = tuple((str(number), Text("★" * number, "★" * number)) for number in (5, 4, 3, 2, 1))
FILTERS = (
    Filter("q", Text("订单号、SKU、商品名或评价内容", "Order, SKU, title or words")),
    Filter("stars", Text("星级", "Stars"), "choice", STARS),
)
TABS: tuple[tuple[str, Text], ...] = (
    ("to_answer", Text("待回复", "To answer")),
    ("low", Text("中差评待回复", "Few stars")),
    ("flagged", Text("疑似重复", "Copied?")),
    ("hidden", Text("已隐藏", "Hidden")),
    ("all", Text("全部", "All")),
)
#: Beginnings of an answer that staff finish in their own words.
BEGINNINGS = (
    Text(
        "感谢您的支持与好评，期待再次为您服务！", "Thank you for your kind words; we look forward to serving you again."
    ),
    Text(
        "很抱歉给您带来不便，我们已联系您处理，感谢您的反馈。", "We are sorry, and have been in touch to put it right."
    ),
    Text("感谢反馈，我们会把建议转给采购与仓库改进。", "Thank you; we pass this on to purchasing and the warehouse."),
)


@staff("reviews.view", methods=("GET",))
def reviews(request: HttpRequest) -> HttpResponse:
    """Those that wait for an answer first."""
    return _reviews(request)


def _reviews(
    request: HttpRequest, review_id: int = 0, form: FormState | None = None, status: int = 200
) -> HttpResponse:
    language.use(language.of(request))
    asked = tables.asked(request, FILTERS, keep=("only",))
    tab = asked.extra.get("only", "") or ("all" if asked.filtered else "to_answer")
    tab = tab if tab in dict(TABS) else "to_answer"
    found = selectors.reviews(
        only="" if tab == "all" else tab,  # type: ignore[arg-type]
        stars=int(asked["stars"]) if asked["stars"] else None,
        q=asked["q"],
        cursor=asked.cursor,
        limit=PAGE,
    )
    counts = selectors.counts()
    shown = found.items
    if review_id and all(review.id != review_id for review in shown):
        shown = [selectors.review(review_id), *shown]
    return page.render(
        request,
        "backoffice/reviews.html",
        status=status,
        reviews=shown,
        asked=asked,
        filters=FILTERS,
        tabs=[
            (say(words), f"{request.path}?{urlencode({'only': name})}", name == tab, counts.get(name))
            for name, words in TABS
        ],
        tab=tab,
        next_href=asked.next_href(found.next_cursor) if found.next_cursor else "",
        beginnings=[say(words) for words in BEGINNINGS],
        form_of=lambda review: form if form is not None and review.id == review_id else EMPTY,
        reply_of=lambda review: FormState.of({"reply": review.reply}),
        here=request.get_full_path() if request.method == "GET" else safe_next(request.POST.get("next")),
    )


def _act(request: HttpRequest, review_id: int, act: Callable[[], Any], done: Text, **options: Any) -> HttpResponse:
    """Do it and go back to the list as it was."""

    def refused(problem: Problem) -> HttpResponse:
        return _reviews(request, review_id, typed(request, problem), problem.status)

    where = safe_next(request.POST.get("next"))
    where = where if where.startswith("/office/reviews") else "/office/reviews"
    return carry_out(request, act, done, where=where, refused=refused, **options)


@staff("reviews.answer", methods=("POST",))
def answer(request: HttpRequest, review_id: int) -> HttpResponse:
    """The mall's answer, seen by everybody."""
    act = partial(services.answer, review_id, request.POST.get("reply", ""), actor=actor(request))
    return _act(request, review_id, act, Text("已回复", "Answered"))


@staff("reviews.hide", methods=("POST",))
def hide(request: HttpRequest, review_id: int) -> HttpResponse:
    """Out of the shop and its figures, for a reason."""
    act = partial(services.hide, review_id, reason=request.POST.get("reason", ""), actor=actor(request))
    undo = (f"/office/reviews/{review_id}/show", {"next": request.POST.get("next", "")})
    return _act(request, review_id, act, Text("已隐藏这条评价", "The review is hidden"), undo=undo)


@staff("reviews.hide", methods=("POST",))
def show(request: HttpRequest, review_id: int) -> HttpResponse:
    """Into the shop again."""
    return _act(
        request,
        review_id,
        partial(services.show, review_id, actor=actor(request)),
        Text("已恢复显示", "It is shown again"),
    )


urlpatterns = [
    path("reviews", reviews, name="office-reviews"),
    path("reviews/<int:review_id>/answer", answer, name="office-review-answer"),
    path("reviews/<int:review_id>/hide", hide, name="office-review-hide"),
    path("reviews/<int:review_id>/show", show, name="office-review-show"),
]
