"""What the pages of stock-takes share: words, and rows of files of counted units."""

from __future__ import annotations

import csv
import io
from typing import Any

from zhanggui.inventory.types import CountLineView, CountRow, CountView
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import ValidationFailed

STATES: dict[str, tuple[Text, str]] = {
    "counting": (Text("盘点中", "Being counted"), "info"),
    "review": (Text("待审批", "To be approved"), "warn"),
    "approved": (Text("待过账", "To be posted"), "warn"),
    "partly": (Text("部分过账", "Partly posted"), "bad"),
    "posted": (Text("已过账", "Posted"), "good"),
    "cancelled": (Text("已取消", "Given up"), "neutral"),
}
HELD: dict[str, Text] = {
    "promised": Text(
        "过账后会少于已被订单占用或锁定的件数；订单发出或释放后再过账",
        "less would be left than is promised or locked; post it again when orders have left or are released",
    ),
    "moved": Text(
        "盘点后这里又移走了货，已没有这么多可减；请重新盘点", "units left this spot since; count it in a new stock-take"
    ),
    "serials": Text(
        "登记了序列号的件数更多；请在库存详情里按序列号移出",
        "more serial numbers are here; take those off by their numbers",
    ),
}
ONLY: dict[str, Text] = {
    "different": Text("有差异", "With differences"),
    "again": Text("待复盘", "To be counted again"),
    "held": Text("未能过账", "Held"),
    "open": Text("未盘", "Not counted"),
    "counted": Text("已盘", "Counted"),
}
BARCODE_DIGITS = 8


def shows_book(view: CountView) -> bool:
    """Whether the book may be shown: to nobody while it is counted blind, for anybody may take a turn at it."""
    return not view.blind or view.state != "counting"


def difference(line: CountLineView) -> str:
    """Signed, "" where nobody has counted."""
    return "" if line.difference is None else f"{line.difference:+d}" if line.difference else "0"


def rows_of(file: Any) -> list[CountRow]:
    """Rows of an .xlsx or .csv: SKU or barcode, location, batch, units; line 1 has the titles. Raises ValidationFailed."""
    try:
        if file.name.lower().endswith(".xlsx"):
            import python_calamine  # only where a file is read

            sheet = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
            table = [[_cell(value) for value in row[:4]] for row in sheet.to_python(skip_empty_area=False)]
        else:
            text = file.read(20_000_000).decode("utf-8-sig")
            table = [[value.strip().lstrip("'") for value in row[:4]] for row in csv.reader(io.StringIO(text))]
    except Exception as error:  # whatever the file is, the answer says what is wanted
        raise ValidationFailed.one(
            "file", "unreadable", "读不出这个文件，请上传 .xlsx 或 UTF-8 的 .csv", "not a readable .xlsx or UTF-8 .csv"
        ) from error
    rows = []
    for line, row in enumerate(table[1:], 2):
        code, location, batch, quantity = [*row, "", "", "", ""][:4]
        if code or quantity:
            rows.append(CountRow(line, code[:100], location[:100], batch[:100], quantity[:20]))
    if not rows:
        raise ValidationFailed.one(
            "file",
            "required",
            "文件里没有数据；第一行为标题：SKU 或条码、库位、批次、实盘件数",
            "no rows in the file; the first one has the titles: SKU or barcode, location, batch, units found",
        )
    return rows


def _cell(value: Any) -> str:
    """A cell as it is typed: workbooks keep numbers as decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
