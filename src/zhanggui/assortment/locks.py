"""One writer at a time where a number over many rows is kept, or an order of rows (docs/locking.md)."""

from zhanggui.kernel import db


@db.needs_transaction
def hold_roles() -> None:
    """Two colleagues who each give the last free place among the main pushes would not see each other."""
    db.execute("select pg_advisory_xact_lock(hashtext('assortment.roles'))")


@db.needs_transaction
def hold_matches(product_id: int) -> None:
    """What goes along with one product: places are given out one after the other."""
    db.execute("select pg_advisory_xact_lock(hashtext('assortment.matches'), hashint8(%s))", (product_id,))
