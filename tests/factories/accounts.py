"""Staff and members as tests need them, made through services."""

from __future__ import annotations

from itertools import count

from zhanggui.accounts import services
from zhanggui.accounts.selectors import permissions_of
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.members import services as members

_number = count(1)
PASSWORD = "correct horse 电池"


def staff(*roles: str) -> Actor:
    """A new staff member with the given shipped roles."""
    services.ensure_roles()
    email = f"staff{next(_number)}@example.com"
    user_id = services.create_staff(email, name="员工", roles=roles or ("manager",), password=PASSWORD, actor=SYSTEM)
    return Actor("staff", user_id, email, permissions_of(user_id))


def staff_token(*roles: str) -> str:
    """A bearer token of a new staff member."""
    return services.token_for_staff(staff(*roles).label).token


def mobile() -> str:
    """A mobile number no other test of this run has."""
    return f"138{next(_number):08d}"


def member(number: str | None = None) -> Actor:
    """A new member."""
    member_id = members.register(number or mobile(), PASSWORD, actor=SYSTEM)
    return Actor("member", member_id, f"member {member_id}")


def member_token(number: str | None = None) -> str:
    """A bearer token of a new member."""
    number = number or mobile()
    member(number)
    return services.token_for_member(number).token
