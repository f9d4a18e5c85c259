"""What machines ask a shop for: the map of its pages, what they may visit, how it installs, what stands in for it offline."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from zhanggui.catalog import selectors as catalog
from zhanggui.content import selectors as content
from zhanggui.kernel.i18n import EN, LANGUAGES

from . import addresses
from .schema import absolute

#: The most addresses a file may hold (sitemaps.org). Products come in files of their own, by id.
PER_FILE = 50_000
DAY = 86_400
R = TypeVar("R", bound=HttpResponseBase)
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def sitemap(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: the index."""
    files = ["/sitemap-pages.xml", *(f"/sitemap-products-{start}.xml" for start in catalog.listed_starts(PER_FILE))]
    body = "".join(f"<sitemap><loc>{escape(absolute(path))}</loc></sitemap>\n" for path in files)
    return _kept(
        HttpResponse(f"{XML}<sitemapindex {NAMESPACES}>\n{body}</sitemapindex>\n", content_type="application/xml")
    )


def sitemap_pages(request: HttpRequest) -> HttpResponseBase:
    """`/sitemap-pages.xml`: home, flash sales, categories, brands, articles, help."""
    return _urlset(_pages())


def sitemap_products(request: HttpRequest, start: int) -> HttpResponseBase:
    """`/sitemap-products-<id>.xml`: up to 50 000 products from an id on, sent while they are read."""
    if start > 2**62:
        raise Http404
    return _urlset((addresses.product(slug), at) for slug, at in catalog.listed_slugs(start, PER_FILE))


def _pages() -> Iterator[tuple[str, datetime | None]]:
    yield from (("/", None), ("/flash", None), ("/articles", None), ("/help", None))
    yield from ((addresses.category(found.slug), None) for found in catalog.categories())
    yield from ((addresses.brand(found.slug), None) for found in catalog.brands())
    yield from ((row.path, row.published_at) for row in content.help_pages())
    cursor = ""
    while True:
        page = content.articles(cursor=cursor, limit=100)
        yield from ((row.path, row.published_at) for row in page.items)
        if not page.next_cursor:
            return
        cursor = page.next_cursor


def _urlset(found: Iterator[tuple[str, datetime | None]]) -> HttpResponseBase:
    def parts() -> Iterator[str]:
        yield f"{XML}<urlset {NAMESPACES}>\n"
        for path, at in found:
            yield _url(path, at)
        yield "</urlset>\n"

    return _kept(StreamingHttpResponse(parts(), content_type="application/xml"))


def _url(path: str, at: datetime | None) -> str:
    """One address with the same in the other languages."""
    changed = f"<lastmod>{at.date().isoformat()}</lastmod>" if at else ""
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href="{escape(absolute(in_language(path, lang)))}"/>'
        for lang in LANGUAGES
    )
    return f"<url><loc>{escape(absolute(path))}</loc>{changed}{others}</url>\n"


def in_language(path: str, lang: str) -> str:
    """The address of a page in a language, whoever asks."""
    return f"{path}{'&' if '?' in path else '?'}hl={lang}"


def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`."""
    private = ("/account", "/cart", "/checkout", "/pay", "/orders", "/office", "/api/", "/preview", "/search/suggest")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in private),
        "",
        f"Sitemap: {absolute('/sitemap.xml')}",
        "",
    ]
    return _kept(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


def manifest(request: HttpRequest) -> HttpResponse:
    """`/manifest.webmanifest`: the shop as an app on a phone."""
    style = content.site().style
    name = style.name.render()
    english = style.name.render(EN)
    return _kept(
        JsonResponse(
            {
                "name": name if name == english else f"{name} {english}", "short_name": name[:12], "lang": "zh-Hans",
                "start_url": "/?utm_source=app", "scope": "/", "id": "/", "display": "standalone",
                "background_color": "#faf8f5", "theme_color": "#faf8f5",
                "icons": [
                    {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                    for size in (192, 512)
                    for purpose in ("any", "maskable")
                ],
                "shortcuts": [
                    {"name": "购物车 Cart", "url": "/cart"}, {"name": "我的订单 Orders", "url": "/account/orders"},
                ],
            },
            content_type="application/manifest+json",
            json_dumps_params={"ensure_ascii": False},
        )
    )  # fmt: skip


def _kept(response: R) -> R:
    response.headers["Cache-Control"] = f"public, max-age={DAY // 24}"
    return response
