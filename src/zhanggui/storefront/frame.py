"""What every page of the shop carries around itself: name, notice, categories, foot. From memory, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog
from django.db import DatabaseError, InterfaceError
from markupsafe import Markup

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import CategoryView
from zhanggui.content import selectors as content
from zhanggui.content.types import Site
from zhanggui.ui import language
from zhanggui.ui.language import t

log = structlog.get_logger(__name__)
#: Entries of the head menu; more would not fit beside each other.
HEAD_ENTRIES = 9
NO_STYLE = Markup("")


@dataclass(frozen=True, slots=True)
class Entry:
    """A way, with those below it."""

    label: str
    href: str
    items: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """For `storefront/base.html`."""

    name: str = "掌柜商城"
    slogan: str = ""
    logo: str = ""
    notice: str = ""
    notice_link: str = ""
    categories: tuple[Entry, ...] = ()
    head: tuple[Entry, ...] = ()
    foot: tuple[Entry, ...] = ()
    friends: tuple[Entry, ...] = ()
    phone: str = ""
    hours: str = ""
    email: str = ""
    company: str = ""
    record_number: str = ""
    style: Markup = NO_STYLE


def current() -> Frame:
    """The frame in the language of the page. A mall whose database does not answer shows a bare one."""
    try:
        return _frame(content.site(), catalog.categories(), language.current())
    except (DatabaseError, InterfaceError):
        log.warning("frame_without_database", exc_info=True)
        return Frame()


def _frame(site: Site, categories: Sequence[CategoryView], lang: str) -> Frame:
    style = site.style
    tree = _tree(categories, lang)
    return Frame(
        name=style.name.render(lang),
        slogan=style.slogan.render(lang),
        logo=style.logo.url,
        notice=style.notice.render(lang),
        notice_link=style.notice_link,
        categories=tree,
        head=_menu(site.main_menu.items, lang) or tree[:HEAD_ENTRIES],
        foot=_menu(site.footer_menu.items, lang) or _plain_foot(),
        friends=_menu(site.friend_links.items, lang),
        phone=style.phone,
        hours=style.hours.render(lang),
        email=style.email,
        company=style.company.render(lang),
        record_number=style.record_number,
        style=_style(style.main_colour),
    )


def _tree(categories: Iterable[CategoryView], lang: str) -> tuple[Entry, ...]:
    below: dict[int | None, list[CategoryView]] = {}
    for category in categories:
        below.setdefault(category.parent_id, []).append(category)

    def entries(parent: int | None) -> tuple[Entry, ...]:
        return tuple(
            Entry(c.name_in(lang), "/c/" + quote(c.slug, safe=""), entries(c.id)) for c in below.get(parent, ())
        )

    return entries(None)


def _menu(items: Iterable[Any], lang: str) -> tuple[Entry, ...]:
    """Entries of content's menus; links of friends have nothing below them."""
    return tuple(Entry(item.label.render(lang), item.link, _menu(getattr(item, "items", ()), lang)) for item in items)


def _plain_foot() -> tuple[Entry, ...]:
    """Until the mall has a menu of its own."""
    orders = Entry(t("我的订单", "My orders"), "/account/orders")
    return (
        Entry(t("购物", "Shopping"), "", (Entry(t("购物车", "Cart"), "/cart"), orders)),
        Entry(t("帮助", "Help"), "", (Entry(t("帮助中心", "Help centre"), "/help"),)),
    )


def _style(colour: str) -> Markup:
    """The mall's own main colour in place of the theme's, in light and dark."""
    if not colour:
        return NO_STYLE
    dark = f"--brand:color-mix(in srgb,{colour} 58%,#fff);--brand-soft:color-mix(in srgb,{colour} 24%,#15120f)"
    return Markup(
        "<style>:root{{--brand-fill:{0};--brand-fill-strong:color-mix(in srgb,{0} 84%,#000);--brand:{0};"
        "--brand-soft:color-mix(in srgb,{0} 9%,#fff)}}"
        "@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{1}}}}}"
        ":root[data-theme=dark]{{{1}}}</style>"
    ).format(Markup(colour), Markup(dark))
