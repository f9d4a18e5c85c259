"""What visitors see, in memory for as long as the version of content stands. One look at the version for a request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from zhanggui.kernel import db, versions

from . import rules
from .site import PARTS, FriendLinks, Menu, Style
from .states import HOME
from .types import PublishedPage, Site

VERSION = "content"
MOST_PAGES = 300

_SHOWN = """
select p.id, p.kind, p.slug, p.topic, p.published_at, r.number, r.content, r.at
from content_page p join content_revision r on r.page_id = p.id and r.number = p.shown
where p.slug = %s and p.state = 'published'
"""


@dataclass(slots=True)
class Kept:
    """`slugs`: what is published, with its kind; pages are read when they are first asked for."""

    version: int
    slugs: dict[str, str]
    home: str
    site: Site
    sold: dict[int, int]
    pages: dict[str, PublishedPage] = field(default_factory=dict)


_kept: Kept | None = None


def current() -> Kept:
    """All that is kept, as of the version now."""
    global _kept
    version = versions.get(VERSION)
    found = _kept
    if found is None or found.version != version:
        found = _kept = _load(version)
    return found


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    global _kept
    _kept = None


def _load(version: int) -> Kept:
    """Three statements."""
    pages = db.rows(
        "select slug, kind, published_at from content_page where state = 'published' order by published_at, id"
    )
    homes = [row["slug"] for row in pages if row["kind"] == HOME]
    parts: dict[str, Any] = {
        row["key"]: PARTS[row["key"]].model_validate(row["data"])
        for row in db.rows("select key, data from content_sitepart")
        if row["key"] in PARTS
    }
    site = Site(
        cast(Style, parts.get("style") or Style()),
        cast(Menu, parts.get("main_menu") or Menu()),
        cast(Menu, parts.get("footer_menu") or Menu()),
        cast(FriendLinks, parts.get("friend_links") or FriendLinks()),
    )
    sold = {
        row["product_id"]: row["units"]
        for row in db.rows("select product_id, units from content_hotsale order by units desc, product_id desc")
    }
    return Kept(version, {row["slug"]: row["kind"] for row in pages}, homes[-1] if homes else "", site, sold)


def page(kept: Kept, slug: str) -> PublishedPage | None:
    """A published page, from memory or with one statement; None where there is none (known without a look)."""
    if slug not in kept.slugs:
        return None
    found = kept.pages.get(slug)
    if found is None:
        row = db.row(_SHOWN, (slug,))
        if row is None:
            return None
        found = shown(row, row["content"], row["number"], row["published_at"], row["at"])
        if len(kept.pages) >= MOST_PAGES:
            kept.pages.clear()
        kept.pages[slug] = found
    return found


def shown(
    row: dict[str, Any], data: dict[str, Any], number: int, published_at: datetime | None, updated_at: datetime
) -> PublishedPage:
    """A stored content as visitors would see it."""
    content = rules.stored(data)
    return PublishedPage(
        row["id"], row["kind"], row["slug"], row["topic"], content.title, content.summary, content.cover,
        rules.visible(content), number, published_at, updated_at,
    )  # fmt: skip
