"""Workbooks that people send: the first sheet's cells as text, whichever program has written them."""

from __future__ import annotations

import io
from typing import Any


def rows(data: bytes) -> list[list[str]]:
    """Every row from the first on, empty ones too, so that a row's number is what the sender sees. Raises ValueError."""
    from python_calamine import CalamineError, CalamineWorkbook  # only where a file is read

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, OSError, IndexError) as error:
        raise ValueError("no workbook that can be read") from error


def _text(cell: Any) -> str:
    """A whole number without the point that workbooks give every number."""
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
