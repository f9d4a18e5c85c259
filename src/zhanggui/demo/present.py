"""What the visitor finds: orders of his own in every state, and work that is waiting for the team."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from zhanggui.members import services as members
from zhanggui.members.types import BALANCE

from .desk import Desk
from .people import Buyer
from .shopping import Shopping
from .world import World

#: Hours before the present at which the demo's member buys; the last order is not paid yet.
MEMBER_BUYS = (1_900, 1_240, 720, 400, 170, 76, 15)
UNPAID_MINUTES = (24, 17, 9, 4)
OPEN_CASES = 6


def plan_member(world: World, shopping: Shopping, desk: Desk, member: int) -> None:
    """The member whom visitors may be buys now and then, and once asks for his money back."""
    friend = world.people.somebody()
    friend.member_id = member
    for hours in MEMBER_BUYS:
        at = world.ends - timedelta(hours=hours)
        if at > world.begins:
            world.agenda.plan(at, lambda: _buy(shopping, friend))
    world.agenda.plan(world.ends - timedelta(days=20), lambda: _top_up(world, member))
    world.agenda.plan(world.ends - timedelta(minutes=7), lambda: _buy(shopping, friend, pays=False))
    world.agenda.plan(world.ends - timedelta(hours=40), lambda: _regret(desk, friend))


def _top_up(world: World, member: int) -> None:
    """Money he keeps with the mall, and points for it."""
    members.adjust(member, 50_000, asset=BALANCE, reason="门店充值", actor=world.clerks.finance)
    members.adjust(member, 500, reason="充值赠送", actor=world.clerks.manager)


def _buy(shopping: Shopping, friend: Buyer, *, pays: bool = True) -> None:
    number = shopping.buy(friend, pays=pays)
    if number is not None and pays:
        friend.numbers.append(number)


def _regret(desk: Desk, friend: Buyer) -> None:
    """A case about the first of his latest orders for which one can be opened."""
    for number in reversed(friend.numbers):
        if desk.ask(number, friend, decide=False):
            return


def plan_open_work(world: World, shopping: Shopping) -> None:
    """Orders that wait for their buyers' money at the moment the visitor comes."""
    for minutes in UNPAID_MINUTES:
        world.agenda.plan(
            world.ends - timedelta(minutes=minutes), lambda: shopping.buy(world.people.somebody(), pays=False)
        )


def leave_cases_open(desk: Desk) -> None:
    """Some buyers whose orders have just arrived ask for their money back, and nobody has answered yet."""
    for number, buyer in islice(reversed(desk.latest), OPEN_CASES):
        desk.ask(number, buyer, decide=False)
