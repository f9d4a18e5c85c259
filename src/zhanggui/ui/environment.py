"""The Jinja2 environment of all pages, one for each language.

Compiled templates are kept in memory; the web server fills it before it forks. They are kept in the data directory, too:
compiling is half of a start, reading it again is nothing.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import orjson
import structlog
from django.conf import settings
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.bccache import Bucket

from zhanggui.kernel.i18n import EN, LANGUAGES, ZH

from . import assets, formatting, icons, language, quick, shapes
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
    """Compiled templates in files; made anew when the template, what compiles it or Jinja is another one."""

    _by = f"{jinja2.__version__} {Path(__file__).read_text()} {Path(quick.__file__).read_text()}"

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{self._by} {source}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full disk: the next start compiles again
            super().dump_bytecode(bucket)


def kept(lang: str) -> Compiled | None:
    """Where compiled templates of a language are kept; None where no mall has been made."""
    run = Path(settings.DATA_DIR) / "run"
    if not run.is_dir():
        return None
    folder = run / "templates"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        return Compiled(str(folder), f"{lang}-%s.cache")
    return None


def _json(value: Any) -> str:
    return orjson.dumps(value, default=_as_list, option=orjson.OPT_NON_STR_KEYS).decode()


def _as_list(value: Any) -> list[Any]:
    """Named tuples; orjson leaves them to us."""
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def folders() -> list[Path]:
    """Where templates lie: each package that shows pages has `templates/<package>/`."""
    return sorted(PACKAGE.glob("*/templates"))


def make(lang: str = ZH, **options: Any) -> Environment:
    """For Django's Jinja2 backend (settings.TEMPLATES), and its like in another language."""
    options |= {"loader": FileSystemLoader(folders()), "undefined": Missing, "autoescape": True}
    environment = quick.QuickEnvironment(
        place=1 if lang == EN else 0,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        bytecode_cache=kept(lang),
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        **options,
    )
    environment.policies["json.dumps_function"] = _json
    environment.policies["json.dumps_kwargs"] = {}
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


def get() -> Environment:
    """This process's environment for the language in use: the words of its templates are in it."""
    return _get(language.current())


@cache
def _get(lang: str) -> Environment:
    from django.template import engines

    usual: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return make(EN, auto_reload=usual.auto_reload) if lang == EN else usual


def compile_all() -> list[str]:
    """Load every template now, so that no request pays for it; the names of broken ones, whose pages alone will fail."""
    broken: list[str] = []
    for environment in map(_get, LANGUAGES):
        for name in environment.list_templates(extensions=["html", "xml"]):
            try:
                environment.get_template(name)
            except TemplateSyntaxError:
                if name not in broken:
                    log.error("broken_template", name=name, exc_info=True)
                    broken.append(name)
    return broken
