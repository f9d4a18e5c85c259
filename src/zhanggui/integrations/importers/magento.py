"""Magento 2 product CSV: simple, virtual, configurable with its variants wherever they stand, grouped, bundle.

Only `sku` is required. A row with a store view is a translation of the row without one. Inside a cell: pairs are
`name=value,name=value`, several of them are separated by `|`, and so are the values of one attribute. Pictures are paths
below the shop's media folder. Weights are pounds, as Magento has it unless told otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from . import cells as cell
from .columns import Columns, plain
from .drafts import CellError, Remark
from .products import (
    LOCAL,
    Found,
    Product,
    Setup,
    Variant,
    deepest,
    distinct_skus,
    extras_of,
    finish,
    gallery,
    picture_url,
    plain_text,
    priced,
    stock,
    tidy_tags,
)
from .spool import Spool
from .text import Row, Table

SOURCE = "magento"
NAME = "Magento"
ALIASES: dict[str, tuple[str, ...]] = dict.fromkeys(
    (
        "sku", "store_view_code", "product_type", "categories", "name", "description", "short_description", "weight",
        "product_online", "visibility", "price", "special_price", "special_price_from_date", "special_price_to_date", "url_key",
        "meta_keywords", "base_image", "base_image_label", "additional_images", "additional_image_labels",
        "country_of_manufacture", "additional_attributes", "qty", "manage_stock", "use_config_manage_stock",
        "configurable_variations", "configurable_variation_labels", "msrp_price", "cost",
    ),
    (),
)  # fmt: skip
_TECHNICAL = {
    "has_options", "required_options", "quantity_and_stock_status", "options_container", "msrp_display_actual_price_type",
    "tax_class_id", "gift_message_available", "page_layout", "links_purchased_separately", "samples_title", "links_title",
    "shipment_type", "price_type", "sku_type", "weight_type", "price_view",
}  # fmt: skip
_TELLING = {
    "store_view_code", "attribute_set_code", "product_websites", "product_online", "url_key", "additional_attributes", "base_image",
    "visibility", "configurable_variations", "tax_class_name", "special_price", "qty", "is_in_stock", "categories",
}  # fmt: skip
_BRAND = ("manufacturer", "brand")


def recognises(header: Sequence[str]) -> bool:
    names = {plain(name) for name in header}
    return "sku" in names and len(names & _TELLING) >= 2


def pairs(text: str) -> dict[str, str]:
    """`size=XS,color=Dark, blue` -> {"size": "XS", "color": "Dark, blue"}; quotes around a value are taken off."""
    found: dict[str, str] = {}
    for part in re.split(r",(?=\s*\"?[A-Za-z_]\w*=)", text):
        part = part.strip()
        if len(part) > 1 and part[0] == '"' == part[-1]:
            part = part[1:-1].replace('""', '"')
        name, mark, value = part.partition("=")
        if mark and name:
            value = value.strip()
            found[name.strip()] = value[1:-1] if len(value) > 1 and value[0] == '"' == value[-1] else value
    return found


def variations(text: str) -> list[tuple[str, dict[str, str]]]:
    """`sku=A,size=S|sku=B,size=M` -> [("A", {"size": "S"}), ("B", {"size": "M"})]. Raises CellError grammar."""
    found = []
    for part in text.split("|"):
        if part.strip():
            held = pairs(part)
            code = held.pop("sku", "")
            if not code:
                raise CellError("grammar", "configurable_variations", value=part[:80])
            found.append((code, held))
    return found


def read(table: Table, setup: Setup) -> Found:
    """Product drafts and remarks of one file, read three times: whose variant is whose, the variants, the products."""
    columns = Columns(table.header, ALIASES)
    with Spool() as spool:
        for row in table.rows():
            if isinstance(row, Remark):
                yield row
                continue
            values = columns.read(row.cells)
            if values.get("store_view_code"):
                view = values["store_view_code"][:40]
                yield Remark(table.name, row.line, "store_view_row", "", values["sku"], "skipped", {"view": view})
            elif _kind(values) == "configurable":
                for code in _claimed(values):
                    spool.put("claims", code.casefold(), row.line, [])
        for row, values in _own_rows(table, columns):
            if _kind(values) != "configurable" and spool.has("claims", values["sku"].casefold()):
                spool.put("variants", values["sku"].casefold(), row.line, row.cells)
        for row, values in _own_rows(table, columns):
            if _kind(values) == "configurable" or not spool.has("claims", values["sku"].casefold()):
                yield from _one(row, values, columns, spool, table.name, setup)


def _own_rows(table: Table, columns: Columns) -> Iterator[tuple[Row, dict[str, str]]]:
    """The rows that are not translations."""
    for row in table.rows():
        if isinstance(row, Row):
            values = columns.read(row.cells)
            if not values.get("store_view_code"):
                yield row, values


def _kind(values: dict[str, str]) -> str:
    return values.get("product_type", "").casefold() or "simple"


def _claimed(values: dict[str, str]) -> list[str]:
    try:
        return [code for code, _options in variations(values.get("configurable_variations", ""))]
    except CellError:
        return []  # told when the product itself is read


def _one(row: Row, values: dict[str, str], columns: Columns, spool: Spool, file: str, setup: Setup) -> Found:
    notes: list[Remark] = []
    if _kind(values) in ("grouped", "bundle"):
        yield Remark(file, row.line, f"{_kind(values)}_product", "product_type", values["sku"], "skipped")
        return
    try:
        draft = _draft(row, values, columns, spool, file, setup, notes)
    except CellError as error:
        yield error.remark(file, int(error.params.get("line", row.line)), values["sku"])
        return
    yield from notes
    yield draft


def _draft(
    row: Row, values: dict[str, str], columns: Columns, spool: Spool, file: str, setup: Setup, notes: list[Remark]
) -> Product:
    code, kind = values["sku"], _kind(values)
    if not code:
        raise CellError("missing", "sku")
    attributes, brand = _attributes(values)
    lines = [row.line]
    if kind == "configurable":
        skus, lines = _variants(values, columns, spool, file, setup, notes)
    elif kind in ("simple", "virtual", "downloadable", "giftcard"):
        skus = [_variant(values, values, {}, row.line, file, setup, notes)]
    else:
        raise CellError("type_unknown", "product_type", value=kind[:60])
    distinct, repeated = distinct_skus(skus, code, file, lines)
    media, bad = gallery(_pictures(values), file, row.line, code, local=True)
    notes += repeated + bad
    hidden = values.get("visibility", "").casefold() == "not visible individually"
    return finish(
        Product(
            source=SOURCE,
            external_id=code,
            title=values.get("name", ""),
            subtitle=plain_text(values.get("short_description", "")),
            description_html=values.get("description", "") or values.get("short_description", ""),
            category_path=_path(values.get("categories", ""), attributes),
            brand=brand,
            tags=tidy_tags(values.get("meta_keywords", "").split(","), file, row.line, code, notes),
            attributes={name: value for name, value in attributes.items() if value},
            media=media,
            skus=distinct,
            listed=not hidden and cell.flag(values.get("product_online", ""), "product_online", blank=True),
            slug=values.get("url_key", ""),
            extras=extras_of(columns.unknown, row.cells),
            line=row.line,
        )
    )


def _variants(
    values: dict[str, str], columns: Columns, spool: Spool, file: str, setup: Setup, notes: list[Remark]
) -> tuple[list[Variant], list[int]]:
    labels = pairs(values.get("configurable_variation_labels", ""))
    skus, lines = [], []
    for code, options in variations(values.get("configurable_variations", "")):
        for line, cells in spool.get("variants", code.casefold())[:1]:
            named = {labels.get(name, name): value for name, value in options.items()}
            skus.append(_variant(columns.read(cells), values, named, line, file, setup, notes))
            lines.append(line)
    if not skus:
        raise CellError("no_variants", "configurable_variations")
    return skus, lines


def _variant(
    values: dict[str, str],
    parent: dict[str, str],
    options: dict[str, str],
    line: int,
    file: str,
    setup: Setup,
    notes: list[Remark],
) -> Variant:
    code = values["sku"]
    try:
        regular = cell.price(values.get("price") or parent.get("price", ""), "price", setup.digits)
        special = cell.price(values.get("special_price", ""), "special_price", setup.digits)
        msrp = cell.price(values.get("msrp_price", ""), "msrp_price", setup.digits)
        reduced = special is not None and 0 < special < (regular or 0)
        above = regular if reduced else max(regular or 0, msrp or 0)
        asked, full = priced(special if reduced else regular, above, file, line, parent["sku"], notes)
        dates = [values.get(f"special_price_{end}_date", "") if reduced else "" for end in ("from", "to")]
        images = [picture for picture, _label in _pictures(values)] if options else []
        return Variant(
            code=code,
            options=options,
            weight_g=cell.grams(values.get("weight", ""), "weight", "lb"),
            sale_price=asked,
            list_price=full,
            cost=cell.price(values.get("cost", ""), "cost", setup.digits),
            quantity=_stock(values, file, line, notes),
            image_url=images[0] if images and images[0].startswith(LOCAL) else picture_url(images[0]) if images else "",
            sale_from=cell.moment(dates[0], "special_price_from_date", setup.zone),
            sale_until=cell.moment(dates[1], "special_price_to_date", setup.zone),
        )
    except CellError as error:
        raise CellError(error.code, error.field, **{**error.params, "line": line}) from None


def _stock(values: dict[str, str], file: str, line: int, notes: list[Remark]) -> int | None:
    if values.get("manage_stock") == "0" and values.get("use_config_manage_stock") == "0":
        return None
    number = cell.decimal(values.get("qty", ""), "qty")
    return stock(None if number is None else int(number), file, line, values["sku"], notes)


def _attributes(values: dict[str, str]) -> tuple[dict[str, str | tuple[str, ...]], str]:
    held = pairs(values.get("additional_attributes", ""))
    brand = next((held.pop(name) for name in _BRAND if held.get(name)), "")
    attributes: dict[str, str | tuple[str, ...]] = {}
    for name, value in held.items():
        if name not in _TECHNICAL and value:
            attributes[name] = tuple(value.split("|")) if "|" in value else value
    if country := values.get("country_of_manufacture"):
        attributes["country_of_manufacture"] = country
    return attributes, brand


def _path(text: str, attributes: dict[str, str | tuple[str, ...]]) -> tuple[str, ...]:
    """The deepest category below the root."""
    full = (part.strip() for part in text.split(","))
    paths = (tuple(p.replace("\\/", "/").strip() for p in re.split(r"(?<!\\)/", path))[1:] for path in full)
    return deepest(paths, attributes)


def _pictures(values: dict[str, str]) -> list[tuple[str, str]]:
    found = [(values["base_image"], values.get("base_image_label", ""))] if values.get("base_image") else []
    labels = values.get("additional_image_labels", "").split(",")
    for index, picture in enumerate(values.get("additional_images", "").split(",")):
        if picture.strip():
            found.append((picture.strip(), labels[index].strip() if index < len(labels) else ""))
    return [
        (p if re.match(r"(?:https?:)?//", p) else LOCAL + p.lstrip("/"), label)
        for p, label in found
        if p != "no_selection"
    ]
