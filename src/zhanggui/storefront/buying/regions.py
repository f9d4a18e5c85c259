"""The address form: three regions that depend on each other, with and without scripts, and all mistakes at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhanggui.kernel.contact import clean_text, normal_mobile
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.members.types import AddressInput
from zhanggui.ui.forms import FormState

A_DAY = 86_400
FIELDS = ("name", "mobile", "province", "city", "district", "line")


@require_GET
def below(request: HttpRequest) -> HttpResponse:
    """`GET /regions?province=…`: the cities of a province with their districts, for the chooser."""
    province = request.GET.get("province", "")[:40]
    cities = {city: members.districts(province, city) for city in members.cities(province)}
    response = HttpResponse(orjson.dumps(cities), content_type="application/json")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


def official(form: FormState) -> FormState:
    """The form with the regions typed (杭州) called as the selects call them (杭州市); what is none stays as it is."""
    province = _official(form, "province", members.provinces())
    city = _official(form, "city", members.cities(province))
    district = _official(form, "district", members.districts(province, city))
    return form.saying(province=province, city=city, district=district)


def _official(form: FormState, name: str, among: tuple[str, ...]) -> str:
    typed = str(form.value(name))
    return members.find_region(typed, among) or typed


def choices(form: FormState) -> dict[str, list[tuple[str, str]]]:
    """What the three selects offer for what the form holds; nothing where the level above is not chosen yet."""
    province, city = str(form.value("province")), str(form.value("city"))
    return {
        "provinces": _pairs(members.provinces()),
        "cities": _pairs(members.cities(province)),
        "districts": _pairs(members.districts(province, city)),
    }


def _pairs(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def read_address(posted: Mapping[str, Any], *, is_default: bool = False) -> AddressInput:
    """The address of a form with official region names. Raises ValidationFailed naming every wrong field."""
    errors: list[FieldError] = []

    def attempt(read: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return read()
        except ValidationFailed as wrong:
            errors.extend(wrong.errors)
            return otherwise

    def text(name: str) -> str:
        return str(posted.get(name, "") or "")

    name = attempt(lambda: clean_text(text("name"), "name", 80), "")
    mobile = attempt(lambda: normal_mobile(text("mobile")), "")
    region = ("", "", "")
    region = attempt(lambda: members.resolve_region(text("province"), text("city"), text("district")), region)
    line = attempt(lambda: clean_text(text("line"), "line", 200), "")
    if errors:
        raise ValidationFailed(errors=errors)
    province, city, district = region
    return AddressInput(name, mobile, province, city, district, line, is_default)


def read_contact(posted: Mapping[str, Any]) -> tuple[str, str]:
    """Name and mobile of whoever fetches goods himself. Raises ValidationFailed naming every wrong field."""
    errors: list[FieldError] = []
    found = {"name": "", "mobile": ""}
    checks: dict[str, Callable[[str], str]] = {
        "name": lambda given: clean_text(given, "name", 80),
        "mobile": normal_mobile,
    }
    for field, check in checks.items():
        try:
            found[field] = check(str(posted.get(field, "") or ""))
        except ValidationFailed as wrong:
            errors.extend(wrong.errors)
    if errors:
        raise ValidationFailed(errors=errors)
    return found["name"], found["mobile"]
