"""Members: opening an account, the profile, who sees what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.factories import accounts as make
from tests.support.races import repeat_together
from zhanggui.accounts.errors import AccountTaken, WrongCredentials
from zhanggui.accounts.models import User
from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.members import selectors, services
from zhanggui.members.errors import TooManyAddresses
from zhanggui.members.models import Address, Member
from zhanggui.members.types import AddressInput

pytestmark = pytest.mark.django_db
HOME = AddressInput("王小明", "13800138000", "浙江省", "杭州市", "西湖区", "文三路 1 号")


def test_mobile_and_password_are_enough_to_register() -> None:
    member_id = services.register("138 0013 8000", "correct horse", actor=GUEST)
    assert services.sign_in("13800138000", "correct horse").user_id == member_id
    assert selectors.profile(member_id).mobile == "13800138000"
    [event] = db.rows("select name, payload from kernel_outboxevent")
    assert event["name"] == "members.member_registered"
    assert event["payload"]["member_id"] == member_id


def test_a_refused_registration_leaves_nothing() -> None:
    services.register("13800138000", "correct horse", actor=GUEST)
    with pytest.raises(AccountTaken):
        services.register("+8613800138000", "correct horse", actor=GUEST)
    with pytest.raises(ValidationFailed):
        services.register("13800138001", "short", actor=GUEST)
    assert (User.objects.count(), Member.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_mobile_registers_once_however_many_try() -> None:
    outcomes = repeat_together(6, lambda: services.register("13800138000", "correct horse", actor=GUEST))
    assert sum(o.ok for o in outcomes) == 1
    assert {type(o.error) for o in outcomes if not o.ok} == {AccountTaken}


def test_the_profile_keeps_any_human_text() -> None:
    member = make.member()
    assert member.id is not None
    services.update_profile(member.id, nickname="😀 <b>عربى</b>", email="Me@Example.com ", actor=member)
    seen = selectors.profile(member.id)
    assert (seen.nickname, seen.email) == ("😀 <b>عربى</b>", "me@example.com")
    with pytest.raises(ValidationFailed):
        services.update_profile(member.id, nickname="x" * 10_000, actor=member)
    with pytest.raises(NotFound):
        services.update_profile(10**15, nickname="x", actor=SYSTEM)


def test_staff_see_members_masked_and_unmasked_only_on_the_record() -> None:
    member = make.member("13812345678")
    assert member.id is not None
    services.update_profile(member.id, email="zhang@example.com", actor=member)
    services.add_address(member.id, HOME, actor=member)
    [row] = selectors.member_list(query="13812345678")
    assert (row.id, row.mobile, row.email) == (member.id, "138****5678", "z***@example.com")
    with pytest.raises(PermissionDenied):
        selectors.personal(member.id, actor=make.staff("editor"))
    service = make.staff("service")
    seen, [address] = selectors.personal(member.id, actor=service)
    assert (seen.mobile, address.line) == ("13812345678", "文三路 1 号")
    [entry] = audit.history(target_type="member", target_id=str(member.id), action="members.view_personal")
    assert entry["actor_id"] == service.id


def test_a_blocked_member_is_out_until_let_in_again() -> None:
    token_owner = make.member("13812345678")
    assert token_owner.id is not None
    boss = make.staff()
    services.set_status(token_owner.id, "blocked", reason="恶意退货", actor=boss)
    with pytest.raises(WrongCredentials):
        services.sign_in("13812345678", make.PASSWORD)
    services.set_status(token_owner.id, "active", reason="误会", actor=boss)
    assert services.sign_in("13812345678", make.PASSWORD).user_id == token_owner.id
    with pytest.raises(ValidationFailed):
        services.set_status(token_owner.id, "gone", reason="x", actor=boss)


def test_tags_find_members() -> None:
    one, two = make.member(), make.member()
    assert one.id is not None
    services.set_tags(one.id, ["vip", " vip ", "老客"], actor=SYSTEM)
    assert [m.id for m in selectors.member_list(tag="vip")] == [one.id]
    assert [m.id for m in selectors.member_list()] == [two.id, one.id]


@pytest.mark.parametrize("query", ["\0", "%", "9" * 30, "'", "x" * 1000, "²"])
def test_any_search_text_is_safe(query: str) -> None:
    assert selectors.member_list(query=query.replace("\0", "")) in ([], selectors.member_list())


def test_the_member_list_is_one_statement(django_assert_num_queries) -> None:
    for _ in range(3):
        make.member()
    with django_assert_num_queries(1):
        assert len(selectors.member_list()) == 3


# --- addresses ---------------------------------------------------------------------------------------------------


def test_there_is_always_exactly_one_default_address() -> None:
    member = make.member()
    assert member.id is not None
    first = services.add_address(member.id, HOME, actor=member)
    second = services.add_address(member.id, HOME, actor=member)
    assert (first.is_default, second.is_default) == (True, False)
    third = services.add_address(member.id, replace(HOME, is_default=True), actor=member)
    assert [(a.id, a.is_default) for a in selectors.addresses(member.id)] == [
        (third.id, True),
        (first.id, False),
        (second.id, False),
    ]
    services.change_address(member.id, third.id, HOME, actor=member)
    assert selectors.address(member.id, third.id).is_default
    services.remove_address(member.id, third.id, actor=member)
    assert [(a.id, a.is_default) for a in selectors.addresses(member.id)] == [(first.id, True), (second.id, False)]


def test_another_members_address_does_not_exist() -> None:
    owner, other = make.member(), make.member()
    assert owner.id is not None
    assert other.id is not None
    kept = services.add_address(owner.id, HOME, actor=owner)
    for forbidden in (
        lambda: selectors.address(other.id, kept.id),
        lambda: services.change_address(other.id, kept.id, HOME, actor=other),
        lambda: services.remove_address(other.id, kept.id, actor=other),
    ):
        with pytest.raises(NotFound):
            forbidden()
    assert selectors.address(owner.id, kept.id) == kept


def test_addresses_are_limited() -> None:
    member = make.member()
    assert member.id is not None
    mall_settings.put("members.addresses_max", 1, actor=SYSTEM)
    services.add_address(member.id, HOME, actor=member)
    with pytest.raises(TooManyAddresses) as refused:
        services.add_address(member.id, HOME, actor=member)
    assert refused.value.detail("en") == "At most 1 addresses can be kept"


@pytest.mark.django_db(transaction=True)
def test_defaults_set_at_the_same_moment_leave_one() -> None:
    member = make.member()
    assert member.id is not None
    outcomes = repeat_together(6, lambda: services.add_address(member.id, replace(HOME, is_default=True), actor=member))  # type: ignore[arg-type]
    assert all(o.ok for o in outcomes)
    assert Address.objects.filter(member_id=member.id).count() == 6
    assert Address.objects.filter(member_id=member.id, is_default=True).count() == 1


def test_masked_address_says_where_but_not_to_whom() -> None:
    seen = selectors.masked_address(
        {"name": "王小明", "mobile": "13812345678", "city": "杭州市", "line": "文三路 1 号"}
    )
    assert seen == {"name": "王**", "mobile": "138****5678", "city": "杭州市", "line": "***"}


# --- imports -----------------------------------------------------------------------------------------------------


def test_importing_twice_is_importing_once(django_assert_max_num_queries) -> None:
    joined = datetime(2017, 5, 1, tzinfo=UTC)
    rows: list[services.ImportedMember] = [
        {"external_id": f"c{n}", "nickname": f"客 {n}", "joined_at": joined} for n in range(500)
    ]
    with django_assert_max_num_queries(8):
        first = services.import_members(rows, source="olist", actor=SYSTEM)
    assert services.import_members(rows, source="olist", actor=SYSTEM) == first
    assert len(set(first.values())) == Member.objects.count() == User.objects.count() == 500
    assert selectors.profile(first["c7"]).created_at == joined
    assert selectors.profile(first["c7"]).nickname == "客 7"
    assert selectors.ids_by_external("olist", ["c7", "nobody"]) == {"c7": first["c7"]}
    assert set(services.import_members(rows[:3], source="uci", actor=SYSTEM).values()).isdisjoint(first.values())


def test_an_imported_mobile_finds_its_member() -> None:
    known = make.member("13812345678")
    rows: list[services.ImportedMember] = [
        {"external_id": "a", "mobile": "+86 13812345678"},
        {"external_id": "b", "mobile": "13900000000", "email": "B@example.com"},
        {"external_id": "c", "mobile": "139-0000-0000"},
        {"external_id": "d", "mobile": "wrong", "email": "wrong", "nickname": "\0 x" * 100},
    ]
    ids = services.import_members(rows, source="shop", actor=SYSTEM)
    assert ids["a"] == known.id
    assert ids["b"] == ids["c"]
    assert selectors.profile(ids["b"]).email == "b@example.com"
    assert selectors.profile(ids["d"]).mobile == ""
    assert services.import_members(rows, source="shop", actor=SYSTEM) == ids
    assert Member.objects.count() == 3


def test_an_imported_member_cannot_sign_in_without_a_password() -> None:
    services.import_members([{"external_id": "b", "mobile": "13900000000"}], source="shop", actor=SYSTEM)
    for password in ("", "!", "password"):
        with pytest.raises(WrongCredentials):
            services.sign_in("13900000000", password)
