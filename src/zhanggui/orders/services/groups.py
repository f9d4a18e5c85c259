"""Orders that were bought in a group: they wait for it, go on when it is full, and are undone when it fails.

Which orders are paid is known here, who sits where to groupbuy. Each step is one transaction with its announcement;
orders are locked before their group (docs/locking.md). Everything may be run again: what has happened is not done twice.
"""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.groupbuy import services as groups
from zhanggui.groupbuy.types import FAILED, FULL, OPEN, WAITING
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem

from .. import locks, promise
from ..states import HELD_FOR_GROUP, PAID
from .cancel import cancel

GROUP_FAILED = "group_failed"


def settle_groups(numbers: Sequence[str], *, actor: Actor = SYSTEM) -> None:
    """These orders were paid: groups open with their first, and are full with their last. A transaction for each group."""
    for group_id in groupbuy.groups_of_orders(numbers):
        _settle(group_id, actor=actor)


def end_groups(*, actor: Actor = SYSTEM) -> int:
    """Groups whose time is over fail, unless they are full; then their orders are undone. The number that failed."""
    failed = sum(_settle(group_id, over=True, actor=actor) == FAILED for group_id in groupbuy.out_of_time())
    undo_failed(actor=actor)
    return failed


def _settle(group_id: int, *, actor: Actor, over: bool = False) -> str:
    """Take a group as far as its payments and its time carry it; its state then."""
    with transaction.atomic():
        status = locks.hold_many(groupbuy.seated(group_id))
        group = groups.hold_group(group_id)
        assert group is not None
        seated = groupbuy.seated(group_id)  # who came between the two locks settles it again with his own payment
        paid = [number for number in seated if status.get(number) == PAID]
        state: str = group["state"]
        if state == WAITING and paid and groups.open_group(group, paid, actor=actor):
            state = OPEN
        if state == OPEN and len(paid) == group["size"] and groups.fill_group(group, paid, actor=actor):
            _let_go(paid, actor=actor)
            return FULL
        if state == OPEN and over and groups.fail_group(group, seated, actor=actor):
            return FAILED
        return state


@db.needs_transaction
def _let_go(numbers: Sequence[str], *, actor: Actor) -> None:
    due, latest = promise.seconds_from(clock.now())
    for order_id in locks.let_go(numbers, due, latest):
        locks.tell(order_id, "group_filled", actor=actor)


def undo_failed(*, actor: Actor = SYSTEM, limit: int = 500) -> int:
    """Cancel the orders of groups that failed, each in its own transaction: money the way it came, stock freed. How many."""
    rows = db.rows(
        "select number from orders_order where hold = %s and status in ('pending_payment', 'paid') order by id limit %s",
        (HELD_FOR_GROUP, limit),
    )
    done = 0
    for number, state in groupbuy.states_of_orders([row["number"] for row in rows]).items():
        if state == FAILED:
            try:
                cancel(number, actor=actor, reason=GROUP_FAILED)
                done += 1
            except Problem:
                continue  # cancelled or paid in this very moment; the next run sees
    return done
