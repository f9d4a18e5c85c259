"""A reader of the shop's pages: asks, and takes the page apart."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import orjson
from django.test import Client

from zhanggui.catalog import search
from zhanggui.content import selectors as content
from zhanggui.kernel import fresh
from zhanggui.promotions import selectors as promotions
from zhanggui.storefront.browse import flash, home, lists, product, reading, reviews


def forget() -> None:
    """Nothing kept from the test before."""
    for room in (flash, home, lists, product, reading, reviews):
        room.kept.forget()
    search.forget()
    content.forget()
    promotions.forget()
    fresh.forget()


class Page:
    """An answer, with what it says."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.headers = response.headers
        body = b"".join(response.streaming_content) if response.streaming else response.content
        self.html = body.decode()
        words = re.sub(r"<(script|style)\b.*?</\1>", " ", self.html, flags=re.S)
        self.text = " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())
        self.flat = unescape(re.sub(r"<[^>]+>", "", words))  # marks inside a word leave no gap: ¥<b>99</b>.50

    @property
    def data(self) -> list[dict[str, Any]]:
        """The JSON-LD of the page."""
        return [
            orjson.loads(found)
            for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', self.html, re.S)
        ]

    def of_type(self, kind: str) -> dict[str, Any]:
        return next(each for each in self.data if each["@type"] == kind)

    def meta(self, name: str) -> str | None:
        found = re.search(rf'<meta (?:name|property)="{re.escape(name)}" content="([^"]*)"', self.html)
        return unescape(found[1]) if found else None

    @property
    def canonical(self) -> str | None:
        found = re.search(r'<link rel="canonical" href="([^"]*)"', self.html)
        return unescape(found[1]) if found else None

    def links(self, like: str = "") -> list[str]:
        found = [unescape(href) for href in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', self.html)]
        return [href for href in found if like in href]

    @property
    def tiles(self) -> list[str]:
        return [unescape(title) for title in re.findall(r'<h3 class="tile-title">(.*?)</h3>', self.html)]

    def well_formed(self) -> list[str]:
        """What is opened and never closed, or closed and never opened."""
        checker = _Checker()
        checker.feed(self.html)
        return [*checker.wrong, *checker.open]


class _Checker(HTMLParser):
    VOID = frozenset(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
    )
    #: Inside drawings elements may close themselves.
    DRAWN = frozenset(["path", "rect", "circle", "line", "polyline", "polygon", "ellipse"])

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID and tag not in self.DRAWN:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in self.DRAWN:
            return
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> in {self.open[-3:]}")
        else:
            self.open.pop()


def read(path: str, language: str = "zh-Hans", **headers: str) -> Page:
    """A page as a browser without scripts gets it."""
    sent = {"accept-language": language} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(Client(raise_request_exception=False).get(path, headers=sent))
