"""The font that papers are set in: the first of the usual Chinese ones the machine has (docs/adr/0012-papers-with-typst.md)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from ..errors import NoChineseFont

if TYPE_CHECKING:
    import typst

#: By preference: sans serif before serif, full before light. Any file of them in the data directory's `fonts` counts, too.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "HarmonyOS Sans SC", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "Alibaba PuHuiTi 3.0", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei",
    "Droid Sans Fallback", "LXGW WenKai", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "SimSun",
)  # fmt: skip


def chinese() -> tuple[str, typst.Fonts]:
    """The family, and all fonts there are. Raises NoChineseFont."""
    family, found = _look()
    if not family:
        _look.cache_clear()  # it may be put there at any moment
        raise NoChineseFont(folder=str(settings.DATA_DIR / "fonts"))
    return family, found


@cache
def _look() -> tuple[str, typst.Fonts]:
    import typst

    own = settings.DATA_DIR / "fonts"
    found = typst.Fonts(font_paths=[str(own)] if own.is_dir() else [])
    known = set(found.families())
    return next((family for family in FAMILIES if family in known), ""), found
