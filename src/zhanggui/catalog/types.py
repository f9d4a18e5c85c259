"""Values the catalogue takes and gives. All frozen; money is integer minor units of the mall's currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Protocol

from zhanggui.kernel.i18n import EN, Text

AttributeValue = str | int | float | bool | Sequence[str]


def said(zh: str, en: str, lang: str) -> str:
    """The English words on an English page where there are any, else the Chinese ones."""
    return en if lang == EN and en else zh


class AttributeKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    MULTI = "multi"
    BOOL = "bool"


class SupplyMode(StrEnum):
    """How the units of a product come to its buyer (CAT-23). Only stocked goods are promised what the mall promises."""

    STOCKED = "stocked"  # from a place of our own
    DROPSHIPPED = "dropshipped"  # a supplier sends them
    MADE_TO_ORDER = "made_to_order"  # our workshop makes them once they are bought


class SupplyWords(NamedTuple):
    """What a buyer is told of goods that are not in stock with us: in short, in a sentence, and of returning them."""

    title: Text
    promise: Text
    returns: Text


SUPPLY_MODES = tuple(mode.value for mode in SupplyMode)
MOST_HOURS = 2_400  # a hundred days


@dataclass(frozen=True, slots=True)
class SkuDraft:
    """A variant as its editor or a file has it. Without a `code` one is made from the product's code."""

    code: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    barcode: str = ""
    weight_g: int = 0
    position: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class MediaDraft:
    """A picture by address, for the product or (with `sku_code`) for one of its SKUs."""

    source_url: str
    alt: str = ""
    sku_code: str = ""


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product as an outside file has it. (`source`, `external_id`) says which product it is on the next import.

    `category_path` holds names from the root down, `brand` a name; both are made when new. `published` asks for the
    state `approved`, ready to be listed once it has price and stock. `digest` tells whether anything has changed since
    the last import (made from the draft when empty).
    """

    source: str
    external_id: str
    title: str
    skus: tuple[SkuDraft, ...]
    subtitle: str = ""
    description_html: str = ""
    category_path: tuple[str, ...] = ()
    brand: str = ""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    media: tuple[MediaDraft, ...] = ()
    slug: str = ""
    published: bool = True
    digest: str = ""
    title_en: str = ""
    subtitle_en: str = ""
    description_html_en: str = ""
    attributes_en: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of draft number `index`. `skus` maps code to id; `sku_ids` is in the order of the draft's SKUs."""

    index: int
    outcome: Literal["created", "updated", "unchanged", "rejected"]
    product_id: int | None = None
    product_code: str = ""
    skus: Mapping[str, int] = field(default_factory=dict)
    sku_ids: tuple[int, ...] = ()
    errors: tuple[Any, ...] = ()  # kernel.problems.FieldError


@dataclass(frozen=True, slots=True)
class ProductFields:
    """The content of a product as its editor has it; a whole, not a patch.

    `attributes_en` is the English of free-text values by attribute name; choices and options have theirs in the
    attribute's definition.
    """

    title: str
    subtitle: str = ""
    description_html: str = ""
    category_id: int | None = None
    brand_id: int | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    slug: str = ""
    title_en: str = ""
    subtitle_en: str = ""
    description_html_en: str = ""
    attributes_en: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductRef:
    """What a write answers: enough to go on with, `version` for the next change."""

    id: int
    code: str
    slug: str
    state: str
    version: int
    sku_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """What is known above the catalogue about SKUs that are to be put on sale (CAT-14)."""

    priced_sku_ids: frozenset[int]
    stocked_sku_ids: frozenset[int]


class ListingFactsSource(Protocol):
    """The port through which scheduled listing asks for facts; bound in config/wiring.py."""

    def __call__(self, sku_ids: Sequence[int]) -> ListingFacts: ...


Named = Literal["category", "brand", "attribute"]


class Mentions(Protocol):
    """The port through which a deletion asks what outside the catalogue names something of it; bound in config/wiring.py.

    `name` is the slug of a category or brand and the name of an attribute. The answer says in words what names it.
    """

    def __call__(self, kind: Named, target: int, name: str) -> Sequence[Text]: ...


@dataclass(frozen=True, slots=True)
class ListResult:
    """What became of one product that was to be listed; `errors` hold kernel.problems.FieldError."""

    product_id: int
    listed: bool
    errors: tuple[Any, ...] = ()


