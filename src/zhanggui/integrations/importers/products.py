"""What all product readers give, and what they share in making it: codes for variants without one, pictures, limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from .drafts import CellError, Remark


class Sent:
    """Pickled by position, which takes a third of the time of what dataclasses do by themselves."""

    __slots__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple([getattr(self, name) for name in self.__slots__])


LOCAL = "local:"  # a picture in a folder beside the file; only readers write this, a cell cannot
TITLE_LIMIT = 300
TAG_LIMIT = 60
MAX_TAGS = 50
SKU_LIMIT = 64
OPTION_LIMIT = 100
URL_LIMIT = 2000
DESCRIPTION_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Picture(Sent):
    """A picture by its address; it is fetched later and may fail without holding up the product."""

    url: str
    alt: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Variant(Sent):
    """A variant as a file states it. Prices in minor units; `quantity` None means that the file does not say."""

    code: str
    options: dict[str, str] = field(default_factory=dict)
    barcode: str = ""
    weight_g: int | None = None
    sale_price: int | None = None
    list_price: int | None = None
    cost: int | None = None
    quantity: int | None = None
    image_url: str = ""
    position: int = 0
    sale_from: datetime | None = None  # the sale price holds only within these, where they are given
    sale_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Product(Sent):
    """A product as a file states it. (`source`, `external_id`) names it for ever; `digest` covers all that is stated."""

    source: str
    external_id: str
    title: str
    subtitle: str = ""
    description_html: str = ""
    category_path: tuple[str, ...] = ()
    brand: str = ""
    tags: tuple[str, ...] = ()
    attributes: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    media: tuple[Picture, ...] = ()
    skus: tuple[Variant, ...] = ()
    listed: bool = True
    slug: str = ""
    extras: dict[str, str] = field(default_factory=dict)  # cells of the file that nothing here stands for, by header
    line: int = 0
    digest: str = ""


_STATED = [name for name in Product.__slots__ if name not in ("line", "digest")]
Found = Iterator[Product | Remark]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a reader must be told: decimals of the currency, the zone of times without one."""

    digits: int
    zone: ZoneInfo


def digest_of(draft: Product) -> str:
    """A digest of everything the file states of a product; where it stands in the file does not matter."""
    stated = [getattr(draft, name) for name in _STATED]
    return blake2b(orjson.dumps(stated), digest_size=16).hexdigest()


def finish(draft: Product) -> Product:
    """Check the lengths and seal the draft with its digest. Raises CellError."""
    if not draft.title:
        raise CellError("missing", "title")
    _limit("title", draft.title, TITLE_LIMIT)
    _limit("description", draft.description_html, DESCRIPTION_LIMIT)
    _limit("external_id", draft.external_id, 200)
    _limit("brand", draft.brand, OPTION_LIMIT)
    for part in draft.category_path:
        _limit("category", part, OPTION_LIMIT)
    for sku in draft.skus:
        _limit("sku", sku.code, SKU_LIMIT)
        _limit("barcode", sku.barcode, SKU_LIMIT)
        for name, value in sku.options.items():
            _limit("option", name, OPTION_LIMIT)
            _limit("option", value, OPTION_LIMIT)
    return replace(draft, digest=digest_of(draft))


