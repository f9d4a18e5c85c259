"""Programs buyers shop with, at the desk: made with a key that is shown once, revoked, refused at the field."""

from __future__ import annotations

import re

import pytest

from tests.support.pages import at_the_desk
from zhanggui.accounts import selectors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_program_is_made_shown_once_and_revoked(language: str) -> None:
    desk = at_the_desk("manager", language=language)
    assert "/office/clients/new" in desk.get("/office/clients").content.decode()
    made = desk.post("/office/clients/new", {"name": "小程序", "channel": "miniapp"})
    (key,) = re.findall(r"[A-Za-z0-9_-]{40,}", re.sub(r"(?s)<head>.*?</head>", "", made.content.decode()))[:1]
    assert selectors.channel_of(key) == "miniapp"
    assert made.headers["Cache-Control"] == "no-store"
    shown = desk.get("/office/clients").content.decode()
    assert "小程序" in shown
    assert key not in shown
    (row,) = selectors.clients()
    assert desk.post("/office/clients/revoke", {"ids": [str(row.id), "999"]}).status_code == 303
    assert selectors.channel_of(key) is None


def test_what_makes_no_sense_is_told_at_its_field_and_only_who_may_makes_one() -> None:
    desk = at_the_desk("manager")
    refused = desk.post("/office/clients/new", {"name": "小程序", "channel": "微信"})
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "小写字母" in said
    assert 'value="微信"' in said
    assert at_the_desk("service").post("/office/clients/new", {"name": "x", "channel": "x"}).status_code == 403
    assert selectors.clients() == []
