"""The tree, the brands and the attribute definitions, kept in memory per version: small, read by every page.

`current` is for reads. Writers use `load`, which asks the database and keeps nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhanggui.kernel import db, versions

from .types import AttributeView, BrandView, CategoryView

VERSION = "catalog.taxonomy"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    categories: dict[int, CategoryView]
    by_slug: dict[str, CategoryView]
    children: dict[int | None, tuple[CategoryView, ...]]
    brands: dict[int, BrandView]
    brand_by_slug: dict[str, BrandView]
    definitions: tuple[AttributeView, ...]

    def path(self, category_id: int | None) -> tuple[CategoryView, ...]:
        """From the root down to the category; empty for none."""
        found = self.categories.get(category_id) if category_id is not None else None
        return tuple(self.categories[i] for i in found.ancestors) if found else ()

    def definitions_for(self, ancestors: Sequence[int]) -> dict[str, AttributeView]:
        """The definitions that hold for a category given by its path; the nearest wins over those above it."""
        if not self.definitions:
            return {}
        depth = {category_id: level for level, category_id in enumerate(ancestors, 1)}
        found: dict[str, tuple[int, AttributeView]] = {}
        for definition in self.definitions:
            level = 0 if definition.category_id is None else depth.get(definition.category_id, -1)
            if level >= 0 and level >= found.get(definition.name, (0, definition))[0]:
                found[definition.name] = (level, definition)
        return {name: definition for name, (_, definition) in found.items()}

    def find_category(self, wanted: str) -> CategoryView | None:
        """By slug, else by id written as text."""
        return self.by_slug.get(wanted) or self.categories.get(_number(wanted))

    def find_brands(self, wanted: Iterable[str]) -> list[BrandView]:
        found = [self.brand_by_slug.get(text) or self.brands.get(_number(text)) for text in wanted]
        return [brand for brand in found if brand]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


_kept: tuple[int, Taxonomy] | None = None


def current(version: int | None = None) -> Taxonomy:
    """The taxonomy as of `version` (read when not given)."""
    global _kept
    version = versions.get(VERSION) if version is None else version
    kept = _kept
    if kept is None or kept[0] != version:
        kept = _kept = (version, load())
    return kept[1]


def kept() -> tuple[Taxonomy, int]:
    """What is in memory and its version, without asking whether it is the latest: for readers that learn it anyway."""
    found = _kept
    if found is None:
        current()
        found = _kept
    assert found is not None
    return found[1], found[0]


def forget() -> None:
    """Drop what is kept (after a restore)."""
    global _kept
    _kept = None


def load() -> Taxonomy:
    """Straight from the database, three statements."""
    categories = [
        CategoryView(*row.values())
        for row in db.rows(
            "select id, parent_id, code, slug, name_zh, name_en, position, ancestors"
            " from catalog_category order by position, id"
        )
    ]
    children: dict[int | None, list[CategoryView]] = {}
    for category in categories:
        children.setdefault(category.parent_id, []).append(category)
    brands = [
        BrandView(*row.values())
        for row in db.rows(
            "select id, slug, name, description, position, name_en, description_en from catalog_brand order by position, id"
        )
    ]
    definitions = db.rows(
        "select id, name, category_id, label_zh, label_en, kind, unit, choices, required, filterable, variant_axis, position,"
        " choices_en from catalog_attributedefinition order by position, id"
    )
    return Taxonomy(
        {category.id: category for category in categories},
        {category.slug: category for category in categories},
        {parent: tuple(below) for parent, below in children.items()},
        {brand.id: brand for brand in brands},
        {brand.slug: brand for brand in brands},
        tuple(AttributeView(*row.values()) for row in definitions),
    )
