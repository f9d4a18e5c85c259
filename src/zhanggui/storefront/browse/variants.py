"""Choosing a variant: for each value of each axis the variant it leads to, as a link that works without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhanggui.catalog.types import SkuView
from zhanggui.kernel.i18n import EN
from zhanggui.showcase.types import Offer

from . import addresses


class Variant(NamedTuple):
    sku: SkuView
    offer: Offer


class Way(NamedTuple):
    """One value of an axis. `code` is the variant it leads to; `other` where another axis has to change along."""

    value: str
    label: str
    code: str
    href: str
    chosen: bool
    other: bool
    sold_out: bool
    image: str


@dataclass(frozen=True, slots=True)
class Axis:
    name: str
    label: str
    ways: tuple[Way, ...]

    @property
    def chosen(self) -> str:
        return next((way.label for way in self.ways if way.chosen), "")


def pick(variants: Sequence[Variant], code: str) -> Variant | None:
    """The variant asked for, else the cheapest in stock, else the first with a price, else the first."""
    if not variants:
        return None
    asked = next((v for v in variants if v.sku.code == code), None) if code else None
    if asked:
        return asked
    priced = [v for v in variants if v.offer.price is not None]
    there = [v for v in priced if v.offer.free > 0]
    return min(there, key=lambda v: v.offer.price or 0) if there else (priced or list(variants))[0]


def axes(slug: str, variants: Sequence[Variant], chosen: Variant, lang: str) -> list[Axis]:
    """The axes on which variants differ, each with its values in the order of the variants."""
    names = list(dict.fromkeys(name for v in variants for name in v.sku.options))
    return [axis for name in names if len((axis := _axis(slug, name, variants, chosen, lang)).ways) > 1]


def _axis(slug: str, name: str, variants: Sequence[Variant], chosen: Variant, lang: str) -> Axis:
    values: dict[str, list[Variant]] = {}
    for variant in variants:
        if name in variant.sku.options:
            values.setdefault(variant.sku.options[name], []).append(variant)
    ways = []
    for value, those in values.items():
        nearest = max(those, key=lambda v: _alike(v.sku.options, chosen.sku.options, name))
        others = {n: v for n, v in chosen.sku.options.items() if n != name}
        exact = all(nearest.sku.options.get(n) == v for n, v in others.items())
        reachable = [v for v in those if all(v.sku.options.get(n) == x for n, x in others.items())] or those
        ways.append(
            Way(
                value,
                _said(nearest.sku, name, lang)[1],
                nearest.sku.code,
                f"{addresses.product(slug)}?sku={addresses.quote(nearest.sku.code, safe='')}",
                chosen.sku.options.get(name) == value,
                not exact,
                not any(v.offer.free > 0 or v.offer.presale for v in reachable),
                nearest.sku.image,
            )
        )
    return Axis(name, _said(chosen.sku, name, lang)[0], tuple(ways))


def _alike(mine: Mapping[str, str], chosen: Mapping[str, str], without: str) -> int:
    """On how many other axes two variants agree."""
    return sum(mine.get(name) == value for name, value in chosen.items() if name != without)


def _said(sku: SkuView, name: str, lang: str) -> tuple[str, str]:
    """An axis and its value in the reader's language; both stand in the same place in English."""
    places = list(sku.options)
    if name not in places:
        return name, ""
    english = list(sku.options_en.items())
    if lang == EN and len(english) == len(places):
        return english[places.index(name)]
    return name, sku.options[name]
