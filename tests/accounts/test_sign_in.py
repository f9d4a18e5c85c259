"""Signing in: who gets in, who does not, and what the answer gives away (nothing)."""

from __future__ import annotations

import time
from datetime import timedelta
from statistics import median

import pytest

from tests.factories import accounts as make
from zhanggui.accounts import selectors, services
from zhanggui.accounts.errors import AccountTaken, WrongCredentials
from zhanggui.accounts.models import AccessToken, User
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import NotFound, RateLimited, ValidationFailed

pytestmark = pytest.mark.django_db


def test_staff_sign_in_by_mail_address_in_any_case() -> None:
    actor = make.staff("service")
    session = services.sign_in("staff", actor.label.upper(), make.PASSWORD)
    assert session.user_id == actor.id
    found = selectors.authenticate(session.token)
    assert found is not None
    assert (found.kind, found.id, found.label) == ("staff", actor.id, "员工")
    assert found.permissions == selectors.permissions_of(session.user_id)


def test_members_sign_in_by_mobile_however_written() -> None:
    member = make.member("13800138000")
    session = services.sign_in("member", "+86 138-0013-8000", make.PASSWORD)
    assert session.user_id == member.id
    assert selectors.authenticate(session.token) == member


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("nobody@example.com", make.PASSWORD),
        ("not an address", make.PASSWORD),
        ("", ""),
        ("\0", "\0"),
        ("a@b.c" * 5000, "x" * 100_000),
    ],
)
def test_an_unknown_account_answers_as_a_wrong_password_does(name: str, password: str) -> None:
    with pytest.raises(WrongCredentials) as unknown:
        services.sign_in("staff", name, password)
    with pytest.raises(WrongCredentials) as wrong:
        services.sign_in("staff", make.staff().label, "wrong password")
    assert unknown.value.body() == wrong.value.body()


def test_an_unknown_account_takes_as_long_as_a_known_one() -> None:
    known = make.staff().label

    def spent(name: str) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            with pytest.raises(WrongCredentials):
                services.sign_in("staff", name, "wrong password")
            times.append(time.perf_counter() - started)
        return median(times)

    assert 0.3 < spent("nobody@example.com") / spent(known) < 3


def test_a_member_cannot_sign_in_as_staff() -> None:
    make.member("13800138001")
    with pytest.raises(WrongCredentials):
        services.sign_in("staff", "13800138001", make.PASSWORD)


def test_a_closed_account_is_out_at_once() -> None:
    actor = make.staff("editor")
    token = services.token_for_staff(actor.label).token
    assert selectors.authenticate(token) is not None
    assert actor.id is not None
    services.set_active(actor.id, False, actor=SYSTEM)
    assert selectors.authenticate(token) is None
    with pytest.raises(WrongCredentials):
        services.sign_in("staff", actor.label, make.PASSWORD)


def test_guessing_is_slowed_down_per_account_and_forgiven_by_success() -> None:
    email = make.staff().label
    mall_settings.put("accounts.attempts_per_account", 3, actor=SYSTEM)
    for _ in range(2):
        with pytest.raises(WrongCredentials):
            services.sign_in("staff", email, "wrong password")
    services.sign_in("staff", email, make.PASSWORD)
    for _ in range(3):
        with pytest.raises(WrongCredentials):
            services.sign_in("staff", email, "wrong password")
    with pytest.raises(RateLimited) as refused:
        services.sign_in("staff", email, make.PASSWORD)
    assert refused.value.retry_after is not None
    assert 14 * 60 < refused.value.retry_after <= 15 * 60 + 1


def test_guessing_is_slowed_down_per_address() -> None:
    mall_settings.put("accounts.attempts_per_address", 3, actor=SYSTEM)
    for n in range(3):
        with pytest.raises(WrongCredentials):
            services.sign_in("member", f"1390000000{n}", "wrong password", address="192.0.2.1")
    with pytest.raises(RateLimited):
        services.sign_in("member", "13900000009", "wrong password", address="192.0.2.1")
    with pytest.raises(WrongCredentials):
        services.sign_in("member", "13900000009", "wrong password", address="192.0.2.2")


