"""The reading pages through Django: under other servers than our own, and those that are not asked for a hundred times a second."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import LANGUAGES
from zhanggui.kernel.lane import Response
from zhanggui.promotions import selectors as promotions
from zhanggui.ui import language, page, seal, theme

from . import flash, home, lists, product, reading, reviews
from .sheets import Shown, Visitor

MOST_WORDS, MOST_SEEN = 100, 12
WORKER = Path(__file__).parents[1] / "static" / "sw.js"


def reader(request: HttpRequest) -> Visitor:
    """Who reads; `?hl=` says the language whatever else does."""
    asked = request.GET.get("hl", "")
    return Visitor(asked if asked in LANGUAGES else language.of(request), theme.of(request))


def home_page(request: HttpRequest) -> HttpResponse:
    return _answer(request, home.home(reader(request)))


def activity(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, home.activity(slug, reader(request)))


def category(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, lists.category(slug, _query(request), reader(request)))


def brand(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, lists.brand(slug, _query(request), reader(request)))


def search(request: HttpRequest) -> HttpResponse:
    return _answer(request, lists.search(_query(request), reader(request)))


def flash_hall(request: HttpRequest) -> HttpResponse:
    return _answer(request, flash.page(_query(request), reader(request)))


def product_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, product.page(slug, _query(request), reader(request)))


def product_reviews(request: HttpRequest, slug: str) -> HttpResponse:
    only, cursor = request.GET.get("only", "")[:10], request.GET.get("cursor", "")[:200]
    return _answer(request, reviews.page(slug, only, cursor, reader(request)))


def article(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, reading.article(slug, reader(request)))


def articles(request: HttpRequest) -> HttpResponse:
    topic, cursor = request.GET.get("topic", "")[:40], request.GET.get("cursor", "")[:200]
    return _answer(request, reading.articles(topic, cursor, reader(request)))


def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, reading.help_page(slug, reader(request)))


def help_index(request: HttpRequest) -> HttpResponse:
    return _answer(request, reading.help_index(reader(request)))


def preview(request: HttpRequest) -> HttpResponse:
    """`/preview?token=…`: a draft, to whoever holds its signed word."""
    sheet = reading.preview(request.GET.get("token", ""), reader(request), promotions.live_rules(clock.now()))
    return _response(sheet.answer(request.headers.get("Accept-Encoding"), None))


def suggest(request: HttpRequest) -> HttpResponse:
    """`/search/suggest?q=`: a few links below the search field, as a piece of a page."""
    words = request.GET.get("q", "")[:MOST_WORDS]
    found = lists.suggestions(words, language.of(request))
    response = page.render(request, "storefront/parts/suggestions.html", found=found, words=words)
    response["X-Robots-Tag"] = "noindex"
    return response


def seen(request: HttpRequest) -> HttpResponse:
    """`/seen?ids=1,2,3`: a row of products somebody looked at lately, as a piece of a page. The browser remembers, not we."""
    ids = [int(part) for part in request.GET.get("ids", "")[:300].split(",") if part.isascii() and part.isdigit()]
    cards = lists.named(ids[:MOST_SEEN], language.of(request))
    currency = mall_settings.get("mall.currency")
    response = page.render(request, "storefront/parts/seen.html", cards=cards, currency=currency)
    response["X-Robots-Tag"] = "noindex"
    return response


def offline(request: HttpRequest) -> HttpResponse:
    """`/offline`: what the service worker shows without a connection."""
    return page.render(request, "storefront/offline.html", robots="noindex")


def worker(request: HttpRequest) -> HttpResponse:
    """`/sw.js`: the service worker; it must lie at the root to stand in for every page."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def icon(request: HttpRequest, size: int) -> HttpResponse:
    """`/icon-192.png`, `/icon-512.png`: of the shop installed on a phone."""
    if size not in seal.SIZES:
        raise Http404
    response = HttpResponse(seal.png(size), content_type="image/png")
    response["Cache-Control"] = "public, max-age=604800"
    return response


def _query(request: HttpRequest) -> str:
    return str(request.META.get("QUERY_STRING", ""))


def _answer(request: HttpRequest, shown: Shown) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    mark = request.headers.get("If-None-Match")
    return _response(shown.sheet().answer(request.headers.get("Accept-Encoding"), mark))


def _response(found: Response) -> HttpResponse:
    response = HttpResponse(found.body, status=found.status)
    for name, value in found.headers.items():
        response[name] = value
    return response
