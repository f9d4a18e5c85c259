"""The second factor: time-based codes (RFC 6238) of an authenticator app, recovery codes, and who must have it.

A code works once: its time step is noted in the statement that accepts it, so of two who send the same code at the same
moment one is refused. Attempts are counted before the code is looked at, outside any transaction.
"""

import hashlib
import hmac
import re

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from zhanggui.kernel import audit, db, ids, mall_settings, sealing
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import NotFound

from .. import limits
from ..errors import SignInAgain, TwoFactorOff, TwoFactorOn, TwoFactorRequired, WrongCode, WrongCredentials
from ..models import RecoveryCode, TwoFactor, User, UserRole
from ..types import Enrolment
from .roles import changed
from .staff import revoke_all, staff_for_change

PURPOSE = "accounts.two-factor"
STEP_PURPOSE, STEP_SECONDS = "accounts.second-step", 600
STEP = 30  # seconds a code stands for
DRIFT = 1  # steps a phone's clock may be early or late
RECOVERY_CODES = 10
#: The letters of recovery codes: none that is easily read as another; 12 of them are 59 bits. The first is no digit.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_SPACES = re.compile(r"[\s-]")


def is_required(user_id: int) -> bool:
    """Whether one of the roles held asks for a second factor."""
    named = mall_settings.get("accounts.two_factor_roles")
    roles = [code for code in named if isinstance(code, str)]
    return bool(roles) and UserRole.objects.filter(user_id=user_id, role__code__in=roles).exists()


def is_on(user_id: int) -> bool:
    return TwoFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).exists()


def step_of(user: User) -> str:
    """What proves, for some minutes, that this account's password was given; a new password ends it."""
    return sealing.seal([user.id, _mark(user)], STEP_PURPOSE)


def _mark(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()[:16]


def user_of_step(step: str) -> User:
    """Whose password was given. Raises SignInAgain."""
    found = sealing.unseal(step, STEP_PURPOSE, max_age=STEP_SECONDS)
    user_id, mark = found or (0, "")
    user = User.objects.filter(id=user_id, kind="staff", is_active=True).first()
    if user is None or mark != _mark(user):
        raise SignInAgain()
    return user


def spend_code(user_id: int, code: str) -> None:
    """Accept a code of the app, or a recovery code, once. Raises WrongCode, RateLimited."""
    limits.enforce("second_factor", str(user_id), "accounts.attempts_per_account")
    typed = _SPACES.sub("", code[:100]).lower()
    right = _spend_totp(user_id, typed) if typed.isdecimal() and typed.isascii() else _spend_recovery(user_id, typed)
    if not right:
        raise WrongCode()
    limits.forgive("second_factor", str(user_id))


def _spend_totp(user_id: int, code: str) -> bool:
    factor = TwoFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).first()
    step = _matching_step(factor, code) if factor else None
    if step is None:
        return False
    return bool(
        db.execute(
            "update accounts_twofactor set last_step = %s where user_id = %s and last_step < %s", (step, user_id, step)
        )
    )


def _matching_step(factor: TwoFactor, code: str) -> int | None:
    """The time step around now whose code this is."""
    secret = sealing.unseal(factor.secret, PURPOSE)
    if secret is None:
        return None
    totp, current = pyotp.TOTP(secret, interval=STEP), int(now().timestamp()) // STEP
    matching = [
        step
        for step in range(current - DRIFT, current + DRIFT + 1)
        if hmac.compare_digest(totp.generate_otp(step), code)
    ]
    return matching[-1] if matching else None


def _spend_recovery(user_id: int, code: str) -> bool:
    return bool(
        RecoveryCode.objects.filter(user_id=user_id, digest=_digest(user_id, code), used_at=None).update(used_at=now())
    )


def _digest(user_id: int, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"recovery\0{user_id}\0{code}".encode(), hashlib.sha256).hexdigest()


