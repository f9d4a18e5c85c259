"""A part of content as a tree of fields, with the values typed and what is wrong with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from zhanggui.content.types import CHOICES, Part, Picture, Words, field_label
from zhanggui.kernel.i18n import Text

#: Fields of every block that stand in its foot.
COMMON = ("hidden", "on")
#: Fields of blocks the form never shows.
SILENT = ("type", "id")
#: What a list of ids names, and a single one.
PICKED = {"product_ids": "products", "brand_ids": "brands", "promotion_ids": "coupons"}
CHOSEN = {"category_id": "categories", "brand_id": "brands"}


@dataclass(slots=True)
class Node:
    """One field. `value` is data as stored or typed; `items` are the entries of a list, each (key, nodes)."""

    kind: str
    name: str
    key: str
    label: Text
    value: Any = None
    limit: int = 0
    rows: int = 1
    low: int = 0
    high: int = 0
    options: list[tuple[str, Text | str]] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    items: list[tuple[str, list[Node]]] = field(default_factory=list)
    most: int = 0


def _inner(hint: Any) -> tuple[Any, list[Any]]:
    """A type without its `Annotated` and `| None`, and what the annotations say."""
    marks: list[Any] = []
    while get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        marks += more
    if get_origin(hint) in (Union, UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
        inner, more = _inner(hint)
        return inner, marks + more
    return hint, marks


def kind_of(model: type[Part], name: str) -> tuple[str, Any, list[Any]]:
    """The kind of a field, its type, and its bounds."""
    info = model.model_fields[name]
    hint, marks = _inner(info.annotation)
    marks = [*info.metadata, *marks]
    if name in PICKED:
        return "ids", hint, marks
    if name in CHOSEN:
        return "one", hint, marks
    if get_origin(hint) is Literal:
        return "choice", hint, marks
    if get_origin(hint) is tuple:
        entry, _ = _inner(get_args(hint)[0])
        return ("list" if isinstance(entry, type) and issubclass(entry, Part) else "texts"), entry, marks
    if isinstance(hint, type) and issubclass(hint, Words):
        return "words", hint, marks
    if isinstance(hint, type) and issubclass(hint, Picture):
        return "picture", hint, marks
    if hint is bool:
        return "flag", hint, marks
    if hint is int:
        return "number", hint, marks
    return ("link" if "link" in name else "colour" if "colour" in name else "text"), hint, marks


def bound(marks: Sequence[Any], name: str, default: int = 0) -> int:
    """`ge`, `le` or `max_length` among the annotations."""
    return next((int(found) for mark in marks if (found := getattr(mark, name, None)) is not None), default)


def nodes(
    model: type[Part], data: Mapping[str, Any], name: str, loc: str, errors: Mapping[str, list[str]]
) -> list[Node]:
    """The fields of a part. `name` begins the names of its inputs, `loc` the places errors are told at."""
    found = []
    for key in model.model_fields:
        if key in SILENT:
            continue
        kind, hint, marks = kind_of(model, key)
        node = Node(kind, f"{name}.{key}", key, model.NAMES.get(key) or field_label(key), data.get(key))
        place = f"{loc}.{key}" if loc else key
        node.wrong = {
            at.removeprefix(place).lstrip("."): said
            for at, said in errors.items()
            if at == place or (at.startswith(place + ".") and kind != "list")
        }
        if kind == "words":
            node.limit, node.rows = hint.LIMIT, 14 if hint.HTML else 4 if hint.LINES else 1
            node.kind = "html" if hint.HTML else "words"
        elif kind == "choice":
            node.options = [(value, CHOICES.get(key, {}).get(value, value)) for value in get_args(hint)]
        elif kind == "number":
            node.low, node.high = bound(marks, "ge"), bound(marks, "le", 1000)
        elif kind in ("list", "texts", "ids"):
            node.most = bound(marks, "max_length", 50)
        if kind == "list":
            entries = node.value if isinstance(node.value, list | tuple) else []
            node.items = [
                (
                    str(i),
                    nodes(
                        hint, entry if isinstance(entry, Mapping) else {}, f"{name}.{key}.{i}", f"{place}.{i}", errors
                    ),
                )
                for i, entry in enumerate(entries)
            ]
        found.append(node)
    return found


def blank(model: type[Part]) -> dict[str, Any]:
    """A new entry of a list, empty."""
    return model().model_dump(mode="json")
