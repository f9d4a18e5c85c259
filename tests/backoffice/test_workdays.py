"""The mall's working days at the desk: typed in as lines, checked line by line, counted month by month."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.pages import at_the_desk
from zhanggui.kernel import mall_settings, workdays

pytestmark = pytest.mark.django_db
PAGE = "/office/workdays?year=2026"


def test_a_year_is_shown_and_lines_change_it() -> None:
    desk = at_the_desk("manager")
    page = desk.get(PAGE).content.decode()
    assert "2026 年：248 个工作日" in page
    assert "2026-10-01 至 2026-10-07 国庆节" in page
    assert "还没有填写放假安排" in desk.get("/office/workdays?year=2027").content.decode()
    kept = {"off": "2026-12-24..2026-12-25 年会\n2027-01-01 元旦", "worked": ""}
    assert desk.post(PAGE, kept).status_code == 303
    assert not workdays.calendar().works(date(2026, 12, 24))
    assert mall_settings.get(workdays.WORKED) == []
    assert "还没有填写放假安排" not in desk.get("/office/workdays?year=2027").content.decode()


def test_a_line_that_makes_no_sense_is_named_and_nothing_changes() -> None:
    desk = at_the_desk("manager")
    refused = desk.post(PAGE, {"off": "2026-12-25\n圣诞节", "worked": "2026-02-31"})
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "第 2 行看不懂" in said
    assert "第 1 行看不懂" in said
    assert "圣诞节" in said
    assert not workdays.calendar().works(date(2026, 10, 1))


def test_only_who_may_change_settings_changes_them() -> None:
    assert at_the_desk("service").post(PAGE, {"off": "", "worked": ""}).status_code == 403
