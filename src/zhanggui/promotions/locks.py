"""The counters of promotions and coupons: the only place, with `sql/functions.sql`, that moves them."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db


def admit(uses: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The refused drafts of a batch (`draft`, `code`, `ref`); what the others will take stays locked until the end."""
    return db.rows("select draft, code, ref from promotions_admit(%s)", (db.Json(list(uses)),))


def take(uses: Sequence[dict[str, Any]]) -> None:
    """Count the admitted uses, in the transaction of `admit`."""
    db.row("select promotions_take(%s)", (db.Json(list(uses)),))


def give_back(order_numbers: Sequence[str]) -> None:
    """Free what these orders took; repeating it changes nothing."""
    db.row("select promotions_give_back(%s)", (list(order_numbers),))


@db.needs_transaction
def issue(promotion_id: int, count: int) -> bool:
    """Count `count` new codes of a coupon; False if the issue limit does not allow them. Serialises claims."""
    return bool(
        db.execute(
            "update promotions_coupon set issued = issued + %s where promotion_id = %s"
            " and (issue_limit is null or issued + %s <= issue_limit)",
            (count, promotion_id, count),
        )
    )


@db.needs_transaction
def hold_coupon(promotion_id: int) -> dict[str, Any] | None:
    """A coupon and its promotion's state; the coupon is locked, so that what members hold of it can be counted."""
    return db.row(
        "select c.*, p.state, p.starts_at, p.ends_at from promotions_coupon c"
        " join promotions_promotion p on p.id = c.promotion_id where c.promotion_id = %s for no key update of c",
        (promotion_id,),
    )


@db.needs_transaction
def hold(promotion_id: int) -> dict[str, Any] | None:
    """The promotion's row, locked until the end of the transaction, for changes of its terms."""
    return db.row("select * from promotions_promotion where id = %s for no key update", (promotion_id,))
