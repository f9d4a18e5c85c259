"""What a colleague keeps: saved filters; and the page of keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.accounts import services
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui import page

from ..access import actor, safe_next, see_other, staff
from ..messages import flash


@staff(methods=("POST",))
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep a list's filters under a name."""
    form = request.POST
    response = see_other(safe_next(form.get("next")))
    name = form.get("name", "")
    try:
        services.save_filter(form.get("page", ""), name, form.get("query", ""), actor=actor(request))
    except Problem as problem:
        said = problem.errors[0].message if problem.errors else problem.text
        return flash(response, said if isinstance(said, Text) else Text(said, said), "bad")
    return flash(response, Text(f"已保存筛选「{name.strip()}」", f"Saved the filter “{name.strip()}”"))


@staff(methods=("POST",))
def delete_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget one; it can be taken back."""
    services.delete_filter(filter_id, actor=actor(request))
    form = request.POST
    again = {name: form.get(name, "") for name in ("page", "name", "query", "next")}
    response = see_other(safe_next(form.get("next")))
    undo = ("/office/filters", again) if again["name"] and again["query"] else None
    return flash(response, Text("已删除筛选", "The filter is deleted"), undo=undo)


@staff(methods=("GET",))
def keys(request: HttpRequest) -> HttpResponse:
    """Every key the back office listens to."""
    return page.render(request, "backoffice/keys.html")


urlpatterns = [
    path("filters", save_filter, name="office-filters"),
    path("filters/<int:filter_id>/delete", delete_filter, name="office-filter-delete"),
    path("keys", keys, name="office-keys"),
]
