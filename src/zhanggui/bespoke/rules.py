"""Pure rules: what a form may ask, whether answers fit it, what they cost, and which day has room."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

from .types import (
    ALLOWED,
    CHOICE,
    DATE,
    KINDS,
    MOST_CHOICES,
    MOST_FIELDS,
    MOST_SURCHARGE,
    NUMBER,
    PHOTO,
    TEXT,
    Choice,
    Field,
    Settled,
)

VERSION = "bespoke"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")
_PHOTO = re.compile(r"[0-9a-f]{64}\.jpg")
_HAN = r"\u3400-\u9fff\u3007"
_FITS = {
    "any": re.compile(r"[^\x00-\x1f\x7f]*"),
    "letters": re.compile(r"[A-Za-z0-9 ]*"),
    "digits": re.compile(r"[0-9]*"),
    "han": re.compile(f"[{_HAN}]*"),
    "names": re.compile(f"[{_HAN}A-Za-z0-9 ·.&-]*"),
}
MOST_TEXT, MOST_NUMBER = 200, Decimal(10**7)


def number(value: str) -> Decimal | None:
    """A decimal as people write it; None for what is none."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) <= MOST_NUMBER else None


def plain(value: Decimal) -> str:
    """A decimal in one way only: 120, 12.5."""
    return f"{value.normalize():f}" if value else "0"