class StoredPicture(NamedTuple):
    """A kept picture: its file below the media root, its address, its size."""

    file: str
    url: str
    width: int
    height: int


class PictureRow(NamedTuple):
    """A kept picture that is to be given to a product, or to one of its SKUs."""

    product_id: int
    picture: StoredPicture
    alt: str = ""
    sku_id: int | None = None


class SkuPrice(NamedTuple):
    """A SKU's price for lists; `price` None when it has none (any more)."""

    sku_id: int
    price: int | None
    list_price: int | None = None


class SkuStock(NamedTuple):
    sku_id: int
    in_stock: bool


class ProductSales(NamedTuple):
    """Units to add (negative when they came back)."""

    product_id: int
    quantity: int


class SellableSku(NamedTuple):
    """A SKU as a quote needs it. `reason` is empty when it can be sold, else `unknown`, `inactive` or `not_listed`.

    An unknown code has `sku_id` 0. `category_ids` is the path from the root; `image` a URL path or empty.
    """

    code: str
    sku_id: int
    product_id: int
    product_code: str
    slug: str
    title: str
    options: str
    image: str
    category_ids: list[int]
    brand_id: int | None
    weight_g: int
    reason: str
    supply_mode: str = SupplyMode.STOCKED
    promise_hours: int | None = None  # as the product says; `supply.hours` knows the mall's

    @property
    def sellable(self) -> bool:
        return not self.reason


Sort = Literal["relevance", "new", "sales", "price", "-price", "rating"]
SORTS: tuple[Sort, ...] = ("relevance", "new", "sales", "price", "-price", "rating")
MAX_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What a list page asks for. `category` and `brand` are slugs or ids as text; prices include both ends."""

    category: str = ""
    brand: tuple[str, ...] = ()
    q: str = ""
    min_price: int | None = None
    max_price: int | None = None
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (name, any of these values)
    in_stock: bool = False
    sort: Sort = "relevance"
    page: int = 1
    page_size: int = 24


class ListingItem(NamedTuple):
    """One product of a list. `price` is the lowest of its SKUs; `rating` in hundredths; `image` a URL path or empty."""

    id: int
    slug: str
    title: str
    subtitle: str
    image: str
    price: int | None
    list_price: int | None
    in_stock: bool
    sku_ids: list[int]
    tags: list[str]
    brand_id: int | None
    category_id: int | None
    sales: int
    rating: int | None
    rating_count: int
    title_en: str = ""
    subtitle_en: str = ""

    def said_in(self, lang: str) -> "ListingItem":
        """The same with title and subtitle in the reader's language."""
        if lang != EN or not self.title_en:
            return self
        return self._replace(title=self.title_en, subtitle=said(self.subtitle, self.subtitle_en, lang))


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a filter: what to send (`value`), what to show, how many products."""

    value: str
    label_zh: str
    label_en: str
    count: int

    def label_in(self, lang: str) -> str:
        return said(self.label_zh, self.label_en, lang) or self.value


@dataclass(frozen=True, slots=True)
class PriceBucket:
    """Products from `low` to `high`, both included; `high` None is open."""

    low: int
    high: int | None
    count: int


@dataclass(frozen=True, slots=True)
class AttributeFacet:
    name: str
    label_zh: str
    label_en: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    categories: tuple[FacetValue, ...]
    brands: tuple[FacetValue, ...]
    prices: tuple[PriceBucket, ...]
    attributes: tuple[AttributeFacet, ...]


@dataclass(frozen=True, slots=True)
class ListingPage:
    items: list[ListingItem]
    total: int
    page: int
    page_size: int
    facets: Facets


class SkuView(NamedTuple):
    id: int
    code: str
    options: dict[str, str]
    options_text: str
    barcode: str
    weight_g: int
    image: str
    position: int
    active: bool
    options_en: dict[str, str] = {}  # the same in English, axis and value
    options_text_en: str = ""

    def said_in(self, lang: str) -> "SkuView":
        """`options` stay: they are what is sent back. What is shown of them is `options_text` and `options_en`."""
        return self._replace(options_text=said(self.options_text, self.options_text_en, lang))


class MediaView(NamedTuple):
    id: int
    url: str
    alt: str
    sku_id: int | None
    width: int | None
    height: int | None
    state: str
    source_url: str
    reason: str


class CategoryView(NamedTuple):
    id: int
    parent_id: int | None
    code: str
    slug: str
    name_zh: str
    name_en: str
    position: int
    ancestors: list[int]

    def name_in(self, lang: str) -> str:
        return said(self.name_zh, self.name_en, lang)


class BrandView(NamedTuple):
    id: int
    slug: str
    name: str
    description: str
    position: int
    name_en: str = ""
    description_en: str = ""

    def said_in(self, lang: str) -> "BrandView":
        return self._replace(
            name=said(self.name, self.name_en, lang), description=said(self.description, self.description_en, lang)
        )


class AttributeView(NamedTuple):
    """A definition."""

    id: int
    name: str
    category_id: int | None
    label_zh: str
    label_en: str
    kind: str
    unit: str
    choices: list[str]
    required: bool
    filterable: bool
    variant_axis: bool
    position: int
    choices_en: dict[str, str] = {}


class ShownAttribute(NamedTuple):
    """A product's value with the words to show it."""

    name: str
    label_zh: str
    label_en: str
    value: AttributeValue
    unit: str
    value_en: AttributeValue = ""

    def label_in(self, lang: str) -> str:
        return said(self.label_zh, self.label_en, lang) or self.name

    def value_in(self, lang: str) -> AttributeValue:
        return self.value_en if lang == EN and self.value_en != "" else self.value


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """Everything a detail page or an editor needs of the catalogue."""

    id: int
    code: str
    slug: str
    title: str
    subtitle: str
    description_html: str
    image: str
    state: str
    version: int
    category: CategoryView | None
    breadcrumbs: tuple[CategoryView, ...]
    brand: BrandView | None
    attributes: tuple[ShownAttribute, ...]
    tags: tuple[str, ...]
    skus: tuple[SkuView, ...]
    media: tuple[MediaView, ...]
    sales: int
    rating: int | None
    rating_count: int
    list_at: datetime | None
    delist_at: datetime | None
    listed_at: datetime | None
    schedule_problem: str
    updated_at: datetime
    title_en: str = ""
    subtitle_en: str = ""
    description_html_en: str = ""
    supply_mode: str = SupplyMode.STOCKED
    promise_hours: int | None = None  # as it says itself; `supply.hours` knows the mall's

    def said_in(self, lang: str) -> "ProductDetail":
        """The same in the reader's language, as far as the words have been written."""
        if lang != EN:
            return self
        return replace(
            self,
            title=said(self.title, self.title_en, lang),
            subtitle=said(self.subtitle, self.subtitle_en, lang),
            description_html=said(self.description_html, self.description_html_en, lang),
            brand=self.brand and self.brand.said_in(lang),
            attributes=tuple(shown._replace(value=shown.value_in(lang)) for shown in self.attributes),
            skus=tuple(sku.said_in(lang) for sku in self.skus),
        )


