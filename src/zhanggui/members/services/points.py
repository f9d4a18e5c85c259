"""Points and balances: a ledger of double entry (sql/ledger.sql). Each move has a cause and happens once, whoever repeats it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction

from zhanggui.kernel import audit, clock, db, ids, mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.money import BASIS, MAX_AMOUNT, minor_digits
from zhanggui.kernel.problems import Conflict, NotFound, PermissionDenied, ValidationFailed

from .. import permissions, selectors
from ..errors import NotEnough, balance_not_enough
from ..ledger import month_ends
from ..models import Member
from ..types import ASSETS, BALANCE, POINTS, Earned

_POST = "select n, posting_id from members_post(%s)"
BATCH = 1_000


def _by(actor: Actor) -> dict[str, Any]:
    return {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label[:200]}


def _post(rows: Sequence[dict[str, Any]]) -> int:
    """Write postings in the order of the rows; how many were new."""
    return len(db.rows(_POST, (db.Json([row | {"n": n} for n, row in enumerate(rows)]),))) if rows else 0


def _post_within(rows: Sequence[dict[str, Any]], member_id: int, asset: str) -> int:
    """The same for one member, inside a transaction. Raises NotEnough where he holds less than is to be taken."""
    try:
        with transaction.atomic():
            return _post(rows)
    except DatabaseError as refused:
        if getattr(refused.__cause__, "sqlstate", "") != "ZG003":
            raise
        left = selectors.available([member_id], asset).get(member_id, 0)
        raise NotEnough(available=left, extra={"asset": asset, "available": left}) from None


def earn_points(orders: Sequence[Earned], *, actor: Actor = SYSTEM) -> int:
    """Points for completed orders at the rate of their buyer's tier, once per order; how many orders earned any."""
    facts = selectors.buyer_facts({order.member_id for order in orders})
    tiers = selectors.tiers_by_code()
    unit = BASIS * 10 ** minor_digits(mall_settings.get("mall.currency"))
    expires_at = month_ends(mall_settings.get("members.points_months"))
    rows = []
    for order in orders:
        if order.member_id in facts:
            points = order.amount * tiers[facts[order.member_id].tier].points_bp // unit
            if points > 0:
                rows.append(
                    {
                        "asset": POINTS, "kind": "earn", "key": order.number, "reference": order.number,
                        "member_id": order.member_id, "source": "issued", "target": "member", "amount": points,
                        "base": order.amount, "expires_at": expires_at, **_by(actor),
                    }
                )  # fmt: skip
    with transaction.atomic():
        return _post(rows)


def take_back_points(kept: Sequence[tuple[str, int]], *, actor: Actor = SYSTEM) -> int:
    """Money went back for orders (number, what is kept of the goods): points earned with it go back in proportion, rounded up.

    Points that were spent already are owed, and the next ones pay them. How many orders were due. Repeating changes nothing.
    """
    if not kept:
        return 0
    rows = [{"order_number": number, "kept": amount} for number, amount in kept]
    with transaction.atomic():
        return len(db.rows("select order_number from members_take_back(%s)", (db.Json(rows),)))


@db.needs_transaction
def give_back_spent(
    order_number: str, amount: int | None = None, *, key: str, actor: Actor, asset: str = POINTS
) -> int:
    """What an order's spending took comes back (`amount`, or all that is left), once per `key`; how much came back.

    It lies in lots that expire as those did it came from, but not before `members.points_grace_days`. Needs a transaction;
    the purse's lock stands between promotions and stock (docs/locking.md).
    """
    rows = [{"asset": asset, "order_number": order_number, "amount": amount, "key": key[:80]}]
    back = db.row("select amount from members_give_back(%s, %s)", (db.Json(rows), _grace_end()))
    return int(back["amount"]) if back else 0


@db.needs_transaction
def spend_balance(member_id: int, amount: int, *, reference: str, actor: Actor) -> datetime:
    """Something is paid from its buyer's balance, once for a reference (a number, or a part of it: `kernel.ids`); when.

    Needs a transaction; raises BalanceNotEnough, Conflict. The purse's lock stands after the order and its payments
    (docs/locking.md).
    """
    row = {
        "asset": BALANCE, "kind": "spend", "key": reference, "reference": reference, "member_id": member_id,
        "source": "member", "target": "redeemed", "amount": amount, **_by(actor),
    }  # fmt: skip
    try:
        written = _post_within([row], member_id, BALANCE)
    except NotEnough as short:
        currency = mall_settings.get("mall.currency")
        raise balance_not_enough(short.extra["available"], amount, currency) from None
    if not written:
        raise Conflict(extra={"order": reference})
    posted = db.row(
        "select at from members_posting where asset = %s and kind = 'spend' and key = %s", (BALANCE, reference)
    )
    assert posted is not None
    at: datetime = posted["at"]
    return at


def return_balance(reference: str, amount: int, *, key: str, actor: Actor) -> bool:
    """So much of what a reference took from a balance comes back, once per `key`; False where less than that is left of it.

    Opens its own transaction.
    """
    with transaction.atomic():
        back = give_back_spent(reference, amount, key=key, actor=actor, asset=BALANCE)
        if not back:
            row = db.row(
                "select amount from members_posting where asset = %s and kind = 'give_back' and key = %s and reference = %s",
                (BALANCE, key[:80], reference),
            )
            back = row["amount"] if row else 0
        if back != amount:
            transaction.set_rollback(True)
        return bool(back == amount)


