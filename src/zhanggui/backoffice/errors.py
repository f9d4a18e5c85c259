"""Refusals as pages of the back office: inside the shell for whoever is signed in, at the door for others."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from zhanggui.accounts import selectors as accounts
from zhanggui.kernel.problems import Problem
from zhanggui.ui import page

from .access import COOKIE, refused
from .shell import Shell


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page for something that was raised, or is not there."""
    if request.headers.get("HX-Request"):
        return page.render(request, "backoffice/parts/refused.html", status=problem.status, problem=problem)
    if not hasattr(request, "shell"):
        token = request.COOKIES.get(COOKIE, "")
        actor = accounts.authenticate(token) if token else None
        if actor is not None and actor.kind == "staff":
            request.staff = actor  # type: ignore[attr-defined]
            request.shell = Shell(request, actor)  # type: ignore[attr-defined]
    response = refused(request, problem)
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response
