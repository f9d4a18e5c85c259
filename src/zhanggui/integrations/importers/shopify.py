"""Shopify product CSV, classic and current headers.

Rows with one handle are one product, wherever they stand; the first with a title names it, rows with an option value, a
SKU or a price are variants, every row may bring a picture. The default option `Title: Default Title` means no options.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import cells as cell
from .columns import Columns
from .drafts import CellError, Remark
from .products import (
    Found,
    Product,
    Setup,
    Variant,
    code_for,
    distinct_skus,
    extras_of,
    finish,
    gallery,
    picture_url,
    priced,
    slug_of,
    stock,
    tidy_tags,
)
from .spool import Spool
from .text import Row, Table

SOURCE = "shopify"
NAME = "Shopify"
ALIASES: dict[str, tuple[str, ...]] = {
    "handle": ("URL handle",),
    "title": (),
    "description": ("Body (HTML)", "Body HTML"),
    "vendor": (),
    "category": ("Product category", "Standardized Product Type", "Standard product type"),
    "type": ("Custom Product Type",),
    "tags": (),
    "published": ("Published on online store",),
    "status": (),
    "sku": ("Variant SKU",),
    "barcode": ("Variant Barcode",),
    "price": ("Variant Price",),
    "compare": ("Variant Compare At Price", "Compare-at price", "Compare at price"),
    "cost": ("Cost per item",),
    "quantity": ("Variant Inventory Qty", "Inventory quantity"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "image": ("Image Src", "Product image URL", "Image source"),
    "image_position": ("Image Position",),
    "image_alt": ("Image Alt Text",),
    "variant_image": ("Variant Image", "Variant image URL"),
    "gender": ("Google Shopping / Gender",),
    "age_group": ("Google Shopping / Age Group",),
    "mpn": ("Google Shopping / MPN", "Google Shopping / Manufacturer part number (MPN)"),
    "condition": ("Google Shopping / Condition",),
    **{f"option{n}_name": (f"Option{n} Name",) for n in (1, 2, 3)},
    **{f"option{n}_value": (f"Option{n} Value",) for n in (1, 2, 3)},
}
_KEPT = ("gender", "age_group", "mpn", "condition")
_METAFIELD = re.compile(
    r"(?:(?P<label>.+?) \((?:product\.)?metafields\.[^)]+\)|Metafield: (?P<key>\S+).*)", re.IGNORECASE
)


def recognises(header: Sequence[str]) -> bool:
    columns = Columns(header, ALIASES)
    shop_only = columns.has("handle") or columns.has("option1_name") or columns.has("compare") or columns.has("image")
    return columns.has("title") and shop_only and (columns.has("price") or columns.has("handle"))


def read(table: Table, setup: Setup) -> Found:
    """Product drafts and remarks of one file."""
    columns = Columns(table.header, ALIASES)
    metafields = {_label(name): at for name, at in columns.unknown.items() if _METAFIELD.fullmatch(name)}
    with Spool() as spool:
        last, handle_at = "", columns.at.get("handle")
        for row in table.rows():
            if isinstance(row, Remark):
                yield row
                continue
            handle = row.cells[handle_at].strip() if handle_at is not None else ""
            title = row.cells[columns.at["title"]].strip()
            last = handle or (slug_of(title) if title else last)
            spool.put("rows", last, row.line, row.cells)
        for handle, members in spool.groups("rows"):
            yield from _product(
                handle, [Row(line, cells) for line, cells in members], columns, metafields, table.name, setup
            )


def _label(name: str) -> str:
    match = _METAFIELD.fullmatch(name)
    return "" if match is None else (match["label"] or match["key"])


def _product(
    handle: str, rows: list[Row], columns: Columns, metafields: dict[str, int], file: str, setup: Setup
) -> Found:
    notes: list[Remark] = []
    line = rows[0].line
    try:
        draft = _draft(handle, rows, columns, metafields, file, setup, notes)
    except CellError as error:
        yield error.remark(file, int(error.params.get("line", line)), handle)
        return
    yield from notes
    yield draft


def _draft(
    handle: str,
    rows: list[Row],
    columns: Columns,
    metafields: dict[str, int],
    file: str,
    setup: Setup,
    notes: list[Remark],
) -> Product:
    read = [columns.read(row.cells) for row in rows]
    top_at = next((i for i, values in enumerate(read) if values["title"]), None)
    if not handle or top_at is None:
        raise CellError("missing", "title")
    top = read[top_at]
    names = [next((values[key] for values in read if values.get(key)), "") for key in _option_keys("name")]
    skus: list[Variant] = []
    lines: list[int] = []
    for row, values in zip(rows, read, strict=True):
        if (
            values is top
            or values.get("sku")
            or values.get("price")
            or any(values.get(key) for key in _option_keys("value"))
        ):
            skus.append(_sku(handle, names, values, row.line, file, setup, notes, len(skus)))
            lines.append(row.line)
    distinct, repeated = distinct_skus(skus, handle, file, lines)
    media, bad = gallery(_pictures(read), file, rows[0].line, handle)
    notes += repeated + bad
    attributes: dict[str, str | tuple[str, ...]] = {key: top[key] for key in _KEPT if top.get(key)}
    for label, at in metafields.items():
        if text := rows[top_at].cells[at].strip():
            attributes[label] = tuple(part.strip() for part in text.split(";")) if ";" in text else text
    kind, category = top.get("type", ""), top.get("category", "")
    if category and kind:
        attributes["type"] = kind
    return finish(
        Product(
            source=SOURCE,
            external_id=handle,
            title=top["title"],
            description_html=top.get("description", ""),
            category_path=tuple(p.strip() for p in category.split(">") if p.strip()) or ((kind,) if kind else ()),
            brand=top.get("vendor", ""),
            tags=tidy_tags(top.get("tags", "").split(","), file, rows[0].line, handle, notes),
            attributes=attributes,
            media=media,
            skus=distinct,
            listed=_listed(top),
            slug=handle,
            extras=extras_of(columns.unknown, rows[top_at].cells),
            line=rows[0].line,
        )
    )


def _option_keys(part: str) -> tuple[str, str, str]:
    return (f"option1_{part}", f"option2_{part}", f"option3_{part}")


def _sku(
    handle: str,
    names: list[str],
    values: dict[str, str],
    line: int,
    file: str,
    setup: Setup,
    notes: list[Remark],
    position: int,
) -> Variant:
    try:
        options = {}
        for number, (name, key) in enumerate(zip(names, _option_keys("value"), strict=True), 1):
            value = values.get(key, "")
            if value and not (name.casefold() == "title" and value.casefold() == "default title"):
                options[name or f"Option{number}"] = value
        asked = cell.price(values.get("price", ""), "price", setup.digits)
        compared = cell.price(values.get("compare", ""), "compare_at_price", setup.digits)
        asked, compared = priced(asked, compared, file, line, handle, notes)
        return Variant(
            code=values.get("sku", "").lstrip("'") or code_for(handle, options.values()),
            options=options,
            barcode=values.get("barcode", "").lstrip("'"),
            weight_g=cell.grams(values.get("grams", ""), "grams"),
            sale_price=asked,
            list_price=compared,
            cost=cell.price(values.get("cost", ""), "cost", setup.digits),
            quantity=stock(cell.whole(values.get("quantity", ""), "quantity"), file, line, handle, notes),
            image_url=picture_url(values.get("variant_image", "")),
            position=position,
        )
    except CellError as error:
        raise CellError(error.code, error.field, **{**error.params, "line": line}) from None


def _pictures(read: list[dict[str, str]]) -> list[tuple[str, str]]:
    found = []
    for order, values in enumerate(read):
        if values.get("image"):
            position = values.get("image_position", "")
            place = int(position) if position.isdigit() and len(position) < 6 else 100_000 + order
            found.append((place, order, values["image"], values.get("image_alt", "")))
    return [(url, alt) for _place, _order, url, alt in sorted(found)]


def _listed(top: dict[str, str]) -> bool:
    if top.get("status", "").casefold() in ("draft", "archived"):
        return False
    return cell.flag(top.get("published", ""), "published", blank=True)