@db.needs_transaction
def spend_points(member_id: int, amount: int, *, key: str, reason: str, actor: Actor) -> None:
    """Points are exchanged for something that is no order, once per `key`. Needs a transaction. Raises NotEnough, Conflict."""
    row = {
        "asset": POINTS, "kind": "exchange", "key": key[:80], "member_id": member_id, "source": "member",
        "target": "redeemed", "amount": amount, "reason": reason[:500], **_by(actor),
    }  # fmt: skip
    if not _post_within([row], member_id, POINTS):
        raise Conflict(extra={"key": key})


@db.needs_transaction
def return_exchanged(keys: Sequence[str], *, actor: Actor) -> int:
    """The points that were exchanged under these keys come back, once, into lots as `give_back_spent` says; how many in all.

    Needs a transaction. The purses are held after coupons (docs/locking.md).
    """
    rows = [
        {"asset": POINTS, "order_number": key[:80], "kind": "exchange", "key": key[:80], "amount": None} for key in keys
    ]
    found = db.rows("select amount from members_give_back(%s, %s)", (db.Json(rows), _grace_end())) if rows else []
    return sum(row["amount"] for row in found)


def _grace_end() -> datetime:
    """Before this, nothing that came back expires."""
    days = timedelta(days=mall_settings.get("members.points_grace_days"))
    return clock.day_bounds(clock.business_date() + days)[1]


def expire_points(*, actor: Actor = SYSTEM) -> int:
    """Lots whose time is over leave their members, a thousand at a time; how many."""
    total = 0
    while done := _expire():
        total += done
    return total


def _expire() -> int:
    with transaction.atomic():
        row = db.row("select members_expire(%s) as n", (BATCH,))
        return int(row["n"]) if row else 0


def adjust(member_id: int, amount: int, *, reason: str, key: str = "", actor: Actor, asset: str = POINTS) -> None:
    """Give (or with a negative amount take) points or balance by hand; with a `key` once, whoever repeats it.

    Raises NotFound, PermissionDenied, ValidationFailed, NotEnough.
    """
    permission = permissions.POINTS if asset == POINTS else permissions.BALANCE
    if not actor.may(permission):
        raise PermissionDenied(extra={"permission": permission})
    if asset not in ASSETS:
        raise ValidationFailed.one("asset", "unknown", "没有这种账户", "there is no such asset")
    reason = clean_text(reason, "reason", 500)
    if amount == 0 or abs(amount) > MAX_AMOUNT:
        raise ValidationFailed.one("amount", "range", "请填写非 0 的数额", "must not be zero, nor beyond all bounds")
    months = mall_settings.get("members.points_months")
    topping = asset == BALANCE and amount > 0
    row = {
        "asset": asset, "kind": "top_up" if topping else "adjust", "key": clean_text(key, "key", 80, required=False) or ids.token(18),
        "member_id": member_id, "source": "issued" if topping else "adjusted" if amount > 0 else "member",
        "target": "member" if amount > 0 else "adjusted", "amount": abs(amount), "reason": reason,
        "expires_at": month_ends(months) if asset == POINTS and amount > 0 else None, **_by(actor),
    }  # fmt: skip
    with transaction.atomic():
        if not Member.objects.filter(pk=member_id).exists():
            raise NotFound()
        if _post_within([row], member_id, asset):
            audit.record(
                actor=actor,
                action="members.adjust_points" if asset == POINTS else "members.adjust_balance",
                target_type="member",
                target_id=member_id,
                after={"amount": amount},
                reason=reason,
            )


@db.needs_transaction
def play(member_id: int, *, price: int, prize: int, key: str, reason: str, actor: Actor) -> None:
    """A chance in a draw: its price leaves the member's points, what it won comes in, once per `key`; 0 moves nothing.

    What is won cannot pay the price. Needs a transaction; the purse is held after coupons (docs/locking.md). Raises NotEnough.
    """
    row = {"asset": POINTS, "key": key[:80], "member_id": member_id, "reason": reason[:500], **_by(actor)}
    moves = []
    if price:
        moves.append(row | {"kind": "draw_chance", "source": "member", "target": "redeemed", "amount": price})
    if prize:
        expires_at = month_ends(mall_settings.get("members.points_months"))
        moves.append(
            row
            | {"kind": "draw_prize", "source": "issued", "target": "member", "amount": prize, "expires_at": expires_at}
        )
    for move in moves:  # one after the other: lots made in a statement can be used in the same one
        _post_within([move], member_id, POINTS)


_BIRTHDAYS = """
select id, tier from members_member
where birthday is not null and status = 'active' and id > %s
    and to_char(birthday, 'MMDD') = any(%s) order by id limit %s
"""


def gift_birthdays(*, actor: Actor = SYSTEM) -> int:
    """Today's birthdays get their tier's points, once a year; how many members. Those of 29 February on the 28th otherwise."""
    today = clock.business_date()
    days = [f"{today:%m%d}"]
    if days == ["0228"] and (today + timedelta(days=1)).day == 1:
        days.append("0229")
    total, last = 0, 0
    tiers = selectors.tiers_by_code()
    expires_at = month_ends(mall_settings.get("members.points_months"))
    while found := db.rows(_BIRTHDAYS, (last, days, BATCH)):
        rows = [
            {
                "asset": POINTS, "kind": "birthday", "key": f"{row['id']}:{today.year}", "member_id": row["id"],
                "source": "issued", "target": "member", "amount": tiers[row["tier"]].birthday_points,
                "expires_at": expires_at, **_by(actor),
            }
            for row in found
            if tiers[row["tier"]].birthday_points
        ]  # fmt: skip
        with transaction.atomic():
            total += _post(rows)
        last = found[-1]["id"]
    return total
