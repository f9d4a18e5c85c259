"""Domain values as JSON and as schemas: what a dataclass or a NamedTuple holds is what the operations API shows."""

import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import create_model

from zhanggui.kernel.i18n import ZH, Text

from .fields import Answer


def plain(value: Any, lang: str = ZH, *, without: frozenset[str] = frozenset()) -> Any:
    """A value of the domain as plain data for JSON; texts in the caller's language, `without` fields left out."""
    if isinstance(value, Text):
        return value.render(lang)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (f.name for f in dataclasses.fields(value) if f.name not in without)
        return {name: plain(getattr(value, name), lang) for name in fields}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: plain(getattr(value, name), lang) for name in value._fields if name not in without}
    if isinstance(value, Mapping):
        return {str(key): plain(item, lang) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, lang) for item in value]
    return value


def describe(kind: type, without: frozenset[str] = frozenset()) -> type[Answer]:
    """A schema with the fields of a dataclass or NamedTuple, as `plain` writes them."""
    return _described(kind, without, "")


def listed(kind: type, without: frozenset[str] = frozenset()) -> type[Answer]:
    """`{"items": [...]}` of a described type."""
    return _described(kind, without, "List")


def paged(kind: type, without: frozenset[str] = frozenset()) -> type[Answer]:
    """`{"items": [...], "next_cursor"}`: pass the cursor back for what follows; null at the end."""
    return _described(kind, without, "Page")


@cache
def _described(kind: type, without: frozenset[str], form: str) -> type[Answer]:
    """Each shape is made once: the document knows shapes by their names."""
    name = kind.__name__ + ("Shown" if without else "") + form
    fields: dict[str, Any]
    if form:
        fields = {"items": (list[_described(kind, without, "")], ...)}  # type: ignore[misc]
        if form == "Page":
            fields["next_cursor"] = (str | None, ...)
        return create_model(name, __base__=Answer, **fields)
    hints = get_type_hints(kind)
    fields = {field: (_hint(hint), ...) for field, hint in hints.items() if field not in without}
    return create_model(name, __base__=Answer, __doc__=kind.__doc__, **fields)


def _hint(hint: Any) -> Any:
    """A type hint in JSON's terms."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Text:
        return str
    if isinstance(hint, type) and issubclass(hint, Answer | str | int | float | datetime | date | Enum):
        return hint
    if isinstance(hint, type) and (dataclasses.is_dataclass(hint) or hasattr(hint, "_fields")):
        return describe(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(_hint(argument) for argument in arguments)]  # noqa: UP007
    if origin in (list, tuple, set, frozenset) or (isinstance(origin, type) and issubclass(origin, Sequence)):
        return list[_hint(arguments[0])]  # type: ignore[misc]
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return dict[str, _hint(arguments[1])]  # type: ignore[misc]
    return hint if hint is None or hint is type(None) or origin is Literal or hint is bool else Any
