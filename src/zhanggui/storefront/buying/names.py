"""What goods are called: carts and orders keep the Chinese words, English pages look the others up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.i18n import EN


def english(sku_ids: Iterable[int | None], lang: str) -> dict[int, Any]:
    """English titles and options by SKU, where they are known. One statement for English pages, none for Chinese ones."""
    wanted = {sku_id for sku_id in sku_ids if sku_id}
    if lang != EN or not wanted:
        return {}
    return {sku_id: name for sku_id, name in catalog.english_names(list(wanted)).items() if name.title}
