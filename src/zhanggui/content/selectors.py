"""Reads of content. What visitors see comes from memory; the rest says its number of statements."""

from datetime import datetime
from typing import Any

from django.core import signing

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import db, mall_settings, paging
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

from . import kept, rules, states
from .blocks import Shelf
from .errors import PreviewExpired
from .kept import forget as forget
from .parts import Part, Picture, Words
from .permissions import VIEW
from .rules import differences as differences
from .rules import links as links
from .rules import new_id as new_id
from .rules import sold_over as sold_over
from .rules import texts_with_links as texts_with_links
from .site import LABELS, PARTS
from .types import (
    ArticleRow,
    Difference,
    PageContent,
    PageRow,
    PageView,
    PublishedPage,
    RevisionRow,
    Shelved,
    Site,
)

_SALT = "zhanggui.content.preview"
_SORTS = {"new": "new", "best": "sales", "rating": "rating"}


# --- for visitors -------------------------------------------------------------------------------------------------


def published(slug: str) -> PublishedPage:
    """The page at an address. From memory; one statement the first time. Raises NotFound."""
    found = kept.page(kept.current(), slug)
    if found is None:
        raise NotFound()
    return found


def home() -> PublishedPage | None:
    """The home page: of several that are published (a festival's beside the usual one) the one published last."""
    now = kept.current()
    return kept.page(now, now.home) if now.home else None


def all_published() -> list[PublishedPage]:
    """Every published page. From memory; a statement for each that nobody has asked for yet."""
    now = kept.current()
    return [page for slug in now.slugs if (page := kept.page(now, slug))]


def site() -> Site:
    """Style, menus and friend links. From memory."""
    return kept.current().site


def sold_lately(product_ids: list[int]) -> dict[int, int]:
    """Units of products sold in the last days, for those that sold. From memory; minutes old."""
    sold = kept.current().sold
    return {product_id: sold[product_id] for product_id in product_ids if product_id in sold}


def shelf(block: Shelf) -> list[Shelved]:
    """The goods of a shelf, those of a rule only while in stock. One statement."""
    within = {"category_id": block.category_id, "brand_id": block.brand_id, "tag": block.tag}
    sold = kept.current().sold
    if block.rule == "picked":
        items = catalog.listed(block.product_ids, **within)
    elif block.rule == "hot":
        items = [item for item in catalog.listed(list(sold), **within) if item.in_stock]
    else:
        items = catalog.top(_SORTS[block.rule], block.limit, **within)
    shows = block.show_sold or block.rule == "hot"
    return [Shelved(item, sold.get(item.id) if shows else None) for item in items[: block.limit]]


_ARTICLE = """
select p.id, p.kind, p.slug, p.topic, p.published_at, r.content -> 'title' as title, r.content -> 'summary' as summary,
    r.content -> 'cover' as cover
from content_page p join content_revision r on r.page_id = p.id and r.number = p.shown
where p.state = 'published' and p.kind = %(kind)s
"""


def articles(*, topic: str = "", cursor: str = "", limit: int = 20) -> paging.Page[ArticleRow]:
    """Published articles, newest first, of one column if named. One statement. Raises ValidationFailed."""
    at, below = _article_cursor(cursor) if cursor else (None, None)
    rows = db.rows(
        _ARTICLE + " and (%(topic)s::text = '' or p.topic = %(topic)s::text)"
        " and (%(at)s::timestamptz is null or (p.published_at, p.id) < (%(at)s::timestamptz, %(below)s::bigint))"
        " order by p.published_at desc, p.id desc limit %(limit)s",
        {"kind": states.ARTICLE, "topic": topic, "at": at, "below": below, "limit": limit + 1},
    )
    return paging.page(
        [_article(row) for row in rows], limit, lambda row: row.published_at.isoformat(), lambda row: row.id
    )


def _article_cursor(cursor: str) -> tuple[datetime, int]:
    text, below = paging.decode(cursor, str, int)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValidationFailed.one(
            "cursor", "invalid", "翻页标记无效，请从第一页开始", "not a valid cursor; start over"
        )
    return at, below


def help_pages() -> list[ArticleRow]:
    """All published help pages by topic and place. One statement."""
    rows = db.rows(_ARTICLE + " order by p.topic, p.position, p.id", {"kind": states.HELP})
    return [_article(row) for row in rows]


