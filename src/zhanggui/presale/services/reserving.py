"""A buyer reserves pieces: they and their stock are his while he pays the deposit."""

from datetime import timedelta

from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import LevelFree, ReserveLine
from zhanggui.kernel import clock, db, idempotency, ids, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import Problem, ValidationFailed

from .. import locks, selectors
from ..errors import unavailable

LINE = 1  # of the order the reservation becomes
_TRIES = 3


def reserve(offer_id: int, sku_id: int, quantity: int, *, member_id: int, key: str, actor: Actor) -> str:
    """Hold pieces for a member until the deposit is paid; the number of the reservation. Opens its own transaction.

    The same `key` again answers the same reservation. Raises NoReservation, ValidationFailed, IdempotencyConflict.
    """
    if quantity < 1:
        raise ValidationFailed.one("quantity", "range", "数量应大于 0", "must be above 0")
    body = {"offer": offer_id, "sku": sku_id, "quantity": quantity}
    number: str = idempotency.once(
        f"presale:m:{member_id}", key, body, lambda: _reserve(offer_id, sku_id, quantity, member_id, actor)
    )
    return number


@db.needs_transaction
def _reserve(offer_id: int, sku_id: int, quantity: int, member_id: int, actor: Actor) -> str:
    terms = locks.take_pieces(offer_id, sku_id, quantity)
    if terms is None:
        raise _why_not(offer_id, sku_id)
    if not locks.count_holding(offer_id, member_id, quantity, terms["buyer_limit"]):
        raise unavailable("buyer_limit")
    number = ids.document_number("Y")
    _hold_stock(number, sku_id, quantity, actor)
    until = clock.now() + timedelta(minutes=mall_settings.get("presale.minutes_to_pay"))
    db.execute(
        "insert into presale_reservation (number, article_id, member_id, quantity, price, deposit, counts_for, currency,"
        " keeps_unpaid, keeps_cancelled, balance_from, balance_until, ships_on, expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            number, terms["article_id"], member_id, quantity, terms["price"], terms["deposit"], terms["counts_for"],
            mall_settings.get("mall.currency"), mall_settings.get("presale.keeps_unpaid"),
            mall_settings.get("presale.keeps_cancelled"), terms["balance_from"], terms["balance_until"], terms["ships_on"],
            min(until, terms["deposit_until"]),
        ),
    )  # fmt: skip
    return number


def _why_not(offer_id: int, sku_id: int) -> Problem:
    """Why `take_pieces` took nothing. Raises NotFound for an unknown offer."""
    view = selectors.offer(offer_id)
    if sku_id not in view.draft.articles:
        return unavailable("not_in_offer")
    if view.state != "live" or view.stage != "deposit":
        return unavailable("not_open")
    return unavailable("no_more_pieces", max(view.left(sku_id), 0))


def _hold_stock(number: str, sku_id: int, quantity: int, actor: Actor) -> None:
    """Reserve the units under the number its order will have. A plan that others overtook is made again."""
    for _ in range(_TRIES):
        plan = _plan(inventory.free_levels([sku_id]), quantity)
        if not plan:
            break
        lines = [ReserveLine(number, LINE, sku_id, warehouse, units) for warehouse, units in plan]
        if not stock.reserve(lines, actor=actor):
            return
    raise unavailable("out_of_stock", inventory.available([sku_id])[sku_id])


def _plan(levels: list[LevelFree], quantity: int) -> list[tuple[int, int]]:
    """Which warehouses give how many: the first that has enough, else several; empty if there is too little."""
    for level in levels:
        if level.free >= quantity:
            return [(level.warehouse_id, quantity)]
    pieces, rest = [], quantity
    for level in levels:
        units = min(level.free, rest)
        if units > 0:
            pieces.append((level.warehouse_id, units))
            rest -= units
    return [] if rest else pieces
