"""A browser without scripts: pages in, forms out, cookies kept; it says that its forms come from our own pages."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.accounts import services
from zhanggui.kernel import fresh


class Browser:
    """Speaks to the application in this process, through all of its middleware."""

    def __init__(self, language: str = "zh-CN") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"accept-language": language, "sec-fetch-site": "same-origin"}

    def get(self, path: str, **headers: str) -> Any:
        """The response to a page's address; `_` in header names is `-`."""
        return self.client.get(path, headers=self.headers | _names(headers))

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        """The response to a form."""
        return self.client.post(path, data or {}, headers=self.headers | _names(headers))

    def send(self, method: str, path: str, data: Any = None) -> Any:
        """Any method."""
        return getattr(self.client, method.lower())(path, data or {}, headers=self.headers)

    def follow(self, response: Any) -> Any:
        """The page a redirect leads to."""
        assert response.status_code in (302, 303), response.status_code
        return self.get(response.headers["Location"])

    @property
    def cookies(self) -> Any:
        return self.client.cookies


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def at_the_desk(*roles: str, language: str = "zh-CN") -> Browser:
    """The browser of a new member of staff, signed in."""
    from tests.factories import accounts as make

    browser = Browser(language)
    browser.client.cookies["zg_staff"] = services.token_for_staff(make.staff(*roles).label).token
    return browser


def statements(browser: Browser, path: str = "/office") -> int:
    """Of a page that has been seen before, by a process that looks whether anything has changed."""
    browser.get(path)
    browser.get(path)
    fresh.forget()
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path).status_code == 200
    # a token seen a moment ago is remembered, and when it was last used is noted now and then
    own = ("last_used_at = kernel_now()", "as token_id")
    return len([q for q in seen.captured_queries if not any(part in q["sql"] for part in own)])
