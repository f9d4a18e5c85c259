"""What others hand to content and get from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from zhanggui.catalog.types import ListingItem
from zhanggui.kernel.i18n import Text

from .blocks import BLOCKS as BLOCKS
from .blocks import MAX_BLOCKS as MAX_BLOCKS
from .blocks import Block as Block
from .labels import CHOICES as CHOICES
from .labels import FIELDS as FIELDS
from .labels import of as field_label
from .parts import Head as Head
from .parts import Part as Part
from .parts import Picture, Words
from .site import LABELS as SITE_LABELS
from .site import PARTS as SITE_PARTS
from .site import FriendLinks, Menu, Style
from .states import ACTIVITY, ARTICLE, HELP, HOME
from .states import KINDS as KINDS

__all__ = [
    "ADDRESSES", "BLOCKS", "CHOICES", "FIELDS", "KINDS", "KIND_LABELS", "LISTS", "MAX_BLOCKS", "SITE_LABELS", "SITE_PARTS",
    "ArticleRow", "Block", "Change", "Difference", "Head", "PageContent", "PageRef", "PageRow", "PageView", "Part", "Picture",
    "PublishedPage", "RevisionRow", "SalesSource", "Shelved", "Site", "Words", "address_of", "field_label",
]  # fmt: skip

KIND_LABELS = {
    HOME: Text("首页", "Home page"),
    ACTIVITY: Text("活动页", "Activity"),
    ARTICLE: Text("文章", "Article"),
    HELP: Text("帮助", "Help"),
}
#: Where the shop shows a page of each kind.
ADDRESSES = {HOME: "/", ACTIVITY: "/activity/{slug}", ARTICLE: "/articles/{slug}", HELP: "/help/{slug}"}
#: Where the shop shows the goods of a category or brand, and the parameter that chooses one in any list.
LISTS = {"category": ("/c/", "category"), "brand": ("/brands/", "brand")}


def address_of(kind: str, slug: str) -> str:
    """The path of a page in the shop."""
    return ADDRESSES[kind].format(slug=slug)


@dataclass(frozen=True, slots=True)
class PageContent:
    """All that is written on a page; `data` is its stored form."""

    title: Words
    summary: Words
    cover: Picture
    blocks: tuple[Block, ...]

    def data(self) -> dict[str, Any]:
        return {
            "title": self.title.model_dump(mode="json"),
            "summary": self.summary.model_dump(mode="json"),
            "cover": self.cover.model_dump(mode="json"),
            "blocks": [block.model_dump(mode="json") for block in self.blocks],
        }


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A page as visitors see it; blocks that are hidden are left out."""

    id: int
    kind: str
    slug: str
    topic: str
    title: Words
    summary: Words
    cover: Picture
    blocks: tuple[Block, ...]
    revision: int
    published_at: datetime | None
    updated_at: datetime

    @property
    def path(self) -> str:
        return address_of(self.kind, self.slug)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A published article or help page in a list."""

    id: int
    kind: str
    slug: str
    topic: str
    title: Words
    summary: Words
    cover: Picture
    published_at: datetime

    @property
    def path(self) -> str:
        return address_of(self.kind, self.slug)


@dataclass(frozen=True, slots=True)
class PageRef:
    """What a write answers: `version` is for the next change."""

    id: int
    slug: str
    state: str
    version: int
    revision: int


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page in the editors' list. `changed`: its draft is newer than what is shown."""

    id: int
    kind: str
    slug: str
    topic: str
    title: Text
    state: str
    changed: bool
    version: int
    publish_at: datetime | None
    unpublish_at: datetime | None
    published_at: datetime | None
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PageView:
    """A page for its editor. `gaps` is what publishing would refuse; `untranslated` where English is missing."""

    id: int
    kind: str
    slug: str
    topic: str
    position: int
    state: str
    version: int
    content: PageContent
    shown: int | None
    changed: bool
    publish_at: datetime | None
    unpublish_at: datetime | None
    published_at: datetime | None
    schedule_problem: str
    updated_by: str
    updated_at: datetime
    gaps: tuple[tuple[str, Text], ...]
    untranslated: tuple[str, ...]
    ads: int
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A version in the history."""

    number: int
    note: str
    by: str
    at: datetime
    published_at: datetime | None
    shown: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A draft as its editor has it; what is None stays. `content` is data as `PageContent.data` gives it."""

    content: dict[str, Any]
    slug: str | None = None
    topic: str | None = None
    position: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two contents differ: where, and what each has."""

    loc: str
    where: Text
    mine: str
    theirs: str


class Shelved(NamedTuple):
    """A product on a shelf; `sold` units in the last days where the shelf shows them."""

    item: ListingItem
    sold: int | None


@dataclass(frozen=True, slots=True)
class Site:
    """What every page carries."""

    style: Style
    main_menu: Menu
    footer_menu: Menu
    friend_links: FriendLinks


class SalesSource(Protocol):
    """The port through which hot sales learn units sold; bound in config/wiring.py."""

    def __call__(self, since: datetime, limit: int) -> list[tuple[int, int]]: ...
