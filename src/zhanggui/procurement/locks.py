"""What holds rows of procurement: a tender, then an order, then the supplier's account, before levels of stock (docs/locking.md)."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_supplier(supplier_id: int) -> dict[str, Any] | None:
    """The supplier's row, locked until the end of the transaction; with it his papers, agreements and account."""
    return db.row("select * from procurement_supplier where id = %s for no key update", (supplier_id,))


@db.needs_transaction
def hold_tender(tender_id: int) -> dict[str, Any] | None:
    return db.row("select * from procurement_tender where id = %s for no key update", (tender_id,))


@db.needs_transaction
def hold_order(number: str) -> dict[str, Any] | None:
    return db.row("select * from procurement_order where number = %s for no key update", (number,))


@db.needs_transaction
def hold_underway(limit: int) -> list[dict[str, Any]]:
    """Orders that are on their way, the first expected first; those another worker has in hand are left to it."""
    return db.rows(
        "select id, number, supplier_id, late, expected_on, sent_at from procurement_order"
        " where state in ('sent', 'confirmed', 'part') order by expected_on, id limit %s for no key update skip locked",
        (limit,),
    )


@db.needs_transaction
def open_payables(supplier_id: int, payables: list[int] | None = None) -> list[dict[str, Any]]:
    """What is open of a held supplier, the first due first: credits and debts, or those debts named."""
    return db.rows(
        "select id, amount, settled from procurement_payable where supplier_id = %s and amount <> settled"
        " and (%s::bigint[] is null or id = any(%s)) order by due_on, id for no key update",
        (supplier_id, payables, payables),
    )
