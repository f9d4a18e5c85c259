"""What the operations share: pages, SKUs by code, reasons."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest, HttpResponse
from pydantic import StringConstraints

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from ..describing import plain
from ..fields import Answer, Body, line
from ..frame import language, reply

T = TypeVar("T")
Reason = line(500)
OptionalReason = line(500, required=False)
SkuCode = line(100)
Code = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]


class ReasonIn(Body):
    reason: Reason  # type: ignore[valid-type]


class Made(Answer):
    id: int


class Count(Answer):
    count: int


def before(cursor: str) -> int | None:
    """The id in a cursor; None for the first page. Raises ValidationFailed."""
    return int(paging.decode(cursor, int)[0]) if cursor else None


def show(request: HttpRequest, value: Any, status: int = 200) -> HttpResponse:
    """A domain value as JSON."""
    return reply(plain(value, language(request)), status=status)


def show_list(request: HttpRequest, items: Iterable[Any]) -> HttpResponse:
    lang = language(request)
    return reply({"items": [plain(item, lang) for item in items]})


def show_page(request: HttpRequest, page: paging.Page[Any], shape: Callable[[Any], Any] | None = None) -> HttpResponse:
    """A page of domain values; `shape` makes each into plain data where it is not shown as it is."""
    lang = language(request)
    items = [shape(item) if shape else plain(item, lang) for item in page.items]
    return reply({"items": items, "next_cursor": page.next_cursor})


def cut(rows: list[T], limit: int, key: Callable[[T], Any]) -> paging.Page[T]:
    """`limit`+1 fetched rows as a page."""
    return paging.page(rows, limit, key)


def sku_ids(codes: list[str], loc: str = "rows.{}.sku") -> list[int]:
    """The ids of SKUs in the order given; a code may come twice. Raises ValidationFailed naming the unknown ones."""
    found = {sku.code: sku.sku_id for sku in catalog.sellable_by_code(codes)}
    unknown = [i for i, code in enumerate(codes) if not found.get(code)]
    if unknown:
        missing = Text("没有这个 SKU", "there is no such SKU")
        raise ValidationFailed(errors=[FieldError(loc.format(i), "unknown", missing) for i in unknown])
    return [found[code] for code in codes]