def topics(kind: str = states.ARTICLE) -> list[str]:
    """The columns that have a published page. One statement."""
    rows = db.rows(
        "select distinct topic from content_page where state = 'published' and kind = %s and topic <> '' order by topic",
        (kind,),
    )
    return [row["topic"] for row in rows]


def _article(row: dict[str, Any]) -> ArticleRow:
    return ArticleRow(
        row["id"],
        row["kind"],
        row["slug"],
        row["topic"],
        Words.model_validate(row["title"]),
        Words.model_validate(row["summary"]),
        Picture.model_validate(row["cover"]),
        row["published_at"],
    )


# --- preview ------------------------------------------------------------------------------------------------------


def preview_token(page_id: int, number: int | None = None, *, actor: Actor) -> str:
    """A signed word by which anybody sees the draft (or version `number`) for some hours. Raises PermissionDenied."""
    if not actor.may(VIEW):
        raise PermissionDenied()
    return signing.dumps([page_id, number or 0], salt=_SALT)


def previewed(token: str) -> PublishedPage:
    """The draft or version a preview's word stands for, as visitors would see it. Raises PreviewExpired."""
    hours = mall_settings.get("content.preview_hours")
    try:
        page_id, number = signing.loads(token, salt=_SALT, max_age=hours * 3600)
    except (signing.BadSignature, ValueError, TypeError):
        raise PreviewExpired() from None
    row = db.row(
        "select p.id, p.kind, p.slug, p.topic, p.published_at, p.updated_at, coalesce(r.content, p.content) as content,"
        " coalesce(r.number, 0) as number from content_page p"
        " left join content_revision r on r.page_id = p.id and r.number = %s where p.id = %s and (%s = 0 or r.id is not null)",
        (number, page_id, number),
    )
    if row is None:
        raise PreviewExpired()
    return kept.shown(row, row["content"], row["number"], row["published_at"], row["updated_at"])


# --- for editors --------------------------------------------------------------------------------------------------


def pages(*, kind: str = "", state: str = "", q: str = "", cursor: str = "", limit: int = 50) -> paging.Page[PageRow]:
    """Pages for editors, newest first; without a state those not put away. `q` is part of a title or address. One statement."""
    below = paging.decode(cursor, int)[0] if cursor else None
    like = "%" + q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = db.rows(
        "select p.id, p.kind, p.slug, p.topic, p.title_zh, p.title_en, p.state, p.version, p.publish_at, p.unpublish_at,"
        " p.published_at, p.updated_by, p.updated_at,"
        " coalesce(p.shown is not null and r.content <> p.content, false) as changed"
        " from content_page p left join content_revision r on r.page_id = p.id and r.number = p.shown"
        " where (%(kind)s = '' or p.kind = %(kind)s)"
        " and case when %(state)s = '' then p.state <> 'archived' else p.state = %(state)s end"
        " and (%(q)s = '' or p.title_zh ilike %(like)s or p.title_en ilike %(like)s or p.slug ilike %(like)s)"
        " and (%(below)s::bigint is null or p.id < %(below)s) order by p.id desc limit %(limit)s",
        {"kind": kind, "state": state, "q": q.strip(), "like": like, "below": below, "limit": limit + 1},
    )
    return paging.page([_row(row) for row in rows], limit, lambda row: row.id)


def _row(row: dict[str, Any]) -> PageRow:
    title = Text(row.pop("title_zh"), row.pop("title_en"))
    return PageRow(**row, title=Text(title.zh, title.en or title.zh))


def page(page_id: int) -> PageView:
    """A page with its draft, and what keeps it from being published. One statement. Raises NotFound."""
    row = db.row(
        "select p.*, coalesce(p.shown is not null and r.content <> p.content, false) as changed from content_page p"
        " left join content_revision r on r.page_id = p.id and r.number = p.shown where p.id = %s",
        (page_id,),
    )
    if row is None:
        raise NotFound()
    content = rules.stored(row["content"])
    fields = {name: row[name] for name in PageView.__slots__ if name in row and name != "content"}
    return PageView(
        **fields,
        content=content,
        gaps=tuple(rules.gaps(row["kind"], content, mall_settings.get("content.home_ad_slots"))),
        untranslated=tuple(rules.missing_english(content)),
        ads=rules.ads(content),
        actions=states.PAGE.actions(row["state"]),
    )


