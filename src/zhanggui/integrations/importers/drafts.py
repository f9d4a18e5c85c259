"""What readers hand on besides the drafts themselves: remarks about rows, in words a shopkeeper can act upon."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zhanggui.kernel.i18n import Text

Outcome = Literal["rejected", "skipped", "noted"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the import report.

    `rejected`: the row or record was not taken. `skipped`: it is left out by a stated rule. `noted`: it was taken, and
    something about it deserves to be known. `line` is the line of the file where the row begins, counted from 1.
    """

    file: str
    line: int
    code: str
    field: str = ""
    external_id: str = ""
    outcome: Outcome = "rejected"
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def message(self, lang: str) -> str:
        text = MESSAGES.get(self.code)
        if text is None or (self.code not in _OWN_REASON and "reason_en" in self.params):
            return str(self.params.get("reason_en" if lang == "en" else "reason", self.code))
        return text.render(lang, field=FIELDS.get(self.field, Text(self.field, self.field)).render(lang), **self.params)

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "external_id": self.external_id,
            "field": self.field,
            "code": self.code,
            "outcome": self.outcome,
            "message": self.message("zh-Hans"),
            "message_en": self.message("en"),
        }


class CellError(ValueError):
    """A cell that cannot be understood; `code` is one of MESSAGES."""

    def __init__(self, code: str, field: str = "", **params: Any) -> None:
        self.code = code
        self.field = field
        self.params = params
        super().__init__(code)

    def remark(self, file: str, line: int, external_id: str = "") -> Remark:
        return Remark(file, line, self.code, self.field, external_id, "rejected", self.params)


#: Codes whose message wraps the reason another module gave; with other codes that reason is the message.
_OWN_REASON = {"not_listed", "not_taken", "price_not_taken", "schedule_not_taken"}

#: Our own names of what a row says; a column's name stays as the file has it.
FIELDS: dict[str, Text] = {
    "at": Text("时间", "The time"),
    "cost": Text("成本", "The cost"),
    "list_price": Text("划线价", "The list price"),
    "price": Text("售价", "The price"),
    "product_id": Text("商品编号", "The product"),
    "quantity": Text("数量", "The quantity"),
    "sale_price": Text("促销价", "The sale price"),
    "sku": Text("商家编码", "The SKU"),
    "title": Text("标题", "The title"),
    "weight": Text("重量", "The weight"),
}

