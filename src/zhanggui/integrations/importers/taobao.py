"""Taobao Assistant (淘宝助理) CSV and data packages: UTF-16LE or GBK, tabs, `version 1.00` first, names in two rows.

`skuProps`: `price:quantity:code:pid:vid;pid:vid;` again and again; a part of two numbers continues the variant before it.
`picture`: `name:1:order:|url;` for the product, `name:2:0:pid:vid|url;` for an option value; a name stands for the file
`name.tbi` in the folder that is called like the table. Values named by the seller stand in `input_custom_cpv` and
`propAlias` as `pid:vid:name;`. Status `2` or `instock` means in the warehouse (not listed). Weights are kilograms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import PurePosixPath

from . import cells as cell
from .columns import Columns
from .drafts import CellError, Remark
from .products import (
    LOCAL,
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
    stock,
)
from .text import Row, Table

SOURCE = "taobao"
NAME = "Taobao Assistant (淘宝助理)"
LOOSE = True
ALIASES: dict[str, tuple[str, ...]] = {
    "title": ("宝贝名称",),
    "cid": ("宝贝类目",),
    "price": ("宝贝价格",),
    "num": ("宝贝数量",),
    "approve_status": ("放入仓库",),
    "description": ("宝贝描述",),
    "cateprops": ("宝贝属性",),
    "picture": ("新图片",),
    "skuprops": ("销售属性组合",),
    "inputpids": ("用户输入ID串",),
    "inputvalues": ("用户输入名-值对",),
    "outer_id": ("商家编码",),
    "propalias": ("销售属性别名",),
    "num_id": ("数字ID",),
    "item_weight": ("物流重量",),
    "barcode": ("商品条形码",),
    "sku_barcode": ("sku 条形码",),
    "subtitle": ("宝贝卖点",),
    "input_custom_cpv": ("自定义属性值",),
}
BRAND = "20000"
#: Sale properties and values with numbers that have been the same for all of Taobao for years.
PROPERTIES = {"1627207": "颜色", "20509": "尺码", "20549": "鞋码", "20518": "尺码", "21921": "尺寸"}
VALUES = {
    "28320": "白色", "28321": "乳白色", "28324": "黄色", "28326": "红色", "28327": "酒红色", "28329": "紫色", "28332": "浅灰色",
    "28334": "灰色", "28335": "绿色", "28338": "蓝色", "28340": "深蓝色", "28341": "黑色", "3232480": "粉红色", "4266701": "米白色",
    "28381": "XXS", "28313": "XS", "28314": "S", "28315": "M", "28316": "L", "28317": "XL", "28383": "均码",
}  # fmt: skip
INPUTS = {"13021751": "货号", "1632501": "货号"}


def recognises(header: Sequence[str]) -> bool:
    columns = Columns(header, ALIASES)
    return columns.has("title", "price") and (columns.has("cid", "num") or columns.has("skuprops"))


def sku_rows(text: str) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """`skuProps` -> [(price, quantity, code, [(pid, vid), …])]. Raises CellError grammar."""
    found: list[tuple[str, str, str, list[tuple[str, str]]]] = []
    for part in text.split(";"):
        pieces = part.strip().split(":")
        if len(pieces) >= 5:
            found.append((pieces[0], pieces[1], ":".join(pieces[2:-2]), [(pieces[-2], pieces[-1])]))
        elif len(pieces) == 2 and found:
            found[-1][3].append((pieces[0], pieces[1]))
        elif part.strip():
            raise CellError("grammar", "skuProps", value=part[:80])
    return found


def names(text: str) -> dict[str, str]:
    """`pid:vid:name;…` -> {"pid:vid": name}."""
    found = {}
    for part in text.split(";"):
        pid, _, rest = part.strip().partition(":")
        vid, mark, name = rest.partition(":")
        if mark and name.strip():
            found[f"{pid}:{vid}"] = name.strip()
    return found


_PICTURE = re.compile(r"(?P<name>.*?):(?P<kind>\d+):(?P<order>\d+):(?P<value>[^|]*)\|(?P<url>.*)", re.DOTALL)


def pictures(text: str) -> tuple[list[str], dict[str, str]]:
    """The product's pictures in order, and one for each option value ("pid:vid") that has its own."""
    main: list[tuple[int, str]] = []
    own: dict[str, str] = {}
    for part in text.split(";"):
        match = _PICTURE.fullmatch(part.strip())
        if not match:
            continue
        url = picture_url(match["url"]) or (f"{LOCAL}{PurePosixPath(match['name']).name}.tbi" if match["name"] else "")
        if url and match["kind"] == "2" and match["value"]:
            own.setdefault(match["value"].strip(":"), url)
        elif url:
            main.append((int(match["order"]), url))
    return [url for _order, url in sorted(main, key=lambda pair: pair[0])], own