class ProductRow(NamedTuple):
    """A product in the operators' list."""

    id: int
    code: str
    slug: str
    title: str
    state: str
    version: int
    category_id: int | None
    brand_id: int | None
    image: str
    sku_count: int
    list_at: datetime | None
    delist_at: datetime | None
    updated_at: datetime


class SuppliedRow(NamedTuple):
    """A product that is not in stock with us: how it is supplied, and its own promise (None: the mall's)."""

    id: int
    code: str
    title: str
    state: str
    mode: str
    promise_hours: int | None


class GoodsCard(NamedTuple):
    """A product as pages about goods name it, in any state: its active SKUs, and the heaviest of them in grams (0: not known)."""

    id: int
    code: str
    slug: str
    title: Text
    image: str
    state: str
    category_id: int | None
    listed_at: datetime | None
    sku_ids: tuple[int, ...]
    weight_g: int

    @property
    def listed(self) -> bool:
        return self.state == "listed"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant while typing; `kind` is product, category or brand."""

    kind: Literal["product", "category", "brand"]
    text: str
    slug: str
    text_en: str = ""

    def text_in(self, lang: str) -> str:
        return said(self.text, self.text_en, lang)


class EnglishName(NamedTuple):
    """How a SKU is called on an English page; empty where nobody has written it."""

    title: str
    options: str


@dataclass(frozen=True, slots=True)
class OutageView:
    """A product that is, or was, without stock; see `models.Outage`. `state` is the product's now, `sku_ids` its active SKUs."""

    id: int
    product_id: int
    code: str
    title: Text
    image: str
    state: str
    sku_ids: tuple[int, ...]
    since: datetime
    delisted: bool
    until: datetime | None
    outcome: str
    problem: str
    handled_at: datetime | None
    handled_by: str
    note: str
