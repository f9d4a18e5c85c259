"""The kinds of promotion, one file each; every file here is found by itself."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ..kind import Kind


def _found() -> dict[str, Kind[Any]]:
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return {module.KIND.name: module.KIND for module in modules}


#: By name, in alphabetical order.
KINDS: dict[str, Kind[Any]] = _found()


def get_kind(name: str) -> Kind[Any]:
    """The kind of that name; raises KeyError."""
    return KINDS[name]