def state_counts() -> dict[str, int]:
    """How many pages stand where. One statement."""
    found = {r["state"]: r["n"] for r in db.rows("select state, count(*)::int as n from content_page group by state")}
    return {state: found.get(state, 0) for state in states.STATES}


def revisions(page_id: int, *, cursor: str = "", limit: int = 30) -> paging.Page[RevisionRow]:
    """The versions of a page, newest first. One statement."""
    below = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select r.number, r.note, r.actor_label as by, r.at, r.published_at, r.number is not distinct from p.shown as shown"
        " from content_revision r join content_page p on p.id = r.page_id"
        " where r.page_id = %s and (%s::int is null or r.number < %s) order by r.number desc limit %s",
        (page_id, below, below, limit + 1),
    )
    return paging.page([RevisionRow(**row) for row in rows], limit, lambda row: row.number)


def revision(page_id: int, number: int) -> PageContent:
    """The content of a version. One statement. Raises NotFound."""
    row = db.row("select content from content_revision where page_id = %s and number = %s", (page_id, number))
    if row is None:
        raise NotFound()
    return rules.stored(row["content"])


def compare(page_id: int, number: int) -> list[Difference]:
    """In what a version (`mine`) differs from the draft (`theirs`). Two statements. Raises NotFound."""
    return rules.differences(revision(page_id, number), page(page_id).content)


def parse(data: dict[str, Any]) -> PageContent:
    """Data of an editor's form as content, without storing it. Raises ValidationFailed."""
    return rules.content(data)


def site_part(key: str) -> tuple[Part, int]:
    """A part of the site with the version for its next change (0: never stored). One statement. Raises NotFound."""
    kind = PARTS.get(key)
    if kind is None:
        raise NotFound()
    row = db.row("select data, version from content_sitepart where key = %s", (key,))
    return (kind.model_validate(row["data"]), row["version"]) if row else (kind(), 0)


def naming(kind: str, target: int, name: str) -> list[Text]:
    """The pages and parts of the site, put away ones aside, that name a category or brand or lead to it, and those that
    lead to a list by an attribute, in words. `name` is its slug, or the attribute's name. Two statements."""

    def names(page: PageContent) -> bool:
        return (kind, target) in {(what, one) for _, what, one in rules.goods(page)} or any(
            rules.leads(link, kind, name) for link in rules.links(page.blocks)
        )

    found = []
    for row in db.rows(
        "select p.title_zh, p.title_en, p.content, r.content as shown from content_page p"
        " left join content_revision r on r.page_id = p.id and r.number = p.shown where p.state <> 'archived' order by p.id"
    ):
        said = [row["content"]] + ([row["shown"]] if row["shown"] not in (None, row["content"]) else [])
        if any(names(rules.stored(one)) for one in said):
            found.append(Text(f"页面「{row['title_zh']}」", f"the page “{row['title_en'] or row['title_zh']}”"))
    for row in db.rows("select key, data from content_sitepart order by key"):
        part = PARTS[row["key"]].model_validate(row["data"]) if row["key"] in PARTS else None
        if part is not None and any(rules.leads(link, kind, name) for link in rules.links(part)):
            found.append(Text(f"「{LABELS[row['key']].zh}」", f"the {LABELS[row['key']].en.lower()}"))
    return found


def pages_with(product_id: int, slug: str) -> list[tuple[int, Text]]:
    """Pages, put away ones aside, with a block that shows a product or a link that leads to it. One statement."""
    address = f"/p/{slug}"
    found = []
    for row in db.rows(
        "select p.id, p.title_zh, p.title_en, p.content, r.content as shown from content_page p"
        " left join content_revision r on r.page_id = p.id and r.number = p.shown where p.state <> 'archived' order by p.id"
    ):
        said = [row["content"]] + ([row["shown"]] if row["shown"] not in (None, row["content"]) else [])
        pages = [rules.stored(one) for one in said]
        if any(
            ("product", product_id) in {(what, one) for _, what, one in rules.goods(page)}
            or any(link.partition("?")[0] == address for link in rules.links(page.blocks))
            for page in pages
        ):
            found.append((row["id"], Text(row["title_zh"], row["title_en"] or row["title_zh"])))
    return found


def site_keys() -> tuple[str, ...]:
    """The parts of the site there are."""
    return tuple(PARTS)
