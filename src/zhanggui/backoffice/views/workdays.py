"""The mall's working days: which days are off, which weekend days are worked instead, and what a year comes to."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.kernel import clock, mall_settings, workdays
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..access import actor, number_in, see_other, staff, typed
from ..messages import flash

FIELDS = {"off": workdays.OFF, "worked": workdays.WORKED}


@staff("settings.view", post="settings.edit")
def working_days(request: HttpRequest) -> HttpResponse:
    """The two lists, a line for each, and the year month by month."""
    language.use(language.of(request))
    if request.method != "POST":
        kept = {name: workdays.typed(mall_settings.get(key)) for name, key in FIELDS.items()}
        return _page(request, FormState.of(kept))
    wanted, errors = {}, []
    for name in FIELDS:
        wanted[name], faults = workdays.read(request.POST.get(name, ""))
        errors += [FieldError(name, "invalid", words) for _, words in faults]
        if not faults and (wrong := workdays.fault(wanted[name])):
            errors.append(FieldError(name, "invalid", wrong))
    if errors:
        return _page(request, typed(request, ValidationFailed(errors=errors)), 422)
    changed = [name for name, key in FIELDS.items() if wanted[name] != mall_settings.get(key)]
    for name in changed:
        mall_settings.put(FIELDS[name], wanted[name], actor=actor(request))
    words = Text("工作日历已保存", "Working days saved") if changed else Text("没有改动", "Nothing to change")
    return flash(see_other(f"/office/workdays?year={_year(request)}"), words, "good" if changed else "info")


def _year(request: HttpRequest) -> int:
    asked = number_in(request.GET.get("year", ""), 4)
    return asked if asked is not None and 2000 <= asked <= 2100 else clock.business_date().year


def _page(request: HttpRequest, form: FormState, status: int = 200) -> HttpResponse:
    year = _year(request)
    calendar = workdays.calendar()
    firsts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    months: list[dict[str, Any]] = [
        {
            "first": first,
            "working": workdays.working_days_between(calendar, first, following),
            "off": sorted(day for day in calendar.off if first <= day < following and day not in calendar.worked),
            "worked": sorted(day for day in calendar.worked if first <= day < following),
        }
        for first, following in pairwise(firsts)
    ]
    known = any(month["off"] or month["worked"] for month in months)
    return page.render(
        request, "backoffice/workdays.html", status=status, form=form, year=year, months=months, known=known,
        working=sum(month["working"] for month in months),
    )  # fmt: skip


urlpatterns = [path("workdays", working_days, name="office-workdays")]