def test_the_attempt_counter_keeps_neither_numbers_nor_addresses() -> None:
    from zhanggui.accounts.models import Attempt

    with pytest.raises(WrongCredentials):
        services.sign_in("member", "13900000009", "wrong password", address="192.0.2.1")
    keys = list(Attempt.objects.values_list("key", flat=True))
    assert len(keys) == 2
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


def test_only_a_digest_of_token_and_password_is_kept() -> None:
    actor = make.staff()
    token = services.token_for_staff(actor.label).token
    kept = AccessToken.objects.get(user_id=actor.id or 0)
    assert kept.digest == selectors.digest(token) != token
    assert User.objects.get(id=actor.id or 0).password.startswith("argon2$argon2id$")


def test_an_expired_or_revoked_token_is_refused() -> None:
    actor = make.staff()
    assert actor.id is not None
    expired = services.issue_token(actor.id, name="old", days=1, actor=actor).token
    AccessToken.objects.update(expires_at=now() - timedelta(seconds=1))
    assert selectors.authenticate(expired) is None
    live = services.issue_token(actor.id, name="new", actor=actor).token
    assert selectors.authenticate(live) is not None
    [kept] = [t for t in selectors.tokens() if t.name == "new"]
    services.revoke_token(kept.id, actor=actor)
    assert selectors.authenticate(live) is None


def test_signing_out_ends_this_session_only() -> None:
    email = make.staff().label
    one, two = (services.sign_in("staff", email, make.PASSWORD).token for _ in range(2))
    services.sign_out(one)
    assert selectors.authenticate(one) is None
    assert selectors.authenticate(two) is not None


def test_a_new_password_ends_every_session() -> None:
    actor = make.staff()
    token = services.token_for_staff(actor.label).token
    services.change_own_password(make.PASSWORD, "another good one", actor=actor)
    assert selectors.authenticate(token) is None
    assert services.sign_in("staff", actor.label, "another good one").user_id == actor.id
    with pytest.raises(WrongCredentials):
        services.change_own_password("not it", "another good one", actor=actor)


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "令牌", "a" * 10_000])
def test_nonsense_is_nobody(token: str) -> None:
    assert selectors.authenticate(token) is None


def test_authenticating_is_one_statement_and_then_none(django_assert_num_queries) -> None:
    token = make.staff_token("service")
    selectors.authenticate(token)
    selectors.forget_tokens()
    with django_assert_num_queries(1):
        selectors.authenticate(token)
    with django_assert_num_queries(0):
        selectors.authenticate(token)
    selectors.follow_version(-2)
    with django_assert_num_queries(1):
        selectors.authenticate(token)


def test_use_of_a_token_is_noted_once_an_hour() -> None:
    token = make.staff_token()
    selectors.authenticate(token)
    first = AccessToken.objects.get(digest=selectors.digest(token)).last_used_at
    selectors.forget_tokens()
    selectors.authenticate(token)
    assert first is not None
    assert AccessToken.objects.get(digest=selectors.digest(token)).last_used_at == first


def test_registered_twice_is_refused() -> None:
    make.member("13800138002")
    with pytest.raises(AccountTaken):
        make.member("+8613800138002")


@pytest.mark.parametrize("password", ["", "short", "x" * 129])
def test_a_password_has_a_sensible_length(password: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.create_staff("new@example.com", name="新", roles=[], password=password, actor=SYSTEM)
    assert [(e.loc, e.code) for e in refused.value.errors] == [("password", "length")]


def test_staff_may_not_use_a_password_everybody_tries_first() -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.create_staff("new@example.com", name="新", roles=[], password="password123", actor=SYSTEM)
    assert [(e.loc, e.code) for e in refused.value.errors] == [("password", "common")]


def test_scripts_get_tokens_of_existing_people_only() -> None:
    with pytest.raises(NotFound):
        services.token_for_staff("nobody@example.com")
    with pytest.raises(NotFound):
        services.token_for_member("13800138009")