def kept(value: Any) -> str:
    """An answer as it is compared and kept: one way of writing the same."""
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def tidy(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers in one way of writing, so that equal ones are equal; what is empty is left out. Never raises."""
    kinds = {field.key: field.kind for field in fields}
    found = {}
    for key in sorted(answers):
        value = kept(answers[key])
        if kinds.get(key) == NUMBER and (exact := number(value)) is not None:
            value = plain(exact)
        if value:
            found[key] = value
    return found


def settle(fields: Sequence[Field], answers: Mapping[str, Any], today: date) -> tuple[Settled, list[FieldError]]:
    """The answers as they are kept and told, and what is wrong with them (`particulars.<key>`)."""
    given = tidy(fields, answers)
    errors: list[FieldError] = []
    told: list[dict[str, Any]] = []
    total = 0
    for field in fields:
        value = given.get(field.key, "")
        if not value:
            if field.required:
                errors.append(_wrong(field, "required", f"请填写「{field.zh}」", f"{field.name.en} is needed"))
            continue
        wrong = _misfit(field, value, today)
        if wrong is not None:
            errors.append(wrong)
            continue
        chosen = next((one for one in field.choices if one.value == value), None)
        cost = field.surcharge + (chosen.surcharge if chosen else 0)
        total += cost
        unit = f" {field.unit}" if field.unit else ""
        told.append(
            {
                "key": field.key, "kind": field.kind, "zh": field.zh, "en": field.name.en, "value": value,
                "said_zh": chosen.zh if chosen else f"{value}{unit}", "said_en": chosen.name.en if chosen else f"{value}{unit}",
                "surcharge": cost,
            }
        )  # fmt: skip
    known = {field.key for field in fields}
    errors += [
        FieldError(f"particulars.{key}", "unknown", Text("这件商品没有这一项", "this article does not ask for it"))
        for key in given
        if key not in known
    ]
    return Settled(given, told, total), errors


def _wrong(field: Field, code: str, zh: str, en: str) -> FieldError:
    return FieldError(f"particulars.{field.key}", code, Text(zh, en))


def _misfit(field: Field, value: str, today: date) -> FieldError | None:
    if field.kind == TEXT:
        most = int(field.most or MOST_TEXT)
        if len(value) > most:
            return _wrong(
                field,
                "too_long",
                f"最多 {most} 个字，现在 {len(value)} 个",
                f"at most {most} characters, now {len(value)}",
            )
        if not _FITS[field.allowed].fullmatch(value):
            words = ALLOWED[field.allowed]
            return _wrong(field, "characters", f"只能使用{words.zh}", f"only {words.en}")
    elif field.kind == CHOICE:
        if all(value != one.value for one in field.choices):
            names = "、".join(one.zh for one in field.choices[:8])
            values = ", ".join(one.value for one in field.choices[:8])
            return _wrong(field, "unknown", f"请从这些里选：{names}", f"choose one of: {values}")
    elif field.kind == NUMBER:
        return _no_number(field, value)
    elif field.kind == DATE:
        first = today + timedelta(days=int(field.least or 0))
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return _wrong(field, "type", "请填写日期，如 2030-05-01", "a date such as 2030-05-01")
        if day < first:
            return _wrong(field, "range", f"最早 {first.isoformat()}", f"{first.isoformat()} at the earliest")
    elif not _PHOTO.fullmatch(value):
        return _wrong(field, "unknown", "请重新上传照片", "upload the photo again")
    return None


def _no_number(field: Field, value: str) -> FieldError | None:
    found, least, most, step = (number(each) if each else None for each in (value, field.least, field.most, field.step))
    if found is None:
        return _wrong(field, "type", "请填写数字", "must be a number")
    if (least is not None and found < least) or (most is not None and found > most):
        zh = f"应在 {field.least or '0'} 到 {field.most or '∞'}{' ' + field.unit if field.unit else ''} 之间"
        return _wrong(field, "range", zh, f"from {field.least or 'any'} to {field.most or 'any'} {field.unit}".strip())
    if step and (found - (least or 0)) % step:
        return _wrong(field, "step", f"以 {field.step} 为一档", f"in steps of {field.step}")
    return None


def faults(fields: Sequence[Field], daily: int | None) -> list[FieldError]:
    """What is wrong with a form as an editor has it (`fields.<n>.<part>`)."""
    errors: list[FieldError] = []

    def wrong(n: int, part: str, code: str, zh: str, en: str) -> None:
        errors.append(FieldError(f"fields.{n}.{part}", code, Text(zh, en)))

    if len(fields) > MOST_FIELDS:
        errors.append(
            FieldError("fields", "too_many", Text(f"最多 {MOST_FIELDS} 项", f"at most {MOST_FIELDS} particulars"))
        )
    if daily is not None and not 1 <= daily <= 1_000_000:
        errors.append(FieldError("daily", "range", Text("应为 1 到 1000000", "from 1 to 1000000")))
    keys = [field.key for field in fields]
    for n, field in enumerate(fields):
        if not _KEY.fullmatch(field.key) or keys.count(field.key) > 1:
            wrong(n, "key", "invalid", "代号须为小写字母开头，且不重复", "a lower-case word of its own")
        if field.kind not in KINDS:
            wrong(n, "kind", "unknown", "没有这种定制项", f"one of: {', '.join(KINDS)}")
        if not 1 <= len(field.zh) <= 40:
            wrong(n, "zh", "required", "请填写名称，最多 40 字", "a name of at most 40 characters")
        if len(field.en) > 80 or max(len(field.help_zh), len(field.help_en)) > 200 or len(field.unit) > 10:
            wrong(n, "help_zh", "too_long", "名称、说明或单位太长", "name, help or unit is too long")
        if not 0 <= field.surcharge <= MOST_SURCHARGE:
            wrong(n, "surcharge", "range", "加价应不小于 0", "a surcharge is not below nothing")
        if field.kind == TEXT and (field.allowed not in ALLOWED or not _within(field.most, 1, MOST_TEXT)):
            wrong(n, "most", "range", f"字数应为 1 到 {MOST_TEXT}", f"from 1 to {MOST_TEXT} characters")
        if field.kind == DATE and not _within(field.least, 0, 365):
            wrong(n, "least", "range", "天数应为 0 到 365", "from 0 to 365 days")
        if field.kind == NUMBER:
            bounds = [number(each) if each else None for each in (field.least, field.most, field.step)]
            given = [each for each in (field.least, field.most, field.step) if each]
            if sum(each is not None for each in bounds) != len(given):
                wrong(n, "least", "type", "最小、最大、步长应为数字", "least, most and step are numbers")
            elif bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
                wrong(n, "most", "range", "最大值应不小于最小值", "the most is not below the least")
            elif bounds[2] is not None and bounds[2] <= 0:
                wrong(n, "step", "range", "步长应大于 0", "a step is above nothing")
        if field.kind == CHOICE:
            _choices_wrong(field.choices, n, wrong)
    return errors


def _within(value: str, least: int, most: int) -> bool:
    return not value or (value.isdigit() and least <= int(value) <= most)


def _choices_wrong(choices: Sequence[Choice], n: int, wrong: Any) -> None:
    if not 1 <= len(choices) <= MOST_CHOICES:
        wrong(n, "choices", "required", f"请写 1 到 {MOST_CHOICES} 个选项", f"from 1 to {MOST_CHOICES} choices")
    values = [kept(one.value) for one in choices]
    if len(set(values)) < len(values) or any(not 1 <= len(value) <= 60 for value in values):
        wrong(n, "choices", "invalid", "选项不能为空或重复", "choices are neither empty nor the same")
    if any(not 0 <= one.surcharge <= MOST_SURCHARGE for one in choices):
        wrong(n, "choices", "range", "加价应不小于 0", "a surcharge is not below nothing")


def ahead(units: int, backlog: int, daily: int | None) -> int:
    """How many days later units are made because others come first and only so many are made a day; 0 without such a limit."""
    return max(-(-(backlog + units) // daily) - 1, 0) if daily else 0


def as_fields(rows: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Fields as they are stored."""
    return tuple(Field(**{**row, "choices": tuple(Choice(*one) for one in row.get("choices", ()))}) for row in rows)


__all__ = ["PHOTO", "VERSION", "as_fields", "ahead", "faults", "kept", "number", "plain", "settle", "tidy"]
