"""Tiers, a member's ledger and what the mall owes, at the desk."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import accounts as people
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import selectors, services

pytestmark = pytest.mark.django_db
GOLD = {"code": "gold", "name_zh": "金卡", "rank": "1", "growth_threshold": "5,000", "entry_amount": "", "discount": "98",
        "rate": "1.5", "birthday_points": "88", "free_shipping": "1"}  # fmt: skip


def words(response: Any) -> str:
    return str(response.content.decode())


def member() -> int:
    made = people.member().id
    assert made is not None
    return made


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_tier_is_made_changed_and_deleted(language: str) -> None:
    desk = at_the_desk("manager", language=language)
    assert desk.post("/office/tiers/new", GOLD).status_code == 303
    made = selectors.tier("gold")
    assert (made.growth_threshold, made.entry_amount, made.discount_bp, made.points_bp) == (
        500_000,
        None,
        9_800,
        15_000,
    )
    assert "金卡" in words(desk.get("/office/tiers"))
    page = words(desk.get("/office/tiers/gold"))
    assert 'value="5000.00"' in page
    assert 'value="98"' in page
    assert desk.post("/office/tiers/gold", GOLD | {"rate": "2"}).status_code == 303
    assert selectors.tier("gold").points_bp == 20_000
    assert desk.post("/office/tiers/gold/delete").status_code == 303
    assert len(selectors.tiers()) == 1


def test_what_makes_no_sense_is_told_at_its_field_and_nothing_typed_is_lost() -> None:
    desk = at_the_desk("manager")
    refused = desk.post("/office/tiers/new", GOLD | {"discount": "9.8", "growth_threshold": "一千"})
    assert refused.status_code == 422
    assert "请填写金额" in words(refused)
    assert "一千" in words(refused)
    refused = desk.post("/office/tiers/new", GOLD | {"discount": "9.8"})
    assert "应在 10% 到 100% 之间" in words(refused)
    assert desk.get("/office/tiers/none").status_code == 404


def test_points_are_adjusted_once_per_form_and_balances_too() -> None:
    buyer, desk = member(), at_the_desk("manager")
    here = f"/office/members/{buyer}/ledger"
    form = {"asset": "points", "amount": "500", "reason": "补偿", "key": "once"}
    for _ in range(2):
        assert desk.post(here, form).status_code == 303
    assert desk.post(here, {"asset": "balance", "amount": "12.50", "reason": "充值", "key": "b"}).status_code == 303
    assert desk.post(here, form | {"amount": "-200", "key": "c"}).status_code == 303
    assert selectors.available([buyer]) == {buyer: 300}
    assert selectors.available([buyer], "balance") == {buyer: 1_250}
    page = words(desk.get(f"/office/members/{buyer}/loyalty"))
    assert "补偿" in page
    refused = desk.post(here, form | {"amount": "-9,999", "key": "d"})
    assert refused.status_code == 422
    refused = desk.post(here, form | {"amount": "-9999", "key": "d"})
    assert (refused.status_code, "现有 300" in words(refused)) == (409, True)
    assert at_the_desk("service").post(here, form | {"key": "e"}).status_code == 403


def test_a_grant_and_an_employee_are_on_the_members_page() -> None:
    buyer, desk = member(), at_the_desk("manager")
    desk.post("/office/tiers/new", GOLD)
    here = f"/office/members/{buyer}"
    refused = desk.post(f"{here}/tier", {"tier": "gold", "until": "2020-01-01", "tier_reason": "周年"})
    assert refused.status_code == 422
    assert desk.post(f"{here}/tier", {"tier": "gold", "until": "2030-01-01", "tier_reason": "周年"}).status_code == 303
    assert desk.post(f"{here}/employee", {"employee": "1", "employee_reason": "入职"}).status_code == 303
    page = words(desk.get(here))
    assert "金卡" in page
    assert "内部员工" in page
    assert f"{here}/loyalty" in page
    assert buyer in {row.id for row in selectors.member_list(tier="gold")}
    assert "金卡" in words(desk.get("/office/members?tier=gold"))


def test_what_the_mall_owes_is_a_page_and_a_workbook() -> None:
    buyer, desk = member(), at_the_desk("analyst")
    services.adjust(buyer, 1_000, reason="x", actor=SYSTEM)
    page = words(desk.get("/office/liability"))
    assert "1,000" in page
    assert "¥10.00" in page
    book = b"".join(desk.get("/office/liability?export=xlsx").streaming_content)
    assert book.startswith(b"PK")
    lines = b"".join(desk.get("/office/liability?export=csv").streaming_content).decode().splitlines()
    assert lines[1].endswith(",1000,10.00,1")
    assert at_the_desk("warehouse").get("/office/liability").status_code == 403


def test_the_pages_have_the_same_number_of_statements_at_any_size() -> None:
    buyer, desk = member(), at_the_desk("manager")
    counts = []
    for _ in range(2):
        for _ in range(4):
            services.adjust(buyer, 10, reason="x", actor=SYSTEM)
            services.adjust(member(), 10, reason="x", actor=SYSTEM)
        counts.append(
            [
                statements(desk, "/office/liability"),
                statements(desk, f"/office/members/{buyer}/loyalty"),
                statements(desk, "/office/tiers"),
            ]
        )
    assert counts[0] == counts[1]
