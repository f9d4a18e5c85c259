"""WooCommerce product CSV: simple, variable with its variations, grouped, external; headers in the shop's language.

A row whose parent is a variable product of the file is its variation, whatever its type says. A blank attribute of a
variation means "any" and is no option. Lists are separated by commas, `\\,` is a comma inside; ` > ` is the path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from . import cells as cell
from .columns import Columns, plain
from .drafts import CellError, Remark
from .products import (
    Found,
    Product,
    Setup,
    Variant,
    code_for,
    deepest,
    distinct_skus,
    extras_of,
    finish,
    gallery,
    picture_url,
    plain_text,
    priced,
    slug_of,
    stock,
    tidy_tags,
)
from .spool import Spool
from .text import Row, Table
from .woocommerce_headers import ALIASES, attribute_column

SOURCE = "woocommerce"
NAME = "WooCommerce"
_WEIGHT = re.compile(r"^(?:weight|gewicht|вес|poids|peso|重量|重さ)\s*\(([a-z]+)\)$")


def recognises(header: Sequence[str]) -> bool:
    columns = Columns(header, ALIASES)
    return columns.has("name", "type") and (columns.has("regular") or columns.has("published"))


class _Sheet:
    """A table's columns, with the numbered attributes and the unit of weight that its header names."""

    def __init__(self, table: Table, setup: Setup) -> None:
        self.file = table.name
        self.setup = setup
        self.columns = Columns(table.header, ALIASES)
        self.attributes: dict[int, dict[str, int]] = {}
        self.weight: tuple[int, str] | None = None
        self.extra: dict[str, int] = {}
        for index, name in enumerate(table.header):
            if found := attribute_column(name):
                self.attributes.setdefault(found[0], {}).setdefault(found[1], index)
            elif found_weight := _WEIGHT.match(plain(name)):
                self.weight = (index, found_weight.group(1))
            elif re.fullmatch(r"(?:gtin|ean|upc).*", plain(name)):
                self.columns.at.setdefault("barcode", index)
            elif name in self.columns.unknown:
                self.extra[name] = index

    def values(self, row: Row) -> dict[str, str]:
        return self.columns.read(row.cells)

    def stated(self, row: Row) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The attributes of a row: name and values."""
        for number in sorted(self.attributes):
            at = self.attributes[number]
            if "name" in at and "value" in at and (name := row.cells[at["name"]].strip()):
                yield name, split_list(row.cells[at["value"]])

    def grams(self, row: Row) -> int | None:
        if self.weight is None:
            return None
        return cell.grams(row.cells[self.weight[0]].strip(), "weight", self.weight[1])


def split_list(text: str) -> tuple[str, ...]:
    """`a, b\\, c` -> ("a", "b, c")."""
    parts = re.split(r"(?<!\\),", text)
    return tuple(part.replace("\\,", ",").strip() for part in parts if part.strip())


def read(table: Table, setup: Setup) -> Found:
    """Product drafts and remarks of one file; it is read twice, because variations may stand before their parent."""
    sheet = _Sheet(table, setup)
    with Spool() as spool:
        for row in table.rows():
            if isinstance(row, Remark):
                yield row
                continue
            parent = sheet.values(row).get("parent", "")
            if parent:
                spool.put("children", parent.casefold(), row.line, row.cells)
        for row in table.rows():
            if isinstance(row, Row) and not sheet.values(row).get("parent"):
                yield from _one(row, sheet, spool)
        for parent, line, cells in spool.rest("children"):
            row = Row(line, cells)
            if _kind(sheet.values(row)) == "variation":
                external = _external_id(sheet.values(row))
                yield Remark(sheet.file, line, "parent_missing", "parent", external, params={"parent": parent[:80]})
            else:
                yield from _one(row, sheet, None)


def _kind(values: dict[str, str]) -> str:
    kinds = {part.strip() for part in values.get("type", "").casefold().split(",")}
    return next((k for k in ("variation", "variable", "grouped", "external") if k in kinds), "simple")


def _external_id(values: dict[str, str]) -> str:
    return values.get("sku") or (f"id:{values['id']}" if values.get("id") else slug_of(values.get("name", "")))


def _one(row: Row, sheet: _Sheet, spool: Spool | None) -> Found:
    values = sheet.values(row)
    external = _external_id(values)
    notes: list[Remark] = []
    if _kind(values) == "grouped":
        yield Remark(sheet.file, row.line, "grouped_product", "type", external, "skipped")
        return
    try:
        children: list[tuple[int, list[str]]] = []
        if spool is not None and _kind(values) == "variable":
            children = spool.take("children", values.get("sku", "").casefold()) if values.get("sku") else []
            children += spool.take("children", f"id:{values.get('id', '')}") if values.get("id") else []
        draft = _draft(row, values, external, [Row(line, cells) for line, cells in children], sheet, notes)
    except CellError as error:
        yield error.remark(sheet.file, int(error.params.get("line", row.line)), external)
        return
    yield from notes
    yield draft


def _draft(
    row: Row, values: dict[str, str], external: str, children: list[Row], sheet: _Sheet, notes: list[Remark]
) -> Product:
    kind = _kind(values)
    attributes: dict[str, str | tuple[str, ...]] = {}
    stated = dict(sheet.stated(row))
    names = {name for child in children for name, held in sheet.stated(child) if held}
    for name, held in stated.items():
        if name not in names and held:
            attributes[name] = held[0] if len(held) == 1 else held
    skus, lines = _variants(row, values, kind, external, children, sheet, notes)
    if kind == "external":
        attributes["external_url"] = values.get("external_url", "")
        notes.append(Remark(sheet.file, row.line, "external_product", "type", external, "noted"))
    distinct, repeated = distinct_skus(skus, external, sheet.file, lines)
    pictures = split_list(values.get("images", ""))
    media, bad = gallery(((url, "") for url in pictures), sheet.file, row.line, external)
    notes += repeated + bad
    paths = [
        tuple(p.strip() for p in full.split(">") if p.strip()) for full in split_list(values.get("categories", ""))
    ]
    hidden = values.get("visibility", "").casefold() == "hidden"
    published = cell.flag(values.get("published", ""), "published", blank=True)
    return finish(
        Product(
            source=SOURCE,
            external_id=external,
            title=values.get("name", ""),
            subtitle=plain_text(_newlines(values.get("short", ""))),
            description_html=_newlines(values.get("description", "")) or _newlines(values.get("short", "")),
            category_path=deepest(paths, attributes),
            brand=next(iter(split_list(values.get("brand", ""))), ""),
            tags=tidy_tags(split_list(values.get("tags", "")), sheet.file, row.line, external, notes),
            attributes=attributes,
            media=media,
            skus=distinct,
            listed=published and not hidden and kind != "external",
            slug=slug_of(values.get("name", "")),
            extras=extras_of(sheet.extra, row.cells),
            line=row.line,
        )
    )


def _variants(
    row: Row, values: dict[str, str], kind: str, external: str, children: list[Row], sheet: _Sheet, notes: list[Remark]
) -> tuple[list[Variant], list[int]]:
    if kind != "variable":
        return [_variant(row, values, {}, external, external, sheet, notes)], [row.line]
    if not children:
        raise CellError("no_variants", "type")
    order = sorted(children, key=lambda child: (_position(sheet.values(child)), child.line))
    skus = []
    for child in order:
        own = sheet.values(child)
        options = {name: held[0] for name, held in sheet.stated(child) if held}
        inherited = {key: own.get(key) or values.get(key, "") for key in ("regular", "sale")}
        skus.append(_variant(child, own | inherited, options, external, "", sheet, notes, weight=sheet.grams(row)))
    return skus, [child.line for child in order]


def _position(values: dict[str, str]) -> int:
    text = values.get("position", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _variant(
    row: Row,
    values: dict[str, str],
    options: dict[str, str],
    product: str,
    code: str,
    sheet: _Sheet,
    notes: list[Remark],
    weight: int | None = None,
) -> Variant:
    try:
        regular = cell.price(values.get("regular", ""), "regular_price", sheet.setup.digits)
        sale = cell.price(values.get("sale", ""), "sale_price", sheet.setup.digits)
        if sale and regular is not None and regular < sale:
            notes.append(Remark(sheet.file, row.line, "sale_without_regular_price", "sale_price", product, "noted"))
        asked, full = priced(sale or regular, regular, sheet.file, row.line, product, notes)
        images = split_list(values.get("images", "")) if options else ()
        return Variant(
            code=values.get("sku")
            or (code if code and not code.startswith("id:") else code_for(product, options.values())),
            options=options,
            barcode=values.get("barcode", ""),
            weight_g=sheet.grams(row) or weight,
            sale_price=asked,
            list_price=full,
            cost=cell.price(values.get("cost", ""), "cost", sheet.setup.digits),
            quantity=_stock(values, sheet.file, row.line, product, notes),
            image_url=picture_url(images[0]) if images else "",
            sale_from=cell.moment(values.get("sale_from", ""), "sale_from", sheet.setup.zone) if sale else None,
            sale_until=cell.moment(values.get("sale_until", ""), "sale_until", sheet.setup.zone) if sale else None,
        )
    except CellError as error:
        raise CellError(error.code, error.field, **{**error.params, "line": row.line}) from None


def _stock(values: dict[str, str], file: str, line: int, external: str, notes: list[Remark]) -> int | None:
    """Blank means that the shop does not count it; `parent` that the variable product counts for all."""
    text = values.get("stock", "")
    if text.casefold() == "parent":
        return None
    number = cell.decimal(text, "stock")
    return stock(None if number is None else int(number), file, line, external, notes)


def _newlines(text: str) -> str:
    """The exporter writes a line break as backslash and n."""
    return text.replace("\\r\\n", "\n").replace("\\n", "\n").strip()
