"""What every page of the shop carries: its style, its menus, its friend links."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from zhanggui.content import selectors, services
from zhanggui.content.types import SITE_LABELS, SITE_PARTS, Part
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, Problem
from zhanggui.ui import language, page
from zhanggui.ui.language import say

from ..access import actor, number_in, see_other, staff
from ..editor import choices, forms, reading, steps
from ..editor.posted import Keeper
from ..messages import flash


@staff("content.view", post="content.publish")
def site(request: HttpRequest, key: str = "style") -> HttpResponse:
    """One of the parts; saved, it is in force on every page at once."""
    kind = SITE_PARTS.get(key)
    if kind is None:
        raise Http404
    if request.method != "POST":
        part, version = selectors.site_part(key)
        return _site(request, key, kind, part.model_dump(mode="json"), version)
    post: Any = request.POST
    keeper = Keeper(request)
    data = reading.part(kind, post, request.FILES, "p", keeper, choices.resolve)
    version = number_in(post.get("version", ""), 9) or 0
    verb, _, what = post.get("do", "").partition(":")
    if what.startswith("p."):
        steps.entry(kind, data, verb, what.removeprefix("p."))
        return _site(request, key, kind, data, version, unsaved=True)
    try:
        if keeper.refused is not None:
            raise keeper.refused
        services.put_site_part(key, data, expected_version=version, actor=actor(request))
    except Problem as problem:
        if isinstance(problem, Conflict):
            version = int(problem.extra.get("version", version))
        return _site(request, key, kind, data, version, problem)
    response = see_other(f"/office/site/{key}")
    return flash(response, Text("已保存，全站立即生效", "Saved, and in force on every page"))


def _site(
    request: HttpRequest,
    key: str,
    kind: type[Part],
    data: dict[str, Any],
    version: int,
    problem: Problem | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    language.use(language.of(request))
    errors = forms.errors_of(problem, language.of(request))
    trees = forms.part_nodes(kind, data, errors)
    return page.render(
        request,
        "backoffice/site.html",
        status=problem.status if problem else 200,
        key=key,
        tabs=[(say(words), f"/office/site/{name}", name == key) for name, words in SITE_LABELS.items()],
        nodes=trees,
        form=forms.state(trees, errors, {}),
        version=version,
        conflict=isinstance(problem, Conflict),
        unsaved=unsaved,
        may_edit=actor(request).may("content.publish"),
    )


urlpatterns = [
    path("site", site, name="office-site"),
    path("site/<str:key>", site, name="office-site-part"),
]
