"""What a form shows: the values as typed, and what is wrong with each, so that nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from zhanggui.kernel.i18n import ZH, Text
from zhanggui.kernel.money import minor_digits
from zhanggui.kernel.problems import FieldError, Problem

MOST_AMOUNT = 10**13
#: Signs of numbers as Chinese keyboards write them; their digits Decimal knows.
_WIDE = str.maketrans("．－＋", ".-+")


@dataclass(frozen=True, slots=True)
class FormState:
    """Values and messages by field; messages that belong to no field stand under the key ""."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, initial: Mapping[str, Any] | None = None) -> FormState:
        """A form before anybody has typed."""
        return cls(initial or {})

    @classmethod
    def failed(
        cls,
        posted: Mapping[str, Any],
        problem: Problem,
        lang: str = ZH,
        *,
        names: Mapping[str, str] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> FormState:
        """A form that was refused.

        A message goes to the field that the last part of its `loc` names (`names` may say otherwise: loc or last part →
        field); where the form has no such field, above it. `initial`: values beside those posted.
        """
        values: Mapping[str, Any] = _Over(posted, initial) if initial else posted
        errors: dict[str, list[str]] = {"": [problem.detail(lang)]}
        for error in problem.errors:
            last = error.loc.rpartition(".")[2]
            name = (names or {}).get(error.loc) or (names or {}).get(last) or last
            message = error.as_dict(lang)["message"]
            errors.setdefault(name, []).append(message)
            if name not in values and message not in errors[""]:
                errors[""].append(message)
        return cls(values, errors)

    def saying(self, **values: Any) -> FormState:
        """The same form with these values instead of what was typed."""
        return FormState(_Over(values, _Over(self.values, {})), self.errors)

    def value(self, name: str) -> Any:
        """As typed; "" for nothing."""
        found = self.values.get(name, "")
        return "" if found is None else found

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be given more than once, as text."""
        getlist = getattr(self.values, "getlist", None)
        found = getlist(name) if getlist else self.values.get(name)
        if found is None or found == "":
            return []
        return [str(each) for each in (found if isinstance(found, list | tuple | set | frozenset) else [found])]

    def wrong(self, name: str) -> list[str]:
        """The messages at a field."""
        return self.errors.get(name, [])


class _Over(dict[str, Any]):
    """Posted values before initial ones, keeping what a posted form can give more than once."""

    def __init__(self, posted: Mapping[str, Any], initial: Mapping[str, Any]) -> None:
        super().__init__(initial)
        for name in posted:
            getlist = getattr(posted, "getlist", None)
            several = getlist(name) if getlist else posted[name]
            self[name] = several[0] if isinstance(several, list) and len(several) == 1 else several


EMPTY = FormState()


def amount(text: str, name: str, currency: str, errors: list[FieldError]) -> int | None:
    """An amount as people type it, in minor units; None for nothing, and for what is no amount (then `errors` says so)."""
    text = re.sub(r"[\s,，¥￥]", "", text)
    if not text:
        return None
    digits = minor_digits(currency)
    minor = scaled(text, digits)
    if minor is not None and minor < 0:
        errors.append(FieldError(name, "range", Text("金额不能小于 0", "an amount that is not below 0")))
        return None
    if minor is None:
        errors.append(
            FieldError(
                name, "type", Text(f"请填写金额，最多 {digits} 位小数", f"an amount with at most {digits} decimals")
            )
        )
        return None
    return minor


def scaled(text: str, digits: int) -> int | None:
    """A number as people type it, times 10**`digits`; None for what is none, is finer, or is beyond every amount."""
    try:
        value = Decimal(text.translate(_WIDE)).scaleb(digits)
        good = value.is_finite() and value == value.to_integral_value() and abs(value) <= MOST_AMOUNT
    except (ArithmeticError, ValueError):  # more than its exponent holds is an Overflow
        return None
    return int(value) if good else None
