"""What a buyer reads when something cannot be shown: why, and ways on. Never a blank page."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings, versions
from zhanggui.kernel.problems import Problem
from zhanggui.promotions import selectors as promotions
from zhanggui.showcase import selectors as showcase
from zhanggui.ui import environment, language, theme

from .browse.cards import Card, Prices, sku_ids_of
from .browse.sheets import Sheet, Visitor, pack, write

log = structlog.get_logger(__name__)
BESIDE = 4


def sheet(problem: Problem, who: Visitor, path: str) -> Sheet:
    """The page of a refusal; of what was not found, with a search and what others buy."""
    try:
        with versions.seen_once():
            cards = _others(who.lang) if problem.status == 404 else []
            return write(
                "storefront/refused.html", who, path, status=problem.status, problem=problem, cards=cards,
                currency=mall_settings.get("mall.currency"),
            )  # fmt: skip
    except Exception:
        log.warning("no_page_for_a_refusal", code=problem.code, exc_info=True)
        language.use(who.lang)
        given = {"lang": who.lang, "theme": who.theme, "path": path, "problem": problem, "home": "/"}
        return pack(environment.get().get_template("ui/refused.html").render(given), status=problem.status)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The same for a request that came through Django."""
    who = Visitor(language.of(request), theme.of(request))
    found = sheet(problem, who, request.get_full_path()).answer(request.headers.get("Accept-Encoding"), None)
    response = HttpResponse(found.body, status=found.status)
    for name, value in found.headers.items():
        response[name] = value
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response


def _others(lang: str) -> list[Card]:
    rules = promotions.live_rules(clock.now())
    tiles = [showcase.tile(item, rules, lang) for item in catalog.top("sales", BESIDE)]
    return Prices.of(sku_ids_of(tiles)).cards(tiles)
