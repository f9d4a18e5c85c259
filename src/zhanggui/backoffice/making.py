"""The form of what a product asks its buyer for, as the office has it: read from what was typed, and typed from what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.bespoke.types import CHOICE, TEXT, Choice, Field
from zhanggui.kernel import mall_settings
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError
from zhanggui.ui.forms import amount

PARTS = ("key", "kind", "zh", "en", "help_zh", "help_en", "least", "most", "step", "unit", "allowed")
MOST = 20


def typed(fields: Sequence[Field]) -> dict[str, Any]:
    """The values of the form's fields: f-<n>-<part>."""
    currency = mall_settings.get("mall.currency")
    found: dict[str, Any] = {}
    for n, field in enumerate(fields):
        found |= {f"f-{n}-{part}": getattr(field, part) for part in PARTS}
        found[f"f-{n}-required"] = "1" if field.required else ""
        found[f"f-{n}-surcharge"] = format_minor(field.surcharge, currency) if field.surcharge else ""
        found[f"f-{n}-choices"] = "\n".join(
            " | ".join(
                (one.zh, one.en, format_minor(one.surcharge, currency)) if one.surcharge else (one.zh, one.en) if one.en else (one.zh,)
            )
            for one in field.choices
        )  # fmt: skip
    return found


def read(given: Mapping[str, Any], errors: list[FieldError]) -> list[Field]:
    """The fields as they were typed, in their order; those marked to go, and blank ones, are left out."""
    found: list[Field] = []
    currency = mall_settings.get("mall.currency")
    places = sorted(
        {int(name.split("-")[1]) for name in given if name.startswith("f-") and name.split("-")[1].isdigit()}
    )
    keys = {str(given.get(f"f-{n}-key", "")) for n in places}
    for n in places[:MOST]:
        said = {part: str(given.get(f"f-{n}-{part}", "")).strip() for part in PARTS}
        if given.get(f"f-{n}-gone") or not said["zh"]:
            continue
        if not said["key"]:
            said["key"] = next(key for i in range(1, 100) if (key := f"p{i}") not in keys)
            keys.add(said["key"])
        at = len(found)
        if said["kind"] != TEXT:
            said["allowed"] = "any"
        found.append(
            Field(
                **said, required=bool(given.get(f"f-{n}-required")),
                surcharge=_money(given.get(f"f-{n}-surcharge"), f"fields.{at}.surcharge", currency, errors),
                choices=_choices(str(given.get(f"f-{n}-choices", "")), at, currency, errors) if said["kind"] == CHOICE else (),
            )
        )  # fmt: skip
    return found


def _choices(text: str, at: int, currency: str, errors: list[FieldError]) -> tuple[Choice, ...]:
    """A choice to a line: 名称 | English | surcharge; the last two may be left out."""
    found = []
    for line in text.replace("｜", "|").splitlines():
        parts = [part.strip() for part in line.split("|")]
        if parts[0]:
            cost = _money(parts[2], f"fields.{at}.choices", currency, errors) if len(parts) > 2 else 0
            found.append(Choice(" ".join(parts[0].split()), parts[0], parts[1] if len(parts) > 1 else "", cost))
    return tuple(found)


def _money(text: Any, loc: str, currency: str, errors: list[FieldError]) -> int:
    if not str(text or "").strip():
        return 0
    return amount(str(text), loc, currency, errors) or 0
