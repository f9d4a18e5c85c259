"""Whole pages as they are sent, kept for as long as what they say holds. HOT: see docs/adr/0006.

A page is written once for a language and a theme, packed, and sent to everybody: what belongs to one visitor (the name,
the count in the cart) the visitor's own browser fills in. Each request looks at the versions, the prices and the stock it
shows, in a statement shared with all who wait; where any of it has moved, the page is written anew.
"""

import gzip
import re
import zlib
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from zhanggui.kernel import clock
from zhanggui.kernel.lane import Request, Response, ready
from zhanggui.promotions.types import RuleSet
from zhanggui.showcase.selectors import Kept, Live, live
from zhanggui.ui import language, page, theme

from . import frames

#: A page is written again after this time, whatever stands: days that end, struck prices that have stood long enough.
SECONDS = 900.0
HTML = "text/html; charset=utf-8"
HEADERS = {**page.HEADERS, "Content-Type": HTML, "Vary": "Cookie, Accept-Language, Accept-Encoding"}
_LEVEL = 4  # a fiftieth larger than with 6, in two thirds of its time
_COOKIE = re.compile(rf"(?:^|;\s*)({language.COOKIE}|{theme.COOKIE})=([A-Za-z-]{{1,16}})(?=;|\s|$)")


class Visitor(NamedTuple):
    """All of a reader that a kept page depends on."""

    lang: str
    theme: str = ""


@lru_cache(maxsize=1024)
def visitor(cookies: str | None, accept_language: str | None) -> Visitor:
    """The reader of a request, by its Cookie and Accept-Language headers."""
    chosen = dict(_COOKIE.findall(cookies or ""))
    return Visitor(
        language.choose(chosen.get(language.COOKIE), accept_language), theme.choose(chosen.get(theme.COOKIE))
    )


class Seen(NamedTuple):
    """The price and stock of SKUs that a page shows; stock only as exactly as it is said."""

    prices: tuple[Any, ...]
    stock: tuple[int, ...]


def seen(sku_ids: Sequence[int], now: Live, few: int) -> Seen:
    """What of `now` is shown: a SKU's stock counts up to `few`, beyond that there is enough."""
    most = few + 1
    free = now.free.get
    return Seen(tuple(map(now.prices.get, sku_ids)), tuple([min(max(free(sku_id, 0), 0), most) for sku_id in sku_ids]))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A written page. `mark` is its ETag; `shown` the prices and stock it says."""

    sku_ids: list[int]
    few: int
    shown: Seen
    packed: bytes
    mark: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: HEADERS)

    @property
    def size(self) -> int:
        return len(self.packed) + 60 * len(self.sku_ids) + 300

    def holds(self, now: Live) -> bool:
        """Whether what the page says of price and stock is so."""
        return seen(self.sku_ids, now, self.few) == self.shown

    def answer(self, accept_encoding: str | None, if_none_match: str | None) -> Response:
        """The page for a client that takes these codings and may have it already."""
        headers = {**self.headers, "ETag": self.mark}
        if if_none_match and self.mark in if_none_match and self.status == 200:
            return Response(304, b"", headers)
        if accept_encoding and "gzip" in accept_encoding:
            headers["Content-Encoding"] = "gzip"
            return Response(self.status, self.packed, headers)
        return Response(self.status, gzip.decompress(self.packed), headers)


def write(
    template: str,
    who: Visitor,
    path: str,
    *,
    sku_ids: Sequence[int] = (),
    now: Live | None = None,
    few: int = 0,
    status: int = 200,
    **context: Any,
) -> Sheet:
    """A page from its template and what it shows. `path` is its own address."""
    language.use(who.lang)
    given = {"request": None, "lang": who.lang, "theme": who.theme, "few": few, **context}
    text = frames.whole(template, path, given)
    return pack(text, sku_ids=sku_ids, now=now, few=few, status=status)


def pack(text: str, *, sku_ids: Sequence[int] = (), now: Live | None = None, few: int = 0, status: int = 200) -> Sheet:
    """A text as a page that can be kept."""
    body = text.encode("utf-8", "replace")
    shown = seen(sku_ids, now, few) if now else Seen((), ())
    packed = gzip.compress(body, _LEVEL, mtime=0)
    return Sheet(list(sku_ids), few, shown, packed, f'W/"{zlib.crc32(body):08x}{len(body):x}"', status)


def live_of(sku_ids: Iterable[int]) -> Live:
    """Prices and stock of this moment, for a page that is being written. One statement."""
    return live(list(sku_ids), clock.now())


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that may be kept: where, under which key, and how it is written."""

    kept: Kept[Sheet]
    key: Hashable
    make: Callable[[RuleSet], Sheet]
    seconds: float = SECONDS

    def sheet(self) -> Sheet:
        """The page, written anew where it has to be. Blocking. Raises what `make` raises."""
        for _ in range(3):
            sheet, now = self.kept.show(self.key, clock.now(), self.make, seconds=self.seconds)
            if sheet.holds(now):
                break
            self.kept.drop(self.key)
        return sheet

    async def kept_sheet(self) -> Sheet | None:
        """The page without a thread, while it is kept and holds."""
        found = await self.kept.look(self.key)
        return found[0] if found and found[0].holds(found[1]) else None


async def serve(shown: Shown, request: Request) -> Response:
    """The page for a request of the lane."""
    sheet = await shown.kept_sheet() or await request.blocking(ready, shown.sheet)
    return sheet.answer(request.header("accept-encoding"), request.header("if-none-match"))


Operation = Callable[[Request, Visitor], Awaitable[Response]]
