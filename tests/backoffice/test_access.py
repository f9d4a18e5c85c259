"""Role × address × method over all of `/office`, generated from the addresses themselves: a new page is covered by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from tests.factories import accounts as make
from tests.support.pages import Browser, at_the_desk
from zhanggui.accounts import selectors, services
from zhanggui.accounts.roles import SHIPPED
from zhanggui.backoffice import menu

pytestmark = pytest.mark.django_db

#: The door: what anybody may call.
DOOR = {"office-sign-in", "office-sign-in-code", "office-sign-in-enrol", "office-sign-in-go-on", "office-sign-out"}


@dataclass(frozen=True)
class Address:
    """A page with a path that leads to nothing that exists."""

    name: str
    path: str
    view: Any

    @property
    def calls(self) -> list[tuple[str, str]]:
        """(method, the permission it needs)."""
        needs = {"GET": self.view.permission, "POST": self.view.post_permission}
        return [(method, needs[method]) for method in ("GET", "POST") if method in self.view.methods]

    def __str__(self) -> str:
        return self.path


def _patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from _patterns(entry, path)


def _nowhere(path: str) -> str:
    path = re.sub(r"<int:[^>]+>", "999999999", path)
    return "/" + re.sub(r"<[^>]+>", "nothing-here", path)


EVERYTHING = [
    Address(p.name or path, _nowhere(path), p.callback)
    for path, p in _patterns(get_resolver())
    if path.startswith("office")
]
INSIDE = [address for address in EVERYTHING if address.name not in DOOR]


def call(browser: Browser, address: Address, method: str) -> Any:
    return browser.get(address.path) if method == "GET" else browser.post(address.path)


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Every statement inside only reads (that a token was used may be noted)."""
    with CaptureQueriesContext(connection) as seen:
        yield
    statements = [query["sql"].lower() for query in seen.captured_queries]
    writing = [sql for sql in statements if re.match(r"\s*(insert|update|delete)\b", sql)]
    assert [sql for sql in writing if "accounts_accesstoken set last_used_at" not in sql] == []


def test_every_page_stands_behind_the_guard() -> None:
    assert len(INSIDE) > 30
    assert {a.name for a in EVERYTHING if a.name in DOOR} == DOOR
    assert [str(a) for a in INSIDE if not hasattr(a.view, "permission")] == []


def test_every_permission_a_page_asks_for_exists() -> None:
    known = {*selectors.known_permissions(), ""}
    assert [str(a) for a in INSIDE for _, permission in a.calls if permission not in known] == []


def test_names_are_given_once() -> None:
    names = [a.name for a in EVERYTHING]
    assert sorted(names) == sorted(set(names))


def test_the_menu_leads_to_pages_and_asks_for_what_they_ask() -> None:
    pages = {a.name: a.view.permission for a in INSIDE}
    for section in menu.SECTIONS:
        for item in section.items:
            assert pages.get(item.name) == item.permission, item.name


def test_without_signing_in_there_is_only_the_door() -> None:
    browser = Browser("en")
    for address in INSIDE:
        for method, _ in address.calls:
            with nothing_changes():
                answer = call(browser, address, method)
            assert answer.status_code == 401, (method, str(address))
            assert "Sign in to the back office" in answer.content.decode(), (method, str(address))


def test_a_members_token_opens_nothing() -> None:
    browser = Browser()
    browser.client.cookies["zg_staff"] = make.member_token()
    for address in INSIDE:
        assert call(browser, address, "GET" if "GET" in address.view.methods else "POST").status_code == 401, str(
            address
        )


@pytest.mark.parametrize("role", list(SHIPPED))
def test_each_shipped_role_can_do_what_it_may_and_nothing_else(role: str) -> None:
    browser = at_the_desk(role, language="en")
    who = selectors.authenticate(browser.cookies["zg_staff"].value)
    assert who is not None
    for address in INSIDE:
        for method, permission in address.calls:
            if not permission or who.may(permission):
                answer = call(browser, address, method)
                assert answer.status_code not in (401, 405), (method, str(address))
                assert answer.status_code < 500, (method, str(address), answer.content[-3000:].decode(errors="replace"))
            else:
                with nothing_changes():
                    answer = call(browser, address, method)
                assert answer.status_code == 403, (method, str(address), answer.status_code)
                assert permission in answer.content.decode(), "it says which permission is missing"


def test_a_page_opens_with_its_own_permission_alone() -> None:
    manager = make.staff("manager")
    browser = Browser()
    for permission in {needed for a in INSIDE for _, needed in a.calls if needed}:
        token = services.issue_token(manager.id or 0, name="only", scopes=[permission], actor=manager).token
        browser.client.cookies["zg_staff"] = token
        for address in INSIDE:
            for method, needed in address.calls:
                if needed == permission and method == "GET":
                    answer = call(browser, address, method)
                    assert answer.status_code in (200, 302, 303, 404), (str(address), answer.status_code)


def test_other_methods_are_refused() -> None:
    browser = at_the_desk("manager")
    for address in INSIDE:
        for method in ("PUT", "DELETE", "PATCH", *({"GET", "POST"} - set(address.view.methods))):
            with nothing_changes():
                answer = browser.send(method, address.path)
            assert answer.status_code == 405, (method, str(address), answer.status_code)
            assert answer.headers["Allow"]


def test_what_is_not_there_is_said_inside_the_shell() -> None:
    answer = at_the_desk("manager").get("/office/nowhere/at-all")
    assert answer.status_code == 404
    assert "回到工作台" in answer.content.decode()
    assert Browser().get("/office/nowhere/at-all").status_code == 404