def offer_two_factor(*, actor: Actor) -> Enrolment:
    """A secret for the actor's app; the same one until it is confirmed. Raises TwoFactorOn, NotFound."""
    user = _own(actor)
    with transaction.atomic():
        drawn = pyotp.random_base32()
        fresh = sealing.seal(drawn, PURPOSE)
        db.execute(
            "insert into accounts_twofactor (user_id, secret) values (%s, %s) on conflict (user_id) do nothing",
            (user.id, fresh),
        )
        factor = TwoFactor.objects.get(user_id=user.id)
        if factor.confirmed_at is not None:
            raise TwoFactorOn()
        secret = str(sealing.unseal(factor.secret, PURPOSE) or "")
        if not secret:  # sealed with a key this mall no longer has
            TwoFactor.objects.filter(user_id=user.id, confirmed_at=None).update(secret=fresh)
            secret = drawn
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email or "", issuer_name=mall_settings.get("mall.name"))
    return Enrolment(secret, uri)


def confirm_two_factor(code: str, *, actor: Actor) -> list[str]:
    """The app's first code turns the factor on; the recovery codes, shown this once.

    Raises WrongCode, RateLimited, TwoFactorOn, TwoFactorOff (nothing was offered).
    """
    user = _own(actor)
    limits.enforce("second_factor", str(user.id), "accounts.attempts_per_account")
    factor = TwoFactor.objects.filter(user_id=user.id).first()
    if factor is None:
        raise TwoFactorOff()
    if factor.confirmed_at is not None:
        raise TwoFactorOn()
    step = _matching_step(factor, _SPACES.sub("", code[:100]))
    if step is None:
        raise WrongCode()
    with transaction.atomic():
        turned = TwoFactor.objects.filter(user_id=user.id, confirmed_at=None, secret=factor.secret)
        if not turned.update(confirmed_at=now(), last_step=step):
            raise TwoFactorOn()
        codes = _new_codes(user.id)
        audit.record(actor=actor, action="accounts.two_factor_on", target_type="user", target_id=user.id)
    limits.forgive("second_factor", str(user.id))
    return codes


def renew_recovery_codes(code: str, *, actor: Actor) -> list[str]:
    """New recovery codes for the price of a good code; the former ones are void. Raises as `spend_code`, TwoFactorOff."""
    user = _own(actor)
    if not is_on(user.id):
        raise TwoFactorOff()
    spend_code(user.id, code)
    with transaction.atomic():
        codes = _new_codes(user.id)
        audit.record(actor=actor, action="accounts.renew_recovery_codes", target_type="user", target_id=user.id)
    return codes


def _new_codes(user_id: int) -> list[str]:
    draw = ids.rng()
    codes = [draw.choice(ALPHABET[:23]) + "".join(draw.choices(ALPHABET, k=11)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user_id=user_id, digest=_digest(user_id, c)) for c in codes])
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def drop_two_factor(password: str, *, actor: Actor) -> None:
    """The actor's own factor off, for the price of the password.

    Raises WrongCredentials, RateLimited, TwoFactorOff, TwoFactorRequired.
    """
    user = _own(actor)
    if not is_on(user.id):
        raise TwoFactorOff()
    if is_required(user.id):
        raise TwoFactorRequired()
    limits.enforce("password", str(user.id), "accounts.attempts_per_account")
    if not check_password(password, user.password):
        raise WrongCredentials()
    limits.forgive("password", str(user.id))
    with transaction.atomic():
        _forget(user.id)
        audit.record(actor=actor, action="accounts.two_factor_off", target_type="user", target_id=user.id)


def reset_two_factor(user_id: int, *, actor: Actor) -> None:
    """For somebody who has lost phone and codes: the factor is gone, every session ends. Raises NotFound,
    PermissionDenied, TwoFactorOff."""
    with transaction.atomic():
        staff_for_change(user_id, actor)
        if not is_on(user_id):
            raise TwoFactorOff()
        _forget(user_id)
        revoke_all(user_id)
        audit.record(actor=actor, action="accounts.reset_two_factor", target_type="user", target_id=user_id)
        changed()


def _forget(user_id: int) -> None:
    TwoFactor.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.filter(user_id=user_id).delete()


def _own(actor: Actor) -> User:
    user = (
        User.objects.filter(id=actor.id or 0, kind="staff", is_active=True).first() if actor.kind == "staff" else None
    )
    if user is None:
        raise NotFound()
    return user
