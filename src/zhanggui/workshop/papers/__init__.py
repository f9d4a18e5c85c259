"""The sheet of the workshop (制作单) as PDF, laid out by Typst: one order's line to a block, with what is asked and a code to scan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhanggui.kernel import clock, typesetting

from ..types import Work

HERE = Path(__file__).parent


def sheets(works: Sequence[Work]) -> bytes:
    """A4, the most urgent first. Raises NoChineseFont."""
    lines = [
        {
            "code": each.code, "bars": typesetting.bars(each.code), "title": each.title, "options": each.options,
            "sku": each.sku_code, "units": each.units, "note": each.buyer_note,
            "due": clock.local(each.due_at).strftime("%m-%d %H:%M") if each.due_at else "",
            "asked": [
                {"name": one["zh"], "said": "见照片" if one["kind"] == "photo" else one["said_zh"]} for one in each.particulars
            ],
        }
        for each in works
    ]  # fmt: skip
    now = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    return typesetting.pdf(HERE / "sheet.typ", {"lines": lines, "at": now, "units": sum(each.units for each in works)})
