"""The only place in the service desk that locks rows or moves counters."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold(review_id: int) -> dict[str, Any] | None:
    """A review, locked until the end of the transaction."""
    return db.row("select * from servicedesk_review where id = %s for no key update", (review_id,))


@db.needs_transaction
def hold_problem(number: str) -> dict[str, Any] | None:
    """A problem item, locked until the end of the transaction."""
    return db.row("select * from servicedesk_problemitem where number = %s for no key update", (number,))


@db.needs_transaction
def hold_line(order_number: str, line: int) -> dict[str, Any] | None:
    """The review of a line, locked until the end of the transaction."""
    return db.row(
        "select * from servicedesk_review where order_number = %s and line = %s for no key update", (order_number, line)
    )


@db.needs_transaction
def count(product_id: int, rating: int, step: int, *, photos: int) -> None:
    """Count a review in (`step` 1) or out (-1); `photos` the same for those with photos."""
    column = f"stars_{rating}"
    db.execute(
        f"insert into servicedesk_reviewtally (product_id, {column}, with_photos) values (%(product)s, %(step)s, %(photos)s)"
        f" on conflict (product_id) do update set {column} = servicedesk_reviewtally.{column} + %(step)s,"
        " with_photos = servicedesk_reviewtally.with_photos + %(photos)s"
        if step > 0 or photos > 0
        else f"update servicedesk_reviewtally set {column} = {column} + %(step)s, with_photos = with_photos + %(photos)s"
        " where product_id = %(product)s",
        {"product": product_id, "step": step, "photos": photos},
    )
