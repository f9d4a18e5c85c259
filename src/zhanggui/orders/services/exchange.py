"""Units of a line become another article's: sent instead of what cannot be sent, or as a replacement of what came back."""

from typing import Any

from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import ReserveLine, ShipLine
from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.money import allocate
from zhanggui.kernel.problems import NotFound

from .. import locks
from ..errors import NothingToShip, OutOfStock
from ..states import FULFILLING, PAID
from ..types import Article
from .making import let_go_when_made

_LINE = """
select id, position, sku_id, product_id, sku_code, title, options, quantity, list_price, unit_price, cost, discount, payable, discounts,
    special, instead_of, shipped_quantity, refunded_quantity, refunded_amount
from orders_orderline where order_id = %s and position = %s
"""
_PART = """
insert into orders_orderline (order_id, position, sku_id, product_id, sku_code, title, options, image, quantity, list_price, unit_price,
    cost, discount, payable, discounts, special, instead_of, shipped_quantity)
select order_id, (select max(position) + 1 from orders_orderline n where n.order_id = l.order_id), %(sku_id)s, %(product_id)s,
    %(sku_code)s, %(title)s, %(options)s, %(image)s, %(units)s, list_price, unit_price, %(cost)s, %(discount)s, %(payable)s,
    %(discounts)s, special, %(instead_of)s, %(shipped)s
from orders_orderline l where id = %(id)s returning position
"""
_REST = """
update orders_orderline set quantity = quantity - %(units)s, shipped_quantity = shipped_quantity - %(shipped)s,
    discount = discount - %(discount)s, payable = payable - %(payable)s, discounts = %(rest)s where id = %(id)s
"""
_WHOLE = """
update orders_orderline set sku_id = %(sku_id)s, product_id = %(product_id)s, sku_code = %(sku_code)s, title = %(title)s,
    options = %(options)s, image = %(image)s, cost = %(cost)s, instead_of = %(instead_of)s,
    particulars = null, surcharge = 0 where id = %(id)s returning position
"""


@db.needs_transaction
def exchange_units(number: str, line: int, units: int, article: Article, *, reference: str, actor: Actor) -> int:
    """`units` of a line that have left and were not given back are the `article` now; the line (its position) where they stand.

    What was paid for them stays: the units take their share along, to the fen. No stock moves. Needs a transaction.
    """
    order = locks.hold(number)
    found = _line(order["id"], line)
    position = _part(found, units, article, shipped=units, reference=reference)
    _tell(order["id"], found, position, units, article, actor)
    return position


@db.needs_transaction
def send_instead(number: str, line: int, units: int, article: Article, *, reference: str, actor: Actor) -> int:
    """`units` of a line that have not left are given up and as many of the `article` are promised in their place, in the same order.

    The line (its position) where they stand. Needs a transaction. Raises OrderWrongState, NothingToShip, OutOfStock.
    """
    order = locks.hold(number)
    if order["status"] not in (PAID, FULFILLING):
        raise locks.refused(number, "ship")
    found = _line(order["id"], line)
    if found["quantity"] - found["shipped_quantity"] - found["refunded_quantity"] < units:
        raise NothingToShip(line=line, quantity=units)
    inventory.release_lines([ShipLine(number, line, units)], actor=actor)
    position = _part(found, units, article, shipped=0, reference=reference)
    wanted = [
        ReserveLine(number, position, article.sku_id, warehouse, quantity) for warehouse, quantity in article.places
    ]
    if sum(piece.quantity for piece in wanted) != units or inventory.reserve(wanted, actor=actor):
        raise OutOfStock(sku=article.sku_code, available=0, extra={"sku": article.sku_code, "available": 0})
    if order["hold"]:  # what was to be made may not be wanted any more
        let_go_when_made(number, actor=actor)
    _tell(order["id"], found, position, units, article, actor)
    return position


def _line(order_id: int, line: int) -> dict[str, Any]:
    found = db.row(_LINE, (order_id, line))
    if found is None:
        raise NotFound()
    return found


def _part(line: dict[str, Any], units: int, article: Article, *, shipped: int, reference: str) -> int:
    """Write the article on the line, or on a line of its own where others of its units stay what they are."""
    before = line["instead_of"] or {
        "line": line["position"],
        "sku_id": line["sku_id"],
        "product_id": line["product_id"],
    }
    values: dict[str, Any] = {
        "id": line["id"], "sku_id": article.sku_id, "product_id": article.product_id, "sku_code": article.sku_code,
        "title": article.title, "options": article.options, "image": article.image, "cost": article.cost, "units": units,
        "shipped": shipped, "instead_of": db.Json(
            before | {"sku": line["sku_code"], "title": f"{line['title']} {line['options']}".strip(), "case": reference}
            | ({"parcel_line": before.get("parcel_line", line["position"])} if shipped else {})
        ),
    }  # fmt: skip
    if units == line["quantity"]:
        row = db.row(_WHOLE, values)
    else:
        taken = line["refunded_quantity"]
        payable = _step(line["payable"], taken, units, line["quantity"])
        discount = units * line["unit_price"] - payable
        mine, rest = _split(line["discounts"], discount, taken, units, line["quantity"])
        values |= {"payable": payable, "discount": discount, "discounts": db.Json(mine), "rest": db.Json(rest)}
        row = db.row(_PART, values)
        db.execute(_REST, values)
    assert row is not None
    return int(row["position"])


def _step(amount: int, taken: int, units: int, quantity: int) -> int:
    """What units after the first `taken` are worth of an amount over all of them."""
    return amount * (taken + units) // quantity - amount * taken // quantity


def _split(
    shares: list[dict[str, Any]], discount: int, taken: int, units: int, quantity: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The shares of a line's discount for the units that part, and for those that stay; points by the steps they come back in."""
    if not shares:
        return [], []
    parts = allocate(discount, [share["amount"] for share in shares])
    mine, rest = [], []
    for share, part in zip(shares, parts, strict=True):
        gone = dict(share, amount=part)
        left = dict(share, amount=share["amount"] - part)
        if "points" in share:
            gone["points"] = _step(share["points"], taken, units, quantity)
            left["points"] = share["points"] - gone["points"]
        mine.append(gone)
        rest.append(left)
    return mine, rest


def _tell(order_id: int, line: dict[str, Any], position: int, units: int, article: Article, actor: Actor) -> None:
    locks.tell(
        order_id, "exchanged", actor=actor, line=line["position"], to=position, units=units, sku=line["sku_code"],
        instead=article.sku_code,
    )  # fmt: skip