MESSAGES: dict[str, Text] = {
    # rows as text
    "quote_unbalanced": Text(
        "引号不成对，第 {first} 到 {last} 行无法读出", "Quotes do not pair up; lines {first} to {last} cannot be read"
    ),
    "row_too_long": Text("这一行超过 {limit} 个字符", "This row is longer than {limit} characters"),
    "row_truncated": Text(
        "文件在这一行中间结束：应有 {expected} 列，只有 {found} 列",
        "The file ends in this row: {found} of {expected} columns",
    ),
    "too_few_cells": Text(
        "列数不够：应有 {expected} 列，只有 {found} 列", "Too few columns: {found} instead of {expected}"
    ),
    "too_many_cells": Text(
        "列数过多：应有 {expected} 列，却有 {found} 列", "Too many columns: {found} instead of {expected}"
    ),
    "nul_character": Text("含有空字符（NUL），文件可能已损坏", "Contains NUL characters; the file may be damaged"),
    "bad_encoding": Text("含有不属于 {encoding} 编码的字节", "Contains bytes that are not {encoding}"),
    "file_truncated": Text("压缩文件不完整，后面的内容已丢失", "The compressed file is cut off; what follows is lost"),
    # cells
    "missing": Text("缺少「{field}」", "{field} is missing"),
    "too_long": Text(
        "「{field}」有 {length} 个字符，最多 {limit} 个", "{field} has {length} characters, at most {limit}"
    ),
    "amount_unreadable": Text("「{field}」不是金额：{value}", "{field} is not an amount: {value}"),
    "amount_negative": Text("「{field}」不能是负数：{value}", "{field} must not be negative: {value}"),
    "amount_too_precise": Text(
        "「{field}」比货币的最小单位还细：{value}", "{field} is finer than the smallest coin: {value}"
    ),
    "amount_absurd": Text("「{field}」大得不合理：{value}", "{field} is absurdly large: {value}"),
    "number_unreadable": Text("「{field}」不是数字：{value}", "{field} is not a number: {value}"),
    "number_negative": Text("「{field}」不能是负数：{value}", "{field} must not be negative: {value}"),
    "number_absurd": Text("「{field}」大得不合理：{value}", "{field} is absurdly large: {value}"),
    "not_whole": Text("「{field}」应是整数：{value}", "{field} should be a whole number: {value}"),
    "time_unreadable": Text("「{field}」不是日期时间：{value}", "{field} is not a date and time: {value}"),
    "flag_unreadable": Text("「{field}」应是 是/否：{value}", "{field} should be yes or no: {value}"),
    "grammar": Text("「{field}」的写法读不懂：{value}", "{field} cannot be read: {value}"),
    # products
    "no_price": Text("没有价格", "There is no price"),
    "no_variants": Text("没有可售的规格", "There is nothing to sell: no variant"),
    "parent_missing": Text("找不到所属的商品 {parent}", "Its parent product {parent} is not in the file"),
    "type_unknown": Text("不支持的商品类型：{value}", "This kind of product is not supported: {value}"),
    "duplicate_external_id": Text(
        "文件中有两件商品的标识相同，第 {first} 行的已采用",
        "Used twice in the file; the one in line {first} was taken",
    ),
    "duplicate_sku": Text("商家编码 {sku} 已属于另一件商品", "The SKU {sku} already belongs to another product"),
    "duplicate_variant": Text("规格重复，以第一次出现的为准", "This variant appears twice; the first one counts"),
    "sku_repeated": Text(
        "商家编码 {sku} 在同一商品中重复，改为 {used}",
        "The SKU {sku} is used twice in this product; {used} is used here",
    ),
    "negative_stock": Text("库存为负（{value}），按 0 记入", "Stock is negative ({value}); taken as 0"),
    "tags_left_out": Text(
        "{count} 个过长或过多的标签未导入", "{count} tags were too long or too many and are left out"
    ),
    "bad_picture": Text("图片地址无效：{value}", "This is not a picture address: {value}"),
    "grouped_product": Text(
        "组合商品本身没有可售的规格，未导入", "A grouped product has nothing of its own to sell; left out"
    ),
    "external_product": Text(
        "外部商品由别处出售，导入后未上架", "An external product is sold elsewhere; imported unlisted"
    ),
    "bundle_product": Text("捆绑商品没有自己的规格，未导入", "A bundle has no variants of its own; left out"),
    "store_view_row": Text("店铺视图 {view} 的译文未导入", "The texts of store view {view} are not imported"),
    "picture_file_missing": Text("数据包中没有图片文件 {value}", "The package does not hold the picture file {value}"),
    "sale_without_regular_price": Text(
        "促销价高于原价，按促销价记入", "The sale price is above the regular price; it is used for both"
    ),
    # order history
    "accounting_entry": Text("记账调整 {amount}，不是销售", "An accounting entry of {amount}, not a sale"),
    "stock_note": Text("库存备注（{note}），不是销售", "A stock note ({note}), not a sale"),
    "no_amount": Text("金额为零，不是销售", "Its amount is zero: not a sale"),
    "return_unplaced": Text(
        "退回 {quantity} 件共 {amount}，找不到对应的购买记录",
        "{quantity} returned for {amount}: no purchase to book it against",
    ),
    "wrong_sign": Text("数量 {quantity} 与单据类型不符", "The quantity {quantity} does not fit this kind of document"),
    "status_unknown": Text("不认识的订单状态：{value}", "Unknown order status: {value}"),
    "order_missing": Text("订单 {order} 不在所给的文件里", "The order {order} is not in the files given"),
    "customer_missing": Text(
        "找不到顾客 {customer}，按游客记入", "The customer {customer} is not in the files; kept as a guest"
    ),
    "product_missing": Text(
        "找不到商品 {product}，只保留其编号", "The product {product} is not in the files; only its number is kept"
    ),
    "orders_file_missing": Text(
        "没有订单文件 (orders),明细和付款无从归属", "Without the orders file its lines and payments belong to nothing"
    ),
    "file_unused": Text("这个文件的内容不导入", "Nothing of this file is imported"),
    "no_items": Text("订单没有明细", "The order has no lines"),
    "payments_differ": Text(
        "付款 {paid} 与应付 {due} 不一致，照原样保留", "Paid {paid}, due {due}: both kept as they are"
    ),
    "zero_payment": Text("金额为零的付款没有记入", "A payment of zero is left out"),
    "history_changed": Text(
        "这张历史单据已导入过，内容不同；历史不会被改写",
        "This document was imported before with other content; history is not rewritten",
    ),
    "not_listed": Text("已导入，未上架：{reason}", "Imported but not on sale: {reason_en}"),
    "stock_below_reserved": Text(
        "库存 {quantity} 少于订单已占用的数量，库存未改",
        "Stock of {quantity} is less than orders have reserved; stock left as it was",
    ),
    "price_not_taken": Text("价格未导入：{reason}", "The price is not taken: {reason_en}"),
    "schedule_not_taken": Text("促销时段未导入：{reason}", "The time of the sale price is not taken: {reason_en}"),
    "not_taken": Text("数据库拒绝了这条记录：{reason}", "The database refused this record: {reason_en}"),
}
