"""What holds the rows of redress. They come before everything of their order (docs/locking.md)."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_liability(number: str) -> dict[str, Any] | None:
    return db.row("select * from redress_liability where number = %s for no key update", (number,))


@db.needs_transaction
def hold_chase(number: str) -> dict[str, Any] | None:
    return db.row("select * from redress_chase where number = %s for no key update", (number,))


@db.needs_transaction
def hold_claim(number: str) -> dict[str, Any] | None:
    return db.row("select * from redress_claim where number = %s for no key update", (number,))


@db.needs_transaction
def hold_grant(number: str) -> dict[str, Any] | None:
    return db.row("select * from redress_grant where number = %s for no key update", (number,))


@db.needs_transaction
def hold_buyer(buyer: str) -> None:
    """One decision about what a buyer is given at a time: how often he was compensated is read and written as one."""
    db.row("select pg_advisory_xact_lock(731014, hashtext(%s))", (buyer,))
