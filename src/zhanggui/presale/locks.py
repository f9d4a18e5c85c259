"""Conditional writes of presales, and what holds their rows. Order: reservations, then articles, then holdings (docs/locking.md)."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db

from .states import RESERVATION, WAITING


@db.needs_transaction
def hold_offer(offer_id: int) -> dict[str, Any] | None:
    """The offer's row, locked until the end of the transaction."""
    return db.row("select * from presale_offer where id = %s for no key update", (offer_id,))


@db.needs_transaction
def take_pieces(offer_id: int, sku_id: int, quantity: int) -> dict[str, Any] | None:
    """Take pieces while the offer takes deposits and has so many; its terms then, else None."""
    return db.row(
        "update presale_article a set taken = a.taken + %(quantity)s from presale_offer o"
        " where o.id = a.offer_id and a.offer_id = %(offer)s and a.sku_id = %(sku)s and o.state = 'live'"
        " and o.deposit_from <= kernel_now() and kernel_now() < o.deposit_until and a.taken + %(quantity)s <= a.pieces"
        " returning a.id as article_id, a.price, a.deposit, a.counts_for, o.buyer_limit, o.deposit_until, o.balance_from,"
        " o.balance_until, o.ships_on",
        {"offer": offer_id, "sku": sku_id, "quantity": quantity},
    )


@db.needs_transaction
def count_holding(offer_id: int, member_id: int, quantity: int, allowed: int | None) -> bool:
    """Count pieces to a buyer unless he would have more than he may; whether he may."""
    if allowed is not None and quantity > allowed:
        return False
    return bool(
        db.execute(
            "insert into presale_holding as h (offer_id, member_id, taken, allowed) values (%s, %s, %s, %s)"
            " on conflict (offer_id, member_id) do update set taken = h.taken + excluded.taken"
            " where h.allowed is null or h.taken + excluded.taken <= h.allowed",
            (offer_id, member_id, quantity, allowed),
        )
    )


@db.needs_transaction
def hold_by_numbers(numbers: Sequence[str]) -> None:
    """The rows of reservations, locked by id until the end of the transaction."""
    db.rows("select id from presale_reservation where number = any(%s) order by id for no key update", (list(numbers),))


@db.needs_transaction
def move(number: str, action: str, *, stamp: str, sources: Sequence[str] | None = None) -> dict[str, Any] | None:
    """Take a reservation along `action` (from `sources`, or whatever state allows it); the row then, or None.

    `stamp` is a constant assignment written by our own code, never a caller's text.
    """
    steps = {source: RESERVATION.target(source, action) for source in sources or RESERVATION.sources(action)}
    return db.row(
        f"update presale_reservation set state = %s::jsonb ->> state, {stamp}"
        " where number = %s and state = any(%s)"
        " returning *, (select offer_id from presale_article a where a.id = article_id) as offer_id",
        (db.Json(steps), number, list(steps)),
    )


@db.needs_transaction
def take_deposit(number: str, amount: int, provider: str) -> dict[str, Any] | None:
    """The deposit has come: the row of the reservation that waited for just this amount, or None."""
    return db.row(
        "update presale_reservation set state = %s, paid = deposit * quantity, provider = %s, deposited_at = kernel_now()"
        " where number = %s and state = any(%s) and deposit * quantity = %s"
        " returning *, (select offer_id from presale_article a where a.id = article_id) as offer_id",
        (RESERVATION.target(WAITING, "deposit"), provider, number, list(RESERVATION.sources("deposit")), amount),
    )


@db.needs_transaction
def count_refunded(number: str, amount: int) -> bool:
    """Part of a deposit has gone back; whether the reservation is no order and had so much."""
    return bool(
        db.execute(
            "update presale_reservation set refunded = refunded + %s where number = %s and ordered_at is null"
            " and refunded + %s <= paid",
            (amount, number, amount),
        )
    )


@db.needs_transaction
def take_due(limit: int) -> list[dict[str, Any]]:
    """Reservations whose balance can be paid now and whose buyers were not told, marked as told."""
    return db.rows(
        "update presale_reservation r set told_at = kernel_now() from presale_article a"
        " where a.id = r.article_id and r.state = 'deposited' and r.told_at is null and r.id = any(array("
        "     select id from presale_reservation where state = 'deposited' and told_at is null"
        "     and balance_from <= kernel_now() order by balance_from, id limit %s))"
        " returning r.number, a.offer_id, r.member_id, r.paid, r.currency, (r.price - r.counts_for) * r.quantity as due,"
        " r.balance_until",
        (limit,),
    )


@db.needs_transaction
def free(number: str) -> None:
    """The pieces of a reservation that is over count no longer; repeating it changes nothing."""
    db.row("select presale_free(%s)", ([number],))
