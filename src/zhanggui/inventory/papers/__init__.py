"""Labels of shelves, set by Typst."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhanggui.kernel import typesetting

from ..types import LocationView

HERE = Path(__file__).parent
KINDS = {"pick": "拣货", "bulk": "存储", "receiving": "收货", "quality": "质检", "damaged": "残损"}


def location_labels(warehouse: str, found: Sequence[LocationView]) -> bytes:
    """A PDF with a label of 80 × 50 mm for each shelf. Raises NoChineseFont."""
    pages = [
        {"code": each.code, "kind": KINDS[each.kind], "walk": each.walk, "bars": typesetting.bars(each.code)}
        for each in found
    ]
    return typesetting.pdf(HERE / "location.typ", {"warehouse": warehouse, "pages": pages})
