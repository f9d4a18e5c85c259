"""Print a bearer token for scripts and tests, for a member of staff or a buyer."""

from __future__ import annotations

import argparse

from ..errors import CommandFailed, WrongCall
from ..mall import opened

SHOWN = 5  # accounts named when the one asked for does not exist


def add_arguments(parser: argparse.ArgumentParser) -> None:
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--staff", metavar="EMAIL", help="a member of staff")
    who.add_argument("--member", metavar="MOBILE", help="a buyer")
    parser.add_argument("--create", action="store_true", help="create the account where there is none")
    parser.add_argument("--role", metavar="ROLE", help="with --staff --create: its role (default: manager)")


def run(args: argparse.Namespace) -> int:
    if args.role and not (args.staff and args.create):
        raise WrongCall("--role goes with --staff EMAIL --create")
    with opened(args):
        print(_staff_token(args) if args.staff else _member_token(args))
    return 0


def _staff_token(args: argparse.Namespace) -> str:
    from zhanggui.accounts import selectors, services
    from zhanggui.kernel import ids
    from zhanggui.kernel.actor import SYSTEM
    from zhanggui.kernel.problems import NotFound

    try:
        return services.token_for_staff(args.staff).token
    except NotFound:
        pass
    if args.create:
        services.create_staff(
            args.staff,
            name=args.staff.split("@")[0],
            roles=[args.role or "manager"],
            password=ids.token(),
            actor=SYSTEM,
        )
        return services.token_for_staff(args.staff).token
    there = [staff.email for staff in selectors.staff_list(limit=SHOWN)]
    raise CommandFailed(
        f"no active member of staff {args.staff}; there are {', '.join(there) or 'none'}, or add --create"
    )


def _member_token(args: argparse.Namespace) -> str:
    from zhanggui.accounts import services
    from zhanggui.kernel import ids
    from zhanggui.kernel.actor import SYSTEM
    from zhanggui.kernel.problems import NotFound
    from zhanggui.members import services as members

    try:
        return services.token_for_member(args.member).token
    except NotFound:
        pass
    if args.create:
        members.register(args.member, ids.token(), actor=SYSTEM)
        return services.token_for_member(args.member).token
    raise CommandFailed(f"no active member {args.member}; register it in the shop, or add --create")