def _limit(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise CellError("too_long", field, length=len(text), limit=limit)


def slug_of(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-_")[:100]


def code_for(product: str, options: Iterable[str]) -> str:
    """A code for a variant without one: from the product and the option values, so that re-ordered rows keep theirs."""
    values = list(options)
    tail = "-".join(slug_of(value) for value in values)
    base = slug_of(product) or "p"
    code = f"{base}-{tail}" if values else base
    if len(code) <= SKU_LIMIT and code.isascii() and all(slug_of(value) for value in values):
        return code
    mark = blake2b("\0".join([product, *values]).encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{base[:40]}-{mark}" if base.isascii() else mark


def distinct_skus(
    skus: Sequence[Variant], product: str, file: str, lines: Sequence[int]
) -> tuple[tuple[Variant, ...], list[Remark]]:
    """Variants with different options and codes: a repeated variant is dropped, a repeated code is replaced; both noted."""
    kept: list[Variant] = []
    notes: list[Remark] = []
    options_seen: set[tuple[tuple[str, str], ...]] = set()
    codes: set[str] = set()
    for sku, line in zip(skus, lines, strict=True):
        key = tuple(sorted(sku.options.items()))
        if key in options_seen:
            notes.append(Remark(file, line, "duplicate_variant", "options", product, "skipped"))
            continue
        options_seen.add(key)
        code = sku.code
        if code.casefold() in codes:
            code = code_for(f"{product}-{sku.code}", sku.options.values())
            notes.append(Remark(file, line, "sku_repeated", "sku", product, "noted", {"sku": sku.code, "used": code}))
        codes.add(code.casefold())
        if code != sku.code or sku.position != len(kept):
            sku = replace(sku, code=code, position=len(kept))
        kept.append(sku)
    return tuple(kept), notes


_URL = re.compile(r"https?://[^\s/<>\"]+(?:/[^\s<>\"]*)?", re.IGNORECASE)


def picture_url(text: str) -> str:
    """An http(s) address, or empty when the text is none."""
    text = text.strip()
    if not text:
        return ""
    if text.startswith("//"):
        text = "https:" + text
    return text if len(text) <= URL_LIMIT and _URL.fullmatch(text) else ""


def gallery(
    urls: Iterable[tuple[str, str]], file: str, line: int, external_id: str, *, local: bool = False
) -> tuple[tuple[Picture, ...], list[Remark]]:
    """Pictures in their order, each once; what is no address is noted. LOCAL ones must have been made by the reader."""
    media: dict[str, Picture] = {}
    notes: list[Remark] = []
    for raw, alt in urls:
        url = raw if raw.startswith(LOCAL) and local else picture_url(raw)
        if url:
            media.setdefault(url, Picture(url, alt[:500], len(media)))
        elif raw.strip():
            notes.append(Remark(file, line, "bad_picture", "image", external_id, "noted", {"value": raw[:120]}))
    return tuple(media.values()), notes


def stock(value: int | None, file: str, line: int, external_id: str, notes: list[Remark]) -> int | None:
    """Stock below zero (sold before it came) is taken as 0 and noted."""
    if value is not None and value < 0:
        notes.append(Remark(file, line, "negative_stock", "quantity", external_id, "noted", {"value": value}))
        return 0
    return value


def priced(
    sale: int | None, regular: int | None, file: str, line: int, external_id: str, notes: list[Remark]
) -> tuple[int | None, int | None]:
    """(sale price, list price) of a variant. The list price is never below the sale price.

    No price, or a price of zero, is taken as not priced yet and noted: nothing is given away by a blank cell.
    """
    if not sale and not regular:
        notes.append(Remark(file, line, "no_price", "price", external_id, "noted"))
        return None, None
    if not sale:
        return regular, regular
    return sale, regular if regular and regular > sale else sale


def plain_text(html: str, limit: int = 200) -> str:
    """A short text out of a little HTML; empty when it is longer than `limit`."""
    bare = re.sub(r"\s+", " ", re.sub(r"<[^<>]*>", " ", html)).strip()
    return bare if len(bare) <= limit else ""


def extras_of(unknown: Mapping[str, int], cells: Sequence[str]) -> dict[str, str]:
    """The filled cells of columns that no reader uses: kept, so that an export can give them back."""
    return {name: cells[at] for name, at in unknown.items() if cells[at]}


def deepest(paths: Iterable[tuple[str, ...]], attributes: dict[str, str | tuple[str, ...]]) -> tuple[str, ...]:
    """The most specific category is the product's own; the others are kept as an attribute."""
    known = [path for path in paths if path]
    if not known:
        return ()
    best = max(known, key=len)
    if others := tuple(" > ".join(path) for path in known if path is not best):
        attributes["other_categories"] = others
    return best


def tidy_tags(texts: Iterable[str], file: str, line: int, external_id: str, notes: list[Remark]) -> tuple[str, ...]:
    """Tags, each once; what is more or longer than a product can carry is left out and noted."""
    tags = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
    kept = tuple(tag for tag in tags if len(tag) <= TAG_LIMIT)[:MAX_TAGS]
    if len(kept) < len(tags):
        notes.append(
            Remark(file, line, "tags_left_out", "tags", external_id, "noted", {"count": len(tags) - len(kept)})
        )
    return kept
