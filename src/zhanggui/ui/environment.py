"""The Jinja2 environment of all pages. Compiled templates are kept in memory; the web server fills it before it forks.

What was compiled is kept in the data directory, too: compiling is half of a start, reading it again is nothing.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import structlog
from django.conf import settings
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.bccache import Bucket

from . import assets, formatting, icons, language, shapes
from .forms import EMPTY

log = structlog.get_logger(__name__)
PACKAGE = Path(__file__).parents[1]
#: What the faces lend to their templates, by name (`share`).
_shared: dict[str, Any] = {}


def share(name: str, value: Any) -> None:
    """Make `value` known to all templates; called when a face is set up, before the first page is written."""
    _shared[name] = value


class Missing(StrictUndefined):
    """A name nobody gave: may be asked for (`{% if item.icon %}`), but never shown."""

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


class Compiled(FileSystemBytecodeCache):
    """Compiled templates in files; made anew when the template, this file or Jinja is another one."""

    _by = f"{jinja2.__version__} {Path(__file__).read_text()}"

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{self._by} {source}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk: the next start compiles again
            super().dump_bytecode(bucket)


def kept() -> Compiled | None:
    """Where compiled templates are kept; None where no mall has been made."""
    run = Path(settings.DATA_DIR) / "run"
    if not run.is_dir():
        return None
    folder = run / "templates"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        return Compiled(str(folder))
    return None


def folders() -> list[Path]:
    """Where templates lie: each package that shows pages has `templates/<package>/`."""
    return sorted(PACKAGE.glob("*/templates"))


def make(**options: Any) -> Environment:
    """For Django's Jinja2 backend (settings.TEMPLATES)."""
    options |= {"loader": FileSystemLoader(folders()), "undefined": Missing, "autoescape": True}
    environment = Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        bytecode_cache=kept(),
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        **options,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    written: dict[str, Any] = {
        name: getattr(formatting, name)
        for name in ("money", "quantity", "percent", "date", "datetime", "time", "iso", "ago", "left")
    }
    environment.filters.update(written, say=language.say)
    environment.globals.update(
        written,
        t=language.t,
        say=language.say,
        asset=assets.url,
        svg_icon=icons.icon,
        price_parts=formatting.price_parts,
        sparkline_points=shapes.sparkline_points,
        no_form=EMPTY,
        **_shared,
    )
    return environment


@cache
def get() -> Environment:
    """The one environment of this process."""
    from django.template import engines

    found: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return found


def compile_all() -> list[str]:
    """Load every template now, so that no request pays for it; the names of broken ones, whose pages alone will fail."""
    environment, broken = get(), []
    for name in environment.list_templates(extensions=["html", "xml"]):
        try:
            environment.get_template(name)
        except TemplateSyntaxError:
            log.error("broken_template", name=name, exc_info=True)
            broken.append(name)
    return broken
