"""The second factor: codes work once, also for two at the same moment; nothing is kept in the clear; ways out exist."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from tests.factories import accounts as make
from tests.support.races import repeat_together
from zhanggui.accounts import selectors, services
from zhanggui.accounts.errors import (
    SecondFactorNeeded,
    SignInAgain,
    TwoFactorOff,
    TwoFactorOn,
    TwoFactorRequired,
    WrongCode,
    WrongCredentials,
)
from zhanggui.accounts.models import AccessToken, RecoveryCode, TwoFactor
from zhanggui.accounts.types import SecondStep, SignIn
from zhanggui.kernel import audit, clock, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, RateLimited

pytestmark = pytest.mark.django_db
RACERS = 8


def enrolled(*roles: str) -> tuple[Actor, pyotp.TOTP, list[str]]:
    """A member of staff with a second factor. The code that turned it on lies a minute back."""
    actor = make.staff(*roles)
    totp = pyotp.TOTP(services.offer_two_factor(actor=actor).secret)
    codes = services.confirm_two_factor(now_code(totp), actor=actor)
    TwoFactor.objects.filter(user_id=actor.id).update(last_step=0)
    return actor, totp, codes


def now_code(totp: pyotp.TOTP, seconds: int = 0) -> str:
    return totp.at(clock.now() + timedelta(seconds=seconds))


def step(actor: Actor) -> str:
    begun = services.begin_staff_sign_in(actor.label, make.PASSWORD)
    assert isinstance(begun, SecondStep)
    return begun.step


def test_the_offer_stays_the_same_until_it_is_confirmed() -> None:
    actor = make.staff()
    offer = services.offer_two_factor(actor=actor)
    assert services.offer_two_factor(actor=actor) == offer
    assert offer.uri.startswith("otpauth://totp/")
    with pytest.raises(WrongCode):
        services.confirm_two_factor("000000", actor=actor)
    assert not selectors.two_factor(actor.id or 0).on
    assert isinstance(services.begin_staff_sign_in(actor.label, make.PASSWORD), SignIn)
    codes = services.confirm_two_factor(now_code(pyotp.TOTP(offer.secret)), actor=actor)
    assert len(set(codes)) == 10
    with pytest.raises(TwoFactorOn):
        services.offer_two_factor(actor=actor)


def test_neither_secret_nor_codes_are_kept_in_the_clear() -> None:
    actor, totp, codes = enrolled()
    assert totp.secret not in TwoFactor.objects.get(user_id=actor.id).secret
    kept = set(RecoveryCode.objects.filter(user_id=actor.id).values_list("digest", flat=True))
    assert kept.isdisjoint({*codes, *(code.replace("-", "") for code in codes)})
    assert totp.secret not in str(audit.history(limit=20))


def test_a_code_works_once_and_none_before_it_afterwards() -> None:
    actor, totp, _ = enrolled()
    services.finish_staff_sign_in(step(actor), now_code(totp))
    for code in (now_code(totp), now_code(totp, -30)):
        with pytest.raises(WrongCode):
            services.finish_staff_sign_in(step(actor), code)
    services.finish_staff_sign_in(step(actor), now_code(totp, +30))


@pytest.mark.parametrize("seconds", [-90, 90, 3600])
def test_codes_of_other_times_do_not_work(seconds: int) -> None:
    actor, totp, _ = enrolled()
    with pytest.raises(WrongCode):
        services.finish_staff_sign_in(step(actor), now_code(totp, seconds))


@pytest.mark.parametrize("code", ["", "0", "abcdef", "１２３４５６", "\0", "1" * 5000, "--", "' or 1=1"])
def test_nonsense_is_a_wrong_code(code: str) -> None:
    actor, _, _ = enrolled()
    with pytest.raises(WrongCode):
        services.finish_staff_sign_in(step(actor), code)


def test_a_recovery_code_works_once_however_written() -> None:
    actor, _, codes = enrolled()
    services.finish_staff_sign_in(step(actor), codes[0].replace("-", " ").upper())
    with pytest.raises(WrongCode):
        services.finish_staff_sign_in(step(actor), codes[0])
    assert selectors.two_factor(actor.id or 0).recovery_codes == 9


def test_new_recovery_codes_void_the_old() -> None:
    actor, totp, old = enrolled()
    new = services.renew_recovery_codes(now_code(totp), actor=actor)
    assert set(new).isdisjoint(old)
    with pytest.raises(WrongCode):
        services.finish_staff_sign_in(step(actor), old[0])
    services.finish_staff_sign_in(step(actor), new[0])


def test_guessing_is_slowed_down() -> None:
    mall_settings.put("accounts.attempts_per_account", 5, actor=SYSTEM)
    actor, totp, _ = enrolled()
    proof = step(actor)
    for _ in range(5):
        with pytest.raises(WrongCode):
            services.finish_staff_sign_in(proof, "000000")
    with pytest.raises(RateLimited):
        services.finish_staff_sign_in(proof, now_code(totp))


def test_the_step_proves_one_password_of_one_person_for_some_minutes() -> None:
    actor, totp, _ = enrolled()
    proof = step(actor)
    with pytest.raises(SignInAgain):
        services.finish_staff_sign_in(proof[:-2] + "aa", now_code(totp))
    with pytest.raises(SignInAgain):
        services.finish_staff_sign_in("", now_code(totp))
    with pytest.raises(SignInAgain):
        services.enrolling(proof)
    services.set_password(actor.id or 0, "another good password", actor=SYSTEM)
    with pytest.raises(SignInAgain):
        services.finish_staff_sign_in(proof, now_code(totp))
    assert selectors.authenticate(proof) is None


def test_programs_sign_in_with_the_code_as_well() -> None:
    actor, totp, _ = enrolled()
    with pytest.raises(SecondFactorNeeded):
        services.sign_in("staff", actor.label, make.PASSWORD)
    with pytest.raises(WrongCredentials):
        services.sign_in("staff", actor.label, "wrong password", code=now_code(totp))
    with pytest.raises(WrongCode):
        services.sign_in("staff", actor.label, make.PASSWORD, code="000000")
    assert services.sign_in("staff", actor.label, make.PASSWORD, code=now_code(totp)).user_id == actor.id


def test_a_role_can_require_it_and_then_it_stays_on() -> None:
    mall_settings.put("accounts.two_factor_roles", ["service", 7], actor=SYSTEM)
    actor, _, _ = enrolled("service")
    with pytest.raises(TwoFactorRequired):
        services.drop_two_factor(make.PASSWORD, actor=actor)
    fresh = make.staff("service")
    with pytest.raises(SecondFactorNeeded):
        services.sign_in("staff", fresh.label, make.PASSWORD)
    begun = services.begin_staff_sign_in(fresh.label, make.PASSWORD)
    assert isinstance(begun, SecondStep)
    assert not begun.enrolled
    secret = services.offer_two_factor(actor=services.enrolling(begun.step)).secret
    session, codes = services.finish_enrolling(begun.step, now_code(pyotp.TOTP(secret)))
    assert (session.user_id, len(codes)) == (fresh.id, 10)
    assert isinstance(services.begin_staff_sign_in(make.staff("editor").label, make.PASSWORD), SignIn)


def test_it_can_be_dropped_with_the_password_and_reset_by_whoever_holds_as_much() -> None:
    actor, _, _ = enrolled("service")
    with pytest.raises(WrongCredentials):
        services.drop_two_factor("wrong password", actor=actor)
    services.drop_two_factor(make.PASSWORD, actor=actor)
    with pytest.raises(TwoFactorOff):
        services.drop_two_factor(make.PASSWORD, actor=actor)
    other, totp, _ = enrolled("manager")
    session = services.finish_staff_sign_in(step(other), now_code(totp))
    with pytest.raises(PermissionDenied):
        services.reset_two_factor(other.id or 0, actor=actor)
    services.reset_two_factor(other.id or 0, actor=make.staff("manager"))
    assert selectors.authenticate(session.token) is None
    assert isinstance(services.begin_staff_sign_in(other.label, make.PASSWORD), SignIn)


def test_members_have_none() -> None:
    with pytest.raises(NotFound):
        services.offer_two_factor(actor=make.member())


@pytest.mark.django_db(transaction=True)
def test_of_many_with_one_code_at_one_moment_one_gets_in() -> None:
    mall_settings.put("accounts.attempts_per_account", 1000, actor=SYSTEM)
    actor, totp, codes = enrolled()
    proof = step(actor)
    for code in (now_code(totp), codes[0]):
        outcomes = repeat_together(RACERS, lambda code=code: services.finish_staff_sign_in(proof, code))
        assert sum(outcome.ok for outcome in outcomes) == 1
        assert {type(outcome.error) for outcome in outcomes if not outcome.ok} == {WrongCode}


@pytest.mark.django_db(transaction=True)
def test_of_many_who_turn_it_on_at_one_moment_one_gets_codes_that_work() -> None:
    mall_settings.put("accounts.attempts_per_account", 1000, actor=SYSTEM)
    actor = make.staff()
    code = now_code(pyotp.TOTP(services.offer_two_factor(actor=actor).secret))
    outcomes = repeat_together(RACERS, lambda: services.confirm_two_factor(code, actor=actor))
    [won] = [outcome.value for outcome in outcomes if outcome.ok]
    services.finish_staff_sign_in(step(actor), won[0])
    assert RecoveryCode.objects.filter(user_id=actor.id).count() == 10


def test_a_session_lives_while_it_is_used_but_not_for_ever() -> None:
    mall_settings.put("accounts.staff_session_hours", 2, actor=SYSTEM)
    mall_settings.put("accounts.staff_session_days_at_most", 1, actor=SYSTEM)
    actor = make.staff()
    session = services.sign_in("staff", actor.label, make.PASSWORD)
    token = AccessToken.objects.get(user_id=actor.id)
    ages = {"created_at": clock.now() - timedelta(hours=3), "last_used_at": clock.now() - timedelta(hours=1)}
    AccessToken.objects.filter(id=token.id).update(**ages, expires_at=clock.now() + timedelta(minutes=5))
    assert selectors.authenticate(session.token)
    token.refresh_from_db()
    assert timedelta(minutes=119) < (token.expires_at or clock.now()) - clock.now() <= timedelta(hours=2)
    ages["created_at"] = clock.now() - timedelta(hours=23)
    AccessToken.objects.filter(id=token.id).update(**ages, expires_at=clock.now() + timedelta(minutes=5))
    selectors.forget_tokens()
    assert selectors.authenticate(session.token)
    token.refresh_from_db()
    assert timedelta(minutes=59) < (token.expires_at or clock.now()) - clock.now() <= timedelta(hours=1)


def test_a_programs_token_ends_when_it_was_said_to() -> None:
    actor = make.staff()
    issued = services.issue_token(actor.id or 0, name="till", days=1, actor=actor)
    assert selectors.authenticate(issued.token)
    assert AccessToken.objects.get(user_id=actor.id).expires_at == issued.expires_at


def test_signing_out_elsewhere_leaves_this_one_and_programs() -> None:
    actor = make.staff()
    here, there, phone = (services.sign_in("staff", actor.label, make.PASSWORD, agent=a) for a in ("a", "b", "c"))
    program = services.issue_token(actor.id or 0, name="till", actor=actor)
    [current, *others] = sorted(selectors.sessions(actor.id or 0, token=here.token), key=lambda s: not s.current)
    assert (current.agent, {s.agent for s in others}) == ("a", {"b", "c"})
    services.end_session(next(s.id for s in others if s.agent == "c"), actor=actor)
    services.end_session(current.id, actor=make.staff())  # somebody else's is none of theirs
    assert selectors.authenticate(phone.token) is None
    assert services.sign_out_everywhere(actor=actor, but=here.token) == 1
    assert selectors.authenticate(there.token) is None
    assert selectors.authenticate(here.token)
    assert selectors.authenticate(program.token)
