"""What members do when something happened elsewhere: tiers and points follow what was paid and kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.outbox import Delivered
from zhanggui.members import selectors, services
from zhanggui.members.types import Earned, Growth
from zhanggui.orders import selectors as orders
from zhanggui.payments.types import BalanceMove


def growth(member_ids: Sequence[int], since: datetime) -> list[Growth]:
    """The port of members: what they paid and kept."""
    currency = mall_settings.get("mall.currency")
    return [Growth(*row) for row in orders.growth(member_ids, since=since, currency=currency)]


class Balances:
    """The port of payments: what members keep with the mall, as a way to pay."""

    def take(self, member_id: int, amount: int, *, reference: str, actor: Actor) -> datetime:
        return services.spend_balance(member_id, amount, reference=reference, actor=actor)

    def give_back(self, reference: str, amount: int, *, key: str, actor: Actor) -> bool:
        return services.return_balance(reference, amount, key=key, actor=actor)

    def moves(self, start: datetime, end: datetime) -> Iterator[BalanceMove]:
        for move in selectors.balance_moves(start, end):
            kind: Literal["payment", "refund"] = "payment" if move.kind == "spend" else "refund"
            yield BalanceMove(kind, move.reference, move.key, move.amount, move.at)


def judge_tiers(events: list[Delivered]) -> None:
    """Orders were paid, refunded or cancelled: their buyers may have risen or fallen."""
    buyers = orders.members_of([event.payload["number"] for event in events])
    services.judge_tiers({member: number for number, member in sorted(buyers.items())}, actor=SYSTEM)


def earn_points(events: list[Delivered]) -> None:
    """Completed orders earn points on what was paid for their goods and not given back."""
    sold = orders.goods_kept([event.payload["number"] for event in events])
    services.earn_points([Earned(member, number, kept) for number, (member, kept) in sold.items()], actor=SYSTEM)


def take_back_points(events: list[Delivered]) -> None:
    """Money went back: points earned with it go, too."""
    sold = orders.goods_kept([event.payload["number"] for event in events])
    services.take_back_points([(number, kept) for number, (_, kept) in sold.items()], actor=SYSTEM)
