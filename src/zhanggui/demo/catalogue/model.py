"""How the demo's goods are written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text


class Colour(NamedTuple):
    zh: str
    en: str
    ink: str


class Size(NamedTuple):
    """A choice that has a price (yuan) and a weight (grams) of its own."""

    zh: str
    en: str
    price: float
    weight: int


class Shelf(NamedTuple):
    """A category: `room` is the palette its goods are drawn in."""

    key: str
    code: str
    zh: str
    en: str
    parent: str = ""
    room: str = ""


class Maker(NamedTuple):
    """A brand that never was."""

    key: str
    zh: str
    en: str
    about_zh: str
    about_en: str


@dataclass(frozen=True, slots=True)
class Goods:
    """A product. Prices in yuan: `price` is paid, `was` is the list price above it (0: the same), `cost` is ours.

    `size` is width, depth and height in centimetres, `weight` in grams. `axis` names what `sizes` differ in.
    """

    key: str
    shelf: str
    maker: str
    title: Text
    subtitle: Text
    about: Text
    motif: str
    look: Mapping[str, Any]
    size: tuple[float, float, float]
    weight: int
    price: float
    cost: float
    was: float = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    colours: tuple[Colour, ...] = ()
    sizes: tuple[Size, ...] = ()
    axis: str = "规格"
    tags: tuple[str, ...] = ()
    liking: int = 10

    @property
    def measures(self) -> str:
        """Width, depth and height, as both languages write them."""
        return " × ".join(f"{side:g}" for side in self.size if side) + " cm"


def goods(
    key: str, shelf: str, maker: str, title: str, title_en: str, subtitle: str, subtitle_en: str, about: str, about_en: str,
    motif: str, look: Mapping[str, Any], size: tuple[float, float, float], weight: int, price: float, cost: float,
    was: float = 0, **more: Any,
) -> Goods:  # fmt: skip
    """A product from its words in both languages, side by side."""
    for name, kind in (("colours", Colour), ("sizes", Size)):
        if name in more:
            more[name] = tuple(kind(*values) for values in more[name])
    return Goods(
        key, shelf, maker, Text(title, title_en), Text(subtitle, subtitle_en), Text(about, about_en), motif, look, size,
        weight, price, cost, was, **more,
    )  # fmt: skip
