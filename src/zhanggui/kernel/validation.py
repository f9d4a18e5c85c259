"""What pydantic found wrong, as field errors with stable codes and messages in both languages.

A validator of ours raises `wrong(code, zh, en)`: its message passes through as it is.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from .i18n import Text
from .problems import FieldError

_TYPE = {
    "string": Text("应为文字", "must be text"),
    "int": Text("应为整数", "must be a whole number"),
    "float": Text("应为数字", "must be a number"),
    "bool": Text("应为 true 或 false", "must be true or false"),
    "list": Text("应为列表", "must be a list"),
    "dict": Text("应为对象", "must be an object"),
    "model": Text("应为对象", "must be an object"),
    "datetime": Text("应为 RFC 3339 时间，如 2026-06-18T00:00:00+08:00", "must be an RFC 3339 time with offset"),
    "timezone": Text("时间须带时区偏移", "the time needs an offset"),
    "date": Text("应为日期，如 2026-06-18", "must be a date such as 2026-06-18"),
}
_EXACT: dict[str, tuple[str, Text]] = {
    "missing": ("required", Text("缺少此项", "this field is required")),
    "extra_forbidden": ("unknown_field", Text("没有这个字段", "there is no such field")),
    "greater_than_equal": ("range", Text("不能小于 {ge}", "must be at least {ge}")),
    "greater_than": ("range", Text("应大于 {gt}", "must be more than {gt}")),
    "less_than_equal": ("range", Text("不能大于 {le}", "must be at most {le}")),
    "less_than": ("range", Text("应小于 {lt}", "must be less than {lt}")),
    "finite_number": ("range", Text("应为有限的数", "must be finite")),
    "int_parsing_size": ("range", Text("数字太大", "the number is too large")),
    "string_too_short": ("length", Text("至少 {min_length} 个字", "at least {min_length} characters")),
    "string_too_long": ("length", Text("最多 {max_length} 个字", "at most {max_length} characters")),
    "too_short": ("length", Text("至少 {min_length} 项", "at least {min_length} items")),
    "too_long": ("length", Text("最多 {max_length} 项", "at most {max_length} items")),
    "string_pattern_mismatch": ("pattern", Text("格式不正确", "not in the expected form")),
    "literal_error": ("choice", Text("只能是 {expected}", "must be {expected}")),
    "enum": ("choice", Text("只能是 {expected}", "must be {expected}")),
}
MOST = 100
_OTHER = Text("格式不正确", "not valid")


def wrong(code: str, zh: str, en: str) -> PydanticCustomError:
    """What a validator raises where it refuses a value."""
    return PydanticCustomError(code, "refused", {"text": Text(zh, en)})


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's error list in ours; `loc` is the path inside the body, `header.NAME`, or the parameter's name.

    The first `MOST` of them: a body of nothing but mistakes would be answered by a larger one.
    """
    return [_one(error) for error in islice(errors, MOST)]


def model_errors(invalid: ValidationError) -> list[FieldError]:
    """What a model found wrong with data; `loc` is the path inside it."""
    return field_errors({**error, "loc": ("data", *error["loc"])} for error in invalid.errors())


def _one(error: Mapping[str, Any]) -> FieldError:
    source, *path = error["loc"]
    if source == "body":
        path = path[1:]  # the name of our function's parameter means nothing to the caller
    loc = ".".join(str(part)[:80] for part in path) or str(source)
    if source == "header":
        loc = f"header.{loc}"
    kind, context = str(error["type"]), error.get("ctx") or {}
    if isinstance(own := context.get("text"), Text):
        return FieldError(loc, kind, own)
    if kind in _EXACT:
        code, text = _EXACT[kind]
        return FieldError(loc, code, Text(text.zh.format_map(_Safe(context)), text.en.format_map(_Safe(context))))
    family = kind.split("_")[0]
    return FieldError(loc, "type" if family in _TYPE else "invalid", _TYPE.get(family, _OTHER))


class _Safe(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
