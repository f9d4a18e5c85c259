"""Query parameters an operation does not have, as field errors."""

from collections.abc import Iterable

from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.showcase.types import NO_SUCH_PARAMETER, UNKNOWN


def unknown_parameters(names: Iterable[str]) -> ValidationFailed:
    """Query parameters an operation does not have: to ignore a misspelt filter would be to answer another question."""
    return ValidationFailed(errors=[FieldError(name[:80], UNKNOWN, NO_SUCH_PARAMETER) for name in names])
