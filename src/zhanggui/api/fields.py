"""Shapes that many operations share. Requests are strict: no unknown fields, no numbers in quotes, bounds on everything."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from ninja import Path, Query
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from zhanggui.kernel.money import MAX_AMOUNT

BIGINT = 2**63 - 1
#: Any human text on one line: something visible, no control characters.
_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
_LINE_OR_EMPTY = r"^[^\x00-\x1f\x7f]*$"
EMAIL = r"^[a-z0-9]{1,40}@[a-z0-9]{1,40}\.[a-z]{2,6}$"
MOBILE = r"^(\+86)?1[3-9][0-9]{9}$|^\+([1-79][0-9]|8[0-57-9])[0-9]{5,12}$"


class Body(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """Base of response descriptions; answers are built by hand and never pass through it."""


#: Documented only: the parser refuses NUL wherever it stands.
NO_NUL = Field(json_schema_extra={"pattern": r"^[^\x00]*$"})


def line(maximum: int, *, required: bool = True) -> Any:
    """A string type for one line of text."""
    pattern = _LINE if required else _LINE_OR_EMPTY
    return Annotated[
        str, StringConstraints(strict=True, min_length=1 if required else 0, max_length=maximum, pattern=pattern)
    ]


def text(maximum: int, *, required: bool = False) -> Any:
    """A string type for several lines."""
    if not required:
        return Annotated[str, StringConstraints(strict=True, max_length=maximum), NO_NUL]
    return Annotated[str, StringConstraints(strict=True, min_length=1, max_length=maximum, pattern=r"[^\s\x00-\x1f]")]


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: `3.0` is the integer 3. Text in quotes is not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _written(pattern: str) -> Callable[[Any], Any]:
    """Times are written out; a bare number is not a time to us (pydantic would count seconds)."""
    form = re.compile(pattern)

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise PydanticCustomError("datetime_parsing", "not written as a time")
        return value

    return check


def integer(low: int, high: int) -> Any:
    """An integer type with bounds."""
    return Annotated[int, Field(strict=True, ge=low, le=high), BeforeValidator(_whole)]


Int64 = Annotated[int, Field(strict=True, ge=1, le=BIGINT), BeforeValidator(_whole)]
Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT), BeforeValidator(_whole)]
Flag = Annotated[bool, Field(strict=True)]
#: Documented as a pattern, judged by `kernel.contact` (which takes spaces and dashes, and says what is expected).
Mobile = Annotated[str, StringConstraints(strict=True, max_length=40), Field(json_schema_extra={"pattern": MOBILE})]
#: Empty takes it away.
OptionalEmail = Annotated[
    str, StringConstraints(strict=True, max_length=254), Field(json_schema_extra={"pattern": f"^$|{EMAIL}"})
]
Email = Annotated[str, StringConstraints(strict=True, max_length=254), Field(json_schema_extra={"pattern": EMAIL})]
NewPassword = Annotated[str, StringConstraints(strict=True, min_length=8, max_length=128), NO_NUL]
Password = Annotated[str, StringConstraints(strict=True, max_length=128), NO_NUL]
Time = Annotated[AwareDatetime, BeforeValidator(_written(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*"))]
Day = Annotated[date, BeforeValidator(_written(r"\d{4}-\d\d-\d\d"))]
PathId = Annotated[int, Path(ge=1, le=BIGINT)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str, Query(max_length=500)]
Search = Annotated[str, Query(max_length=100)]


#: For operations that buy: the document names the header, `kernel.idempotency.check_key` judges it.
IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "description": "The same key again answers the same order; with another request it is `idempotency_conflict`.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }
    ]
}


class Money(Answer):
    """Integer minor units of a currency."""

    amount: int
    currency: str


class Problem(Answer):
    """RFC 9457 problem details with a stable `code`; `errors` names fields."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list["FieldProblem"] | None = None


class FieldProblem(Answer):
    loc: str
    code: str
    message: str


class MoneyIn(Body):
    """Money as every answer shows it."""

    amount: Amount
    currency: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]


_AMOUNT: TypeAdapter[int] = TypeAdapter(Amount)


def _or_amount(value: Any, whole: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, dict | MoneyIn):
        return whole(value)
    return MoneyIn.model_construct(amount=_AMOUNT.validate_python(value), currency="")


#: Money, or its bare amount: the mall's currency is meant (`currency` is empty then).
MoneyOrAmount = Annotated[
    MoneyIn,
    WrapValidator(_or_amount),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MAX_AMOUNT},
                {
                    "type": "object",
                    "properties": {
                        "amount": {"type": "integer", "minimum": 0, "maximum": MAX_AMOUNT},
                        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                    },
                    "required": ["amount", "currency"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
