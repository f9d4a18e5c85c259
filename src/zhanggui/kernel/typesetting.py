"""Papers as PDF, set by Typst in the first of the usual Chinese fonts the machine has (docs/adr/0012-papers-with-typst.md).

What is printed comes in as data and is never read as markup. Typst draws without holding the interpreter, so that buyers are
served meanwhile.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings

from .i18n import Text
from .problems import Problem

if TYPE_CHECKING:
    import typst

#: By preference: sans serif before serif, full before light. Any file of them in the data directory's `fonts` counts, too.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "HarmonyOS Sans SC", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "Alibaba PuHuiTi 3.0", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei",
    "Droid Sans Fallback", "LXGW WenKai", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "SimSun",
)  # fmt: skip


class NoChineseFont(Problem):
    """Papers are set in Chinese, and this machine has no font for it."""

    code = "no_chinese_font"
    status = 503
    message = Text(
        "服务器上没有中文字体，无法打印。请安装字体（如 apt-get install fonts-noto-cjk），或把字体文件放入 {folder}",
        "This machine has no Chinese font to print with. Install one (apt-get install fonts-noto-cjk), or put its file into {folder}",
    )


def pdf(layout: Path, data: dict[str, Any]) -> bytes:
    """A layout with its data, which it reads as `sys.inputs.data` beside the font's `family`. Raises NoChineseFont."""
    import typst  # only where something is printed: some 15 MB of a process

    family, found = chinese()
    inputs = {"data": orjson.dumps({**data, "family": family}).decode()}
    made = typst.compile(_layout(layout), format="pdf", font_paths=found, sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made


@cache
def _layout(path: Path) -> bytes:
    return path.read_bytes()


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


def bars(text: str) -> str:
    """Code 128 as a drawing one unit high, a module wide per unit, with the quiet zones scanners need."""
    import barcode

    (modules,) = barcode.get("code128", text).build()
    path, start = [], 0
    while (start := modules.find("1", start)) >= 0:
        end = modules.find("0", start)
        end = len(modules) if end < 0 else end
        path.append(f"M{start + 10} 0h{end - start}v1h-{end - start}z")
        start = end
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(modules) + 20} 1" width="{len(modules) + 20}"'
        f' height="1" preserveAspectRatio="none" shape-rendering="crispEdges"><path d="{"".join(path)}"/></svg>'
    )
