"""Query parameters an operation does not have, as field errors."""

from collections.abc import Iterable

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed


def unknown_parameters(names: Iterable[str]) -> ValidationFailed:
    """Query parameters an operation does not have: to ignore a misspelt filter would be to answer another question."""
    text = Text("没有这个查询参数", "there is no such query parameter")
    return ValidationFailed(errors=[FieldError(name[:80], "unknown_field", text) for name in names])
