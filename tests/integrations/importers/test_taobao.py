"""Taobao Assistant tables, made of the real column list and a real Chinese catalogue where both are on this machine."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from tests.integrations.importers.reading import products, read_files, read_text, remarks
from tests.support.shared import shared_data
from zhanggui.integrations.importers.drafts import CellError
from zhanggui.integrations.importers.products import Variant
from zhanggui.integrations.importers.taobao import names, pictures, sku_rows

FIELDS = {
    "title": "宝贝名称", "cid": "宝贝类目", "price": "宝贝价格", "num": "宝贝数量", "approve_status": "放入仓库",
    "description": "宝贝描述", "cateProps": "宝贝属性", "picture": "新图片", "skuProps": "销售属性组合",
    "inputPids": "用户输入ID串", "inputValues": "用户输入名-值对", "outer_id": "商家编码", "propAlias": "销售属性别名",
    "num_id": "数字ID", "item_weight": "物流重量", "barcode": "商品条形码", "sku_barcode": "sku 条形码", "subtitle": "宝贝卖点",
    "input_custom_cpv": "自定义属性值",
}  # fmt: skip


def table(*rows: dict[str, str], fields: dict[str, str] = FIELDS) -> str:
    lines = ["version 1.00", "\t".join(fields), "\t".join(fields.values())]
    lines += ["\t".join(row.get(name, "") for name in fields) for row in rows]
    return "\r\n".join(lines) + "\r\n"


PLANT = {
    "title": "绿萝 盆栽 净化空气",
    "cid": "50012345",
    "price": "29.90",
    "num": "30",
    "approve_status": "1",
    "description": '"<p class=""d"">室内<b>绿植</b></p>"',
    "skuProps": "29.90:10:LV-W-S:1627207:28320;20509:28314;35.00:20::1627207:-1001;20509:28315;",
    "input_custom_cpv": "1627207:-1001:墨绿;",
    "propAlias": "20509:28315:大号;",
    "inputPids": "20000,13021751",
    "inputValues": "花田,LV-01",
    "outer_id": "LV",
    "num_id": "520001",
    "item_weight": "1.25",
    "picture": "main1:1:0:|;second:1:1:|https://img.alicdn.com/2.jpg;white:2:0:1627207:28320|;",
}


@pytest.mark.parametrize("encoding", ["utf-16", "gbk", "utf-8-sig"])
def test_a_plant_with_variants_in_every_encoding_met(encoding: str) -> None:
    items = read_text("taobao-products", table(PLANT).encode(encoding))
    (plant,) = products(items)
    assert remarks(items) == []
    assert (plant.external_id, plant.title, plant.brand, plant.line) == ("520001", "绿萝 盆栽 净化空气", "花田", 4)
    assert plant.description_html == '<p class="d">室内<b>绿植</b></p>'
    assert plant.attributes == {"货号": "LV-01"}
    assert [p.url for p in plant.media] == ["local:main1.tbi", "https://img.alicdn.com/2.jpg"]
    first, second = plant.skus
    assert first == Variant(
        "LV-W-S", {"颜色": "白色", "尺码": "S"}, "", 1250, 2990, 2990, None, 10, "local:white.tbi", 0
    )
    assert (second.options, second.sale_price, second.quantity) == ({"颜色": "墨绿", "尺码": "大号"}, 3500, 20)
    assert second.code.isascii()
    assert plant.extras["cid"] == "50012345"


def test_a_product_without_variants_is_one_sku() -> None:
    rows = [
        {"title": "花盆", "price": "9.9", "num": "5", "outer_id": "PEN-1", "barcode": "690", "approve_status": "2"},
        {"title": "无编码", "price": "1", "num": "1"},
    ]
    pot, plain = products(read_text("taobao-products", table(*rows).encode("utf-16")))
    assert pot.skus == (Variant("PEN-1", {}, "690", None, 990, 990, None, 5),)
    assert not pot.listed
    assert plain.external_id.startswith("t-")
    assert plain.listed


def test_undoubled_quotes_inside_a_cell_do_not_break_the_row() -> None:
    row = PLANT | {"description": '"<p style="color:red">5" 盆</p>"'}
    (plant,) = products(read_text("taobao-products", table(row, row | {"num_id": "2"}).encode("utf-16")))[:1]
    assert plant.description_html == '<p style="color:red">5" 盆</p>'


def test_a_description_over_several_lines_is_one_cell() -> None:
    row = PLANT | {"description": '"<p>\r\n第一行\r\n</p>"'}
    items = read_text("taobao-products", table(row, PLANT | {"num_id": "7"}).encode("utf-16"))
    assert [(p.external_id, p.line) for p in products(items)] == [("520001", 4), ("7", 7)]


def test_bad_rows_are_named() -> None:
    rows = [
        PLANT | {"title": ""},
        PLANT | {"skuProps": "29.90:10"},
        PLANT | {"price": "便宜"},
        PLANT | {"skuProps": "9:-5:A:1627207:28320;"},
        PLANT | {"title": "宝" * 10_000},
    ]
    items = read_text("taobao-products", table(*rows).encode("utf-16"))
    assert [p.line for p in products(items)] == [7]
    assert remarks(items) == [
        (4, "missing", "rejected"),
        (5, "grammar", "rejected"),
        (6, "amount_unreadable", "rejected"),
        (7, "negative_stock", "noted"),
        (8, "too_long", "rejected"),
    ]


def test_the_grammars() -> None:
    assert sku_rows("1:2:a:b:3:4;5:6;7:8::9:10;") == [
        ("1", "2", "a:b", [("3", "4"), ("5", "6")]),
        ("7", "8", "", [("9", "10")]),
    ]
    with pytest.raises(CellError):
        sku_rows("1:2;3:4:5:6:7")
    assert names("1:2:red;1:3:;x;4:5:a:b") == {"1:2": "red", "4:5": "a:b"}
    main, own = pictures("b:1:1:|;a:1:0:|;../../etc/passwd:1:2:|;c:2:0:1:2|http://x.example/c.jpg;junk")
    assert main == ["local:a.tbi", "local:b.tbi", "local:passwd.tbi"]
    assert own == {"1:2": "http://x.example/c.jpg"}


def test_the_real_header_is_recognised_and_empty() -> None:
    path = shared_data("import-formats", "taobao-assistant", "header-only.utf16le-bom.csv")
    assert read_files("taobao-products", path) == []


def test_a_real_chinese_catalogue_in_the_real_columns(tmp_path: Path) -> None:
    columns = shared_data("import-formats", "taobao-assistant", "columns.csv")
    goods = shared_data("litemall-cn-catalogue", "litemall_goods.csv.gz")
    with columns.open(encoding="utf-8") as stream:
        fields = {row["field"]: row["header_zh"] for row in csv.DictReader(stream)}
    rows = []
    with gzip.open(goods, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            detail = row["detail"].replace('"', '""').replace("\t", " ")
            urls = json.loads(row["gallery"] or "[]")
            rows.append(
                {
                    "title": row["name"], "cid": row["category_id"], "price": row["retail_price"], "num": "100",
                    "approve_status": "1" if row["is_on_sale"] == "1" else "2", "description": f'"{detail}"',
                    "num_id": row["id"], "outer_id": row["goods_sn"], "subtitle": row["brief"].replace("\t", " "),
                    "picture": "".join(f"p{i}:1:{i}:|{url};" for i, url in enumerate(urls)),
                }
            )  # fmt: skip
    path = tmp_path / "goods.csv"
    path.write_bytes(table(*rows, fields=fields).encode("utf-16"))
    items = read_files("taobao-products", path)
    found = products(items)
    assert (len(found), remarks(items)) == (239, [])
    assert len(fields) == 63
    assert found[0].title == "轻奢纯棉刺绣水洗四件套"
    assert (found[0].skus[0].sale_price, len(found[0].media)) == (89900, 4)
