"""The pure half of taking over a product: its draft cleaned, judged and read for search, without the database.

It may run long before the other half, and in another process: what it gives can be pickled.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

from . import facets, listings, rules, states, words, writing
from .types import MediaDraft, ProductDraft, SkuDraft

URL_LIMIT = 2_000
MAX_PICTURES = 200
MAX_DEPTH = 8


@dataclass(slots=True)
class Clean:
    """A draft, cleaned. `errors` say why it cannot be taken, `remarks` what was left out of it."""

    source: str
    external_id: str
    digest: str
    row: writing.ProductRowData
    media: list[MediaDraft] = field(default_factory=list)
    remarks: list[FieldError] = field(default_factory=list)
    path: tuple[str, ...] = ()
    brand: str = ""
    errors: list[FieldError] = field(default_factory=list)
    spelled: words.Spelled | None = None
    names: list[words.Name] = field(default_factory=list)  # that no draft before had

    def copy(self) -> "Clean":
        """One to write from: writing fills in the row and the names of its variants, and a write may be tried again."""
        row = writing.ProductRowData(*writing.plain(self.row))
        row.skus = list(self.row.skus)
        return Clean(
            self.source, self.external_id, self.digest, row, self.media, list(self.remarks), self.path, self.brand,
            list(self.errors), self.spelled, self.names,
        )  # fmt: skip

    def __reduce__(self) -> tuple[object, ...]:  # a third of the time of what dataclasses do by themselves
        return _clean, (
            self.source, self.external_id, self.digest, writing.plain(self.row),
            [(sku.code, sku.options, sku.barcode, sku.weight_g, sku.position, sku.active) for sku in self.row.skus],
            [(picture.source_url, picture.alt, picture.sku_code) for picture in self.media],
            self.remarks, self.path, self.brand, self.errors, self.spelled, self.names,
        )  # fmt: skip


def load_dictionaries() -> None:
    """Now instead of at the first Chinese text: see `words`."""
    words.load_dictionaries()


def clean(draft: ProductDraft, names: set[str] | None = None) -> Clean:
    """The whole of it. `names` are those of brands, categories and the like that were met before; they grow."""
    found = begin(draft)
    finish(found, draft)
    found.spelled = words.spelled(listings.title(found.row.title, found.row.title_en))
    if names is not None and not found.errors and len(names) < words.MANY_NAMES:
        own = {found.brand, *found.path, *found.row.tags, *(v for sku in found.row.skus for v in sku.options.values())}
        found.names = [words.name(text) for text in sorted(own - names) if text]
        names |= own
    return found


def begin(draft: ProductDraft) -> Clean:
    """As much as tells whether it was taken before, and what its variants are."""
    row = writing.ProductRowData("", "", "", None, None, {}, [])
    row.skus = [rules.clean_sku(sku, position) for position, sku in enumerate(draft.skus)]
    return Clean(rules.line(draft.source), rules.line(draft.external_id), draft.digest or _digest(draft), row)


def finish(found: Clean, draft: ProductDraft) -> None:
    """Fill in the rest; what is wrong with it."""
    row = found.row
    row.title, row.subtitle = rules.line(draft.title), rules.line(draft.subtitle)
    row.description_html = rules.html(draft.description_html[: rules.HTML_LIMIT + 1])
    row.attributes, row.tags = dict(draft.attributes), rules.clean_tags(draft.tags)
    row.title_en, row.subtitle_en = rules.line(draft.title_en), rules.line(draft.subtitle_en)
    row.description_html_en = rules.html(draft.description_html_en[: rules.HTML_LIMIT + 1])
    row.attributes_en, unfit = rules.english_attributes(draft.attributes_en)
    row.slug = words.slug(draft.slug) if draft.slug else ""
    row.state = states.APPROVED if draft.published else states.DRAFT
    found.media, found.remarks = _pictures(draft.media)
    found.path = tuple(name for name in map(rules.line, draft.category_path) if name)[:MAX_DEPTH]
    found.brand = rules.line(draft.brand)
    errors = rules.check_texts(row.title, row.subtitle, row.description_html, row.tags) + rules.check_skus(row.skus)
    errors += unfit + rules.check_english(row.title_en, row.subtitle_en, row.description_html_en)
    errors += rules.required("source", found.source) + rules.too_long("source", found.source, 60)
    errors += rules.required("external_id", found.external_id) + rules.too_long("external_id", found.external_id, 255)
    if row.skus and not any(sku.active for sku in row.skus):
        errors.append(rules.none_active())
    for name in found.path:
        errors += rules.too_long("category_path", name, rules.NAME_LIMIT)
    found.errors = errors + rules.too_long("brand", found.brand, rules.NAME_LIMIT)


def _clean(
    source: str,
    external_id: str,
    digest: str,
    row: tuple[object, ...],
    skus: list[tuple[object, ...]],
    media: list[tuple[str, str, str]],
    *rest: object,
) -> Clean:
    made = writing.ProductRowData(*row)  # type: ignore[arg-type]
    made.skus = [SkuDraft(*sku) for sku in skus]  # type: ignore[arg-type]
    return Clean(source, external_id, digest, made, [MediaDraft(*picture) for picture in media], *rest)  # type: ignore[arg-type]


def _pictures(media: Sequence[MediaDraft]) -> tuple[list[MediaDraft], list[FieldError]]:
    kept: list[MediaDraft] = []
    remarks: list[FieldError] = []
    for position, picture in enumerate(media[:MAX_PICTURES]):
        url = picture.source_url.strip()
        if url.lower().startswith(("http://", "https://")) and len(url) <= URL_LIMIT and facets.storable(url):
            kept.append(MediaDraft(url, rules.line(picture.alt)[:300], rules.line(picture.sku_code)))
        else:
            remarks.append(FieldError(f"media.{position}", "invalid", Text("不是图片地址", "not a picture address")))
    return kept, remarks


def _digest(draft: ProductDraft) -> str:
    return hashlib.sha256(repr(draft).encode("utf-8", "backslashreplace")).hexdigest()
