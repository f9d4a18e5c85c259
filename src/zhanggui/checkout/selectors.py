"""Reads of checkout."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import clock, db

from .quote import Facts, quote_many
from .rules import holder_of as holder_of
from .rules import may_use as may_use
from .rules import request_of as request_of
from .types import Quote, QuoteRequest

CART_COLUMNS = "id, member_id, lines, coupons, delivery, source, next_line, version, order_number"
_CARTS = f"select {CART_COLUMNS} from checkout_cart where id = any(%s::text[])"


def carts(cart_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Carts by id, whosever they are. One statement, none for none."""
    return {row["id"]: row for row in db.rows(_CARTS, (list(cart_ids),))} if cart_ids else {}


def quote(request: QuoteRequest) -> Quote:
    """What this would cost now (the statements of `checkout/quote.py`)."""
    return quote_many([request], Facts([request], clock.now()))[0]
