"""What a shop window holds, in one reader's language. Amounts are minor units; price and stock are live and not here."""

from dataclasses import dataclass
from typing import NamedTuple

from zhanggui.catalog.types import AttributeValue, ProductDetail, SearchFilters
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

NO_SUCH_PARAMETER = Text("没有这个查询参数", "there is no such query parameter")
UNKNOWN = "unknown_field"
MAX_PAGE = 10_000


class Asked(NamedTuple):
    """What an address asks for: the filters that could be understood, and what is wrong with the others.

    A parameter that does not exist is an error with the code `UNKNOWN`; programs are told, people need not be.
    """

    filters: SearchFilters
    errors: tuple[FieldError, ...]


class Badge(NamedTuple):
    """A running promotion as a tile says it, its amounts in major units: 满100减10."""

    promotion_id: int
    kind: str
    label: str
    text: str


class Companion(NamedTuple):
    """A product that goes along with another; `reason` in words for buyers (empty: none), `chosen` by somebody, not counted."""

    product_id: int
    reason: Text
    chosen: bool


class Tile(NamedTuple):
    """One product of a list but for its price and stock. `image` is a URL path or empty, `rating` in hundredths.

    `sponsored`: somebody pays for it to be shown, and the law wants that said.
    """

    id: int
    slug: str
    title: str
    subtitle: str
    image: str
    badges: tuple[Badge, ...]
    rating: int | None
    rating_count: int
    sales: int
    sponsored: bool
    tags: list[str]
    sku_ids: list[int]


class Offer(NamedTuple):
    """What a product or SKU costs: `price` None where it has none, `struck` only what may lawfully stand beside it.

    `free` units can be bought now; `varies` where other SKUs of the product cost more; `presale` where it can be had in a presale
    only.
    """

    price: int | None
    struck: int | None
    free: int
    varies: bool
    presale: bool = False


class Choice(NamedTuple):
    """One value a list can be narrowed to, and how many products there are then."""

    value: str
    label: str
    count: int  # type: ignore[assignment]  # a tuple's own `count` is of no use here


class PriceRange(NamedTuple):
    """Products from `low` to `high`, both included; `high` None is open."""

    low: int
    high: int | None
    count: int  # type: ignore[assignment]  # a tuple's own `count` is of no use here


class AttributeChoices(NamedTuple):
    name: str
    label: str
    values: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """All that a list can be narrowed by."""

    categories: tuple[Choice, ...]
    brands: tuple[Choice, ...]
    prices: tuple[PriceRange, ...]
    attributes: tuple[AttributeChoices, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of a list."""

    tiles: tuple[Tile, ...]
    total: int
    page: int
    page_size: int
    choices: Choices

    @property
    def sku_ids(self) -> list[int]:
        return [sku_id for tile in self.tiles for sku_id in tile.sku_ids]


class Crumb(NamedTuple):
    """A category on the way down to where the reader is."""

    id: int
    slug: str
    name: str


class Property(NamedTuple):
    """An attribute of a product with the words to show it."""

    name: str
    label: str
    value: AttributeValue
    unit: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A product page but for prices and stock: what the catalogue knows of it, and what runs for it."""

    product: ProductDetail
    breadcrumbs: tuple[Crumb, ...]
    properties: tuple[Property, ...]
    badges: tuple[Badge, ...]
    sponsored: bool

    @property
    def sku_ids(self) -> list[int]:
        return [sku.id for sku in self.product.skus]
