"""Reads of checkout."""

from typing import Any

from zhanggui.kernel import clock, db
from zhanggui.kernel.problems import NotFound

from .quote import Facts, quote_many
from .rules import holder_of as holder_of
from .rules import may_use
from .rules import request_of as request_of
from .types import Quote, QuoteRequest

CART_COLUMNS = "id, member_id, lines, coupons, delivery, source, next_line, version, order_number"
_CART = f"select {CART_COLUMNS} from checkout_cart where id = %s"


def cart(cart_id: str, member_id: int | None = None) -> dict[str, Any]:
    """A cart by its id. Raises NotFound, also for another member's cart. One statement."""
    found = db.row(_CART, (cart_id,))
    if found is None or not may_use(found, member_id):
        raise NotFound()
    return found


def quote(request: QuoteRequest) -> Quote:
    """What this would cost now (the statements of `checkout/quote.py`)."""
    return quote_many([request], Facts([request], clock.now()))[0]
