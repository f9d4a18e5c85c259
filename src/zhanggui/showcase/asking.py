"""What the query string of a list asks for. Strict about meaning, never at a loss: what is wrong is named."""

from functools import lru_cache
from urllib.parse import parse_qsl

from zhanggui.catalog.types import MAX_PAGE_SIZE, SORTS, SearchFilters
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT
from zhanggui.kernel.problems import FieldError

from .types import MAX_PAGE, NO_SUCH_PARAMETER, UNKNOWN, Asked

MAX_QUERY = 4_000
MAX_FIELDS = 100
PAGE_SIZE = 24
_PARAMETERS = frozenset({"category", "q", "min_price", "max_price", "in_stock", "sort", "page", "page_size"})
_LONGEST = {"category": 200, "brand": 500, "q": 200}
_TRUE = {"1": True, "true": True, "0": False, "false": False, "": False}


@lru_cache(maxsize=2048)
def asked(query: str) -> Asked:
    """The filters of a query string; what cannot be understood is an error, and its filter is left at its default."""
    if len(query) > MAX_QUERY or query.count("&") >= MAX_FIELDS:
        return Asked(SearchFilters(), (FieldError("query", "length", Text("查询条件太长", "the query is too long")),))
    single, brands, attributes, unknown = _sorted_out(query)
    errors = _too_long(single, brands)
    errors += [FieldError(name[:80], UNKNOWN, NO_SUCH_PARAMETER) for name in unknown]
    sort = single.get("sort") or "relevance"
    if sort not in SORTS:
        errors.append(
            FieldError("sort", "choice", Text(f"只能是 {'、'.join(SORTS)}", f"must be one of {', '.join(SORTS)}"))
        )
    in_stock = _TRUE.get(single.get("in_stock", "").lower())
    if in_stock is None:
        errors.append(FieldError("in_stock", "type", Text("应为 true 或 false", "must be true or false")))
    low = _number(single, "min_price", None, 0, MAX_AMOUNT, errors)
    high = _number(single, "max_price", None, 0, MAX_AMOUNT, errors)
    page = _number(single, "page", 1, 1, MAX_PAGE, errors)
    page_size = _number(single, "page_size", PAGE_SIZE, 1, MAX_PAGE_SIZE, errors)
    wrong = {error.loc for error in errors}
    filters = SearchFilters(
        category=single.get("category", "") if "category" not in wrong else "",
        brand=tuple(brands) if "brand" not in wrong else (),
        q=single.get("q", "") if "q" not in wrong else "",
        min_price=low,
        max_price=high,
        attributes=tuple((name, tuple(values)) for name, values in sorted(attributes.items())),
        in_stock=bool(in_stock),
        sort=sort if sort in SORTS else "relevance",
        page=page or 1,
        page_size=page_size or PAGE_SIZE,
    )
    return Asked(filters, tuple(errors))


def _sorted_out(query: str) -> tuple[dict[str, str], list[str], dict[str, list[str]], list[str]]:
    """Plain parameters, brands, attributes, and the names that mean nothing."""
    single: dict[str, str] = {}
    brands: list[str] = []
    attributes: dict[str, list[str]] = {}
    unknown: list[str] = []
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS):
        if name == "brand":
            brands.extend(part for part in value.split(",") if part)
        elif name.startswith("attr.") and value:
            attributes.setdefault(name[5:], []).append(value)
        elif name in _PARAMETERS:
            single[name] = value
        elif not name.startswith("attr."):
            unknown.append(name)
    return single, brands, attributes, unknown


def _too_long(single: dict[str, str], brands: list[str]) -> list[FieldError]:
    return [
        FieldError(name, "length", Text(f"最多 {longest} 个字", f"at most {longest} characters"))
        for name, longest in _LONGEST.items()
        if len(single.get(name, "")) > longest or (name == "brand" and sum(map(len, brands)) > longest)
    ]


def _number(
    given: dict[str, str], name: str, default: int | None, low: int, high: int, errors: list[FieldError]
) -> int | None:
    text = given.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 19 and low <= int(text) <= high:
        return int(text)
    errors.append(
        FieldError(name, "range", Text(f"应为 {low} 到 {high} 的整数", f"must be a whole number from {low} to {high}"))
    )
    return default
