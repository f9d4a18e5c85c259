"""Every page of the shell answers, in both languages, also with nothing to show and with absurd addresses."""

from __future__ import annotations

import pytest

from tests.support.pages import at_the_desk

pytestmark = pytest.mark.django_db

PAGES = (
    "/office",
    "/office/keys",
    "/office/search",
    "/office/search?q=13800138000",
    "/office/search?q=%25_%27&part=1",
    "/office/me",
    "/office/me/two-factor",
    "/office/me/duties",
    "/office/staff",
    "/office/staff?q=nobody",
    "/office/staff/new",
    "/office/roles",
    "/office/roles/new",
    "/office/roles/service",
    "/office/tokens",
    "/office/tokens/new",
    "/office/audit",
    "/office/audit?action=accounts.&from=2026-01-01&to=x&who=99&kind=user&id=1",
    "/office/settings",
    "/office/settings/accounts",
    "/office/events",
    "/office/webhooks",
    "/office/webhooks/new",
    "/office/deliveries",
    "/office/deliveries?state=dead&event=orders.*&endpoint=1",
)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_answers(language: str) -> None:
    browser = at_the_desk("manager", language=language)
    for page in PAGES:
        answer = browser.get(page)
        assert answer.status_code == 200, (page, answer.status_code, answer.content.decode()[-3000:])
        assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in answer.content.decode()[:200] or "part=1" in page


def test_absurd_addresses_are_answered() -> None:
    browser = at_the_desk("manager")
    for address in (
        "staff?cursor=%00",
        "audit?cursor=zzz",
        "tokens?cursor=W10",
        "staff/99999999999999999999",
        "roles/nobody",
    ):
        assert browser.get(f"/office/{address}").status_code in (400, 404), address
    for address in ("audit?trail=~~~~&sort=drop", "audit?who=1%27%20or%201", "staff?q=" + "%F0%9F%98%80" * 500):
        assert browser.get(f"/office/{address}").status_code == 200, address
