"""The mall's pages as data, for programs that draw them themselves."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from zhanggui.content import selectors
from zhanggui.content.types import ArticleRow, PublishedPage
from zhanggui.kernel.problems import NotFound

from ..fields import Answer, Cursor, Limit
from ..frame import language, reply

router = Router()
Slug = Annotated[str, Path(min_length=1, max_length=80)]


class PageContentOut(Answer):
    """`blocks` by their `type`; texts in both languages, product shelves as their rule."""

    slug: str
    kind: str
    topic: str
    title: str
    summary: str
    cover: str
    blocks: list[dict[str, Any]]
    published_at: datetime | None


class ArticleOut(Answer):
    slug: str
    kind: str
    topic: str
    title: str
    summary: str
    cover: str
    published_at: datetime


class ArticleList(Answer):
    items: list[ArticleOut]
    next_cursor: str | None


class SiteOut(Answer):
    """Style, menus and friend links."""

    style: dict[str, Any]
    main_menu: dict[str, Any]
    footer_menu: dict[str, Any]
    friend_links: dict[str, Any]


def _head(page: PublishedPage | ArticleRow, lang: str) -> dict[str, Any]:
    return {
        "slug": page.slug,
        "kind": page.kind,
        "topic": page.topic,
        "title": page.title.render(lang),
        "summary": page.summary.render(lang),
        "cover": page.cover.url,
        "published_at": page.published_at,
    }


def _page(request: HttpRequest, page: PublishedPage) -> HttpResponse:
    return reply({**_head(page, language(request)), "blocks": [block.model_dump(mode="json") for block in page.blocks]})


@router.get("/home", response=PageContentOut, summary="The home page")
def home(request: HttpRequest) -> HttpResponse:
    page = selectors.home()
    if page is None:
        raise NotFound()
    return _page(request, page)


@router.get("/pages/{slug}", response=PageContentOut, summary="A published page")
def page(request: HttpRequest, slug: Slug) -> HttpResponse:
    return _page(request, selectors.published(slug))


@router.get("/articles", response=ArticleList, summary="Articles, newest first")
def articles(
    request: HttpRequest, topic: Annotated[str, Query(max_length=40)] = "", cursor: Cursor = "", limit: Limit = 20
) -> HttpResponse:
    found = selectors.articles(topic=topic, cursor=cursor, limit=limit)
    lang = language(request)
    return reply({"items": [_head(row, lang) for row in found.items], "next_cursor": found.next_cursor})


@router.get("/site", response=SiteOut, summary="Style, menus and friend links")
def site(request: HttpRequest) -> HttpResponse:
    now = selectors.site()
    return reply({name: getattr(now, name).model_dump(mode="json") for name in SiteOut.model_fields})