def read(table: Table, setup: Setup) -> Found:
    """Product drafts and remarks of one file; every row is a product."""
    columns = Columns(table.header, ALIASES)
    for row in table.rows():
        if isinstance(row, Remark):
            yield row
            continue
        values = columns.read(row.cells)
        if values["title"] == "宝贝名称":
            continue
        external = _external_id(values)
        notes: list[Remark] = []
        try:
            draft = _draft(row, values, external, columns, table.name, setup, notes)
        except CellError as error:
            yield error.remark(table.name, row.line, external)
            continue
        yield from notes
        yield draft


def _external_id(values: dict[str, str]) -> str:
    for name in ("num_id", "outer_id"):
        if values.get(name, "").strip("0"):
            return values[name][:100]
    if not values["title"]:
        return ""
    return "t-" + blake2b(f"{values['title']}\0{values.get('cid', '')}".encode(), digest_size=8).hexdigest()


def _draft(
    row: Row, values: dict[str, str], external: str, columns: Columns, file: str, setup: Setup, notes: list[Remark]
) -> Product:
    main, own = pictures(values.get("picture", ""))
    skus = _variants(row, values, external, own, file, setup, notes)
    distinct, repeated = distinct_skus(skus, external, file, [row.line] * len(skus))
    media, bad = gallery(((url, "") for url in main), file, row.line, external, local=True)
    notes += repeated + bad
    attributes, brand = _inputs(values)
    return finish(
        Product(
            source=SOURCE,
            external_id=external,
            title=values["title"],
            subtitle=values.get("subtitle", "")[:200],
            description_html=values.get("description", ""),
            brand=brand,
            attributes=attributes,
            media=media,
            skus=distinct,
            listed=values.get("approve_status", "") not in ("2", "instock"),
            extras=extras_of(columns.unknown, row.cells)
            | {name: values[name] for name in ("cid", "cateprops") if values.get(name)},
            line=row.line,
        )
    )


def _inputs(values: dict[str, str]) -> tuple[dict[str, str | tuple[str, ...]], str]:
    """What the seller typed: `inputPids` 13021751,20000 beside `inputValues` A-12,某牌 (`;` parts go deeper)."""
    attributes: dict[str, str | tuple[str, ...]] = {}
    brand = ""
    pids = [part.strip() for part in values.get("inputpids", "").split(",")]
    typed = [part.split(";")[0].strip() for part in values.get("inputvalues", "").split(",")]
    for pid, text in zip(pids, typed, strict=False):
        if pid == BRAND:
            brand = text
        elif pid in INPUTS and text:
            attributes[INPUTS[pid]] = text
    return attributes, brand[:100]


def _variants(
    row: Row, values: dict[str, str], external: str, own: dict[str, str], file: str, setup: Setup, notes: list[Remark]
) -> list[Variant]:
    price = cell.price(values.get("price", ""), "price", setup.digits)
    weight = cell.grams(values.get("item_weight", ""), "item_weight", "kg")
    rows = sku_rows(values.get("skuprops", ""))
    base = values.get("outer_id") or external
    if not rows:
        asked, full = priced(price, price, file, row.line, external, notes)
        held = stock(cell.whole(values.get("num", ""), "num"), file, row.line, external, notes)
        code = values.get("outer_id") or code_for(external, ())
        return [Variant(code, {}, values.get("barcode", ""), weight, asked, full, None, held)]
    named = names(values.get("input_custom_cpv", "")) | names(values.get("propalias", ""))
    codes = [part.strip() for part in values.get("sku_barcode", "").split(";")]
    barcodes = codes[: len(rows)] if len([code for code in codes if code]) == len(rows) else [""] * len(rows)
    skus = []
    for (asked_text, quantity, code, properties), barcode in zip(rows, barcodes, strict=True):
        options = _options(properties, named)
        asked, full = priced(
            cell.price(asked_text, "skuProps", setup.digits) or price, price, file, row.line, external, notes
        )
        held = stock(cell.whole(quantity, "skuProps"), file, row.line, external, notes)
        image = next((own[f"{pid}:{vid}"] for pid, vid in properties if f"{pid}:{vid}" in own), "")
        skus.append(
            Variant(code or code_for(base, options.values()), options, barcode, weight, asked, full, None, held, image)
        )
    return skus


def _options(properties: list[tuple[str, str]], named: dict[str, str]) -> dict[str, str]:
    options: dict[str, str] = {}
    for number, (pid, vid) in enumerate(properties, 1):
        name = PROPERTIES.get(pid, f"规格{number}")
        value = named.get(f"{pid}:{vid}") or VALUES.get(vid, vid)
        options[name if name not in options else f"{name}{number}"] = value
    return options
