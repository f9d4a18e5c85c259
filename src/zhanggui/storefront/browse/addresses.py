"""The addresses of lists: what a query string asks for, and the address of every other choice. Facets are links."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from re import fullmatch
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from zhanggui.catalog.types import SearchFilters
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT, format_minor, to_minor
from zhanggui.kernel.problems import FieldError
from zhanggui.showcase import selectors as showcase
from zhanggui.showcase.types import UNKNOWN

CATEGORY, SEARCH, BRAND, PRODUCT = "/c/", "/search", "/brands/", "/p/"
#: What a person types into the price fields, in major units; the links of price ranges use minor units.
_TYPED = {"low": "min_price", "high": "max_price"}
_AMOUNT = r"\d{1,10}(\.\d{1,3})?"
_BAD_AMOUNT = Text("请填写数字，如 50 或 99.90", "write a number such as 50 or 99.90")


def product(slug: str) -> str:
    return PRODUCT + quote(slug, safe="")


def category(slug: str) -> str:
    return CATEGORY + quote(slug, safe="")


def brand(slug: str) -> str:
    return BRAND + quote(slug, safe="")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list as it was asked for: the address it belongs to, its filters, and what could not be understood.

    `base` names what the address itself says (a category, a brand), which links need not repeat.
    """

    path: str
    filters: SearchFilters
    errors: tuple[FieldError, ...]
    base: SearchFilters

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the address, the words and the page was chosen."""
        return replace(self.filters, page=1, q=self.base.q) != replace(self.base, q=self.base.q)

    def href(self, **changes: Any) -> str:
        """The address of the same list with other choices; unless it says so, of its first page."""
        return self.path + _query(replace(self.filters, **{"page": 1, **changes}), self.base)

    @property
    def address(self) -> str:
        """The list's own address, in one order of parameters."""
        return self.href(page=self.filters.page)

    def toggled(self, chosen: Iterable[str], value: str) -> tuple[str, ...]:
        """The choices with one more, or one less."""
        found = tuple(chosen)
        return tuple(v for v in found if v != value) if value in found else (*found, value)

    def attribute(self, name: str) -> tuple[str, ...]:
        """What is chosen of an attribute."""
        return dict(self.filters.attributes).get(name, ())

    def attribute_href(self, name: str, value: str) -> str:
        chosen = dict(self.filters.attributes)
        chosen[name] = self.toggled(chosen.get(name, ()), value)
        return self.href(attributes=tuple((n, v) for n, v in sorted(chosen.items()) if v))

    def brand_href(self, slug: str) -> str:
        return self.href(brand=self.toggled(self.filters.brand, slug))


@lru_cache(maxsize=2048)
def wanted(path: str, query: str, currency: str, category: str = "", brand: str = "") -> Wanted:
    """What an address asks for. What cannot be understood is named and left out; what means nothing is ignored."""
    filters, errors = showcase.asked(query)
    wrong = [error for error in errors if error.code != UNKNOWN]
    if "low=" in query or "high=" in query:
        typed, refused = _typed(query, currency)
        wrong += refused
        filters = replace(
            filters,
            min_price=typed.get("min_price", filters.min_price),
            max_price=typed.get("max_price", filters.max_price),
        )
    low, high = filters.min_price, filters.max_price
    if low is not None and high is not None and low > high:
        filters = replace(filters, min_price=high, max_price=low)
    base = SearchFilters(category=category, brand=(brand,) if brand else ())
    if category:
        filters = replace(filters, category=category)
    if brand:
        filters = replace(filters, brand=(brand,))
    return Wanted(path, replace(filters, page_size=base.page_size), tuple(wrong), base)


def _typed(query: str, currency: str) -> tuple[dict[str, int], list[FieldError]]:
    """Prices typed in major units."""
    found: dict[str, int] = {}
    refused = []
    for name, value in parse_qsl(query[:4000], errors="replace", max_num_fields=200):
        if name in _TYPED and (text := value.strip()):
            try:
                amount = to_minor(Decimal(text), currency) if fullmatch(_AMOUNT, text, 0) and text.isascii() else None
            except ValueError:
                amount = None
            if amount is None or amount > MAX_AMOUNT:
                refused.append(FieldError(name, "range", _BAD_AMOUNT))
            else:
                found[_TYPED[name]] = amount
    return found, refused


def _query(filters: SearchFilters, base: SearchFilters) -> str:
    pairs: list[tuple[str, str]] = []
    if filters.q:
        pairs.append(("q", filters.q))
    if filters.category != base.category:
        pairs.append(("category", filters.category))
    if filters.brand != base.brand:
        pairs.append(("brand", ",".join(filters.brand)))
    pairs += [(f"attr.{name}", value) for name, values in filters.attributes for value in values]
    for name in ("min_price", "max_price"):
        amount = getattr(filters, name)
        if amount is not None:
            pairs.append((name, str(amount)))
    if filters.in_stock:
        pairs.append(("in_stock", "1"))
    if filters.sort != "relevance":
        pairs.append(("sort", filters.sort))
    if filters.page > 1:
        pairs.append(("page", str(filters.page)))
    return "?" + urlencode(pairs) if pairs else ""


def hidden_fields(wanted: Wanted) -> list[tuple[str, str]]:
    """What the price form must send along so that it changes nothing else."""
    query = _query(replace(wanted.filters, min_price=None, max_price=None, page=1), wanted.base)
    return parse_qsl(query[1:])


def major(amount: int | None, currency: str) -> str:
    """Minor units as a person would type them: 9900 is `99`."""
    if amount is None:
        return ""
    text = format_minor(amount, currency)
    return text.rstrip("0").rstrip(".") if "." in text else text
