"""What staff note of a member, and what a member has bought."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts as make
from tests.factories.sales import Line, sell
from zhanggui.kernel import audit, clock
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.members import selectors, services
from zhanggui.members.types import AddressInput
from zhanggui.orders import selectors as orders

pytestmark = pytest.mark.django_db


def test_contacts_are_kept_newest_first_and_recorded() -> None:
    member, service = make.member(), make.staff("service")
    assert member.id is not None
    services.add_contact(member.id, "call", "问明前茶\n什么时候到", actor=service)
    services.add_contact(member.id, "note", "喜欢清淡的", actor=service)
    rows = selectors.contacts(member.id).items
    assert [(row.kind, row.text, row.by) for row in rows] == [
        ("note", "喜欢清淡的", service.label),
        ("call", "问明前茶\n什么时候到", service.label),
    ]
    [entry, _] = audit.history(target_type="member", action="members.add_contact")
    assert entry["after"]["kind"] == "note"
    page = selectors.contacts(member.id, limit=1)
    assert [row.kind for row in selectors.contacts(member.id, limit=1, cursor=page.next_cursor or "").items] == ["call"]
    for kind, text in (("smoke", "x"), ("note", " "), ("note", "x" * 2001)):
        with pytest.raises(ValidationFailed):
            services.add_contact(member.id, kind, text, actor=service)
    with pytest.raises(NotFound):
        services.add_contact(10**9, "note", "x", actor=service)


def test_an_export_is_a_right_and_on_record() -> None:
    service = make.staff("service")
    services.record_export({"q": "王"}, actor=service)
    [entry] = audit.history(action="members.export")
    assert (entry["actor_id"], entry["after"]) == (service.id, {"filters": {"q": "王"}})
    with pytest.raises(PermissionDenied):
        services.record_export({}, actor=make.staff("marketing"))


def test_members_are_found_by_mail_and_addresses_stay_masked() -> None:
    member = make.member()
    assert member.id is not None
    services.update_profile(member.id, email="Zhang@example.com", actor=member)
    home = AddressInput("王小明", "13800138000", "浙江省", "杭州市", "西湖区", "文三路 1 号")
    services.add_address(member.id, home, actor=member)
    assert [row.id for row in selectors.member_list(query="zhang@EXAMPLE.com")] == [member.id]
    [address] = selectors.masked_addresses(member.id)
    assert (address.name, address.mobile, address.line, address.city) == ("王**", "138****8000", "***", "杭州市")


def test_spending_counts_what_stayed_bought(django_assert_num_queries: Any) -> None:
    member, other = make.member(), make.member()
    assert member.id is not None
    assert other.id is not None
    now = clock.now()
    sell(now - timedelta(days=400), Line(1000), member_id=member.id)
    sell(now - timedelta(days=3), Line(2500, quantity=2), member_id=member.id)
    sell(now - timedelta(days=1), Line(900), status="cancelled", paid=False, member_id=member.id)
    since = now - timedelta(days=365)
    with django_assert_num_queries(1):
        found = orders.spending([member.id, other.id], recent_since=since, currency="CNY")
    seen = found[member.id]
    assert (seen.orders, seen.valid_orders, seen.recent_orders, seen.spent, seen.average) == (3, 2, 1, 6000, 3000)
    assert (found[other.id].orders, found[other.id].average) == (0, None)
