"""How a buyer found his case handled: on its page, or by a link without signing in. Once."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales.types import CaseView
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import NotFound, Problem
from zhanggui.redress import selectors, services
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from ..account.keeping import owner_only
from . import words
from .own import Own, own_order
from .said import said
from .show import render
from .who import buyer_of, see

_CASE = re.compile(r"[A-Za-z0-9-]{1,40}")


def panel(own: Own, case: CaseView) -> dict[str, Any]:
    """What the page of a case needs to be rated on it. One statement, none while it goes on."""
    rating = selectors.rating(case.number) if case.closed_at is not None else None
    may = rating is None and selectors.rateable(case)
    return {"rating": rating, "rate_at": own.at(f"{own.page}/cases/{case.number}/rate") if may else ""}


def _score(request: HttpRequest) -> int:
    text = request.POST.get("score", "")
    return int(text) if text in ("1", "2", "3", "4", "5") else 0


@require_POST
@owner_only
def rate(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """From the page of the case."""
    own = own_order(request, number)
    case = cases.case(case_number) if _CASE.fullmatch(case_number) else None
    if case is None or case.order_number != own.number:
        raise NotFound()
    try:
        services.rate_case(
            case.number, _score(request), words=request.POST.get("words", ""), actor=buyer_of(request).actor
        )
    except Problem as refused:
        return _page(request, case, own.at(f"{own.page}/cases/{case.number}/rate"), refused)
    return see(own.at(f"{own.page}/cases/{case.number}", "rated"))


@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, case_number: str, secret: str) -> HttpResponse:
    """From a link the mall sent."""
    case = cases.case(case_number) if _CASE.fullmatch(case_number) and services.link_fits(case_number, secret) else None
    if case is None:
        raise NotFound()
    if request.method != "POST":
        return _page(request, case, request.path)
    try:
        services.rate_case(case.number, _score(request), words=request.POST.get("words", ""), actor=GUEST)
    except Problem as refused:
        return _page(request, case, request.path, refused)
    return see(f"{request.path}?said=rated")


def _page(request: HttpRequest, case: CaseView, where: str, refused: Problem | None = None) -> HttpResponse:
    rating = selectors.rating(case.number)
    form = FormState.failed(request.POST, refused, language.of(request)) if refused else FormState.of()
    return render(
        request, "storefront/buying/rate.html", status=refused.status if refused else 200, case=case, words=words, form=form,
        rating=rating, rate_at=where if rating is None and selectors.rateable(case) else "", said=said(request),
        reason=cases.reason_words(case.reason),
    )  # fmt: skip
