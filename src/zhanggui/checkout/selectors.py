"""Reads of checkout."""

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import clock, db

from .alone import item_prices as item_prices
from .buyers import benefits_of as benefits_of
from .estimates import Arrival as Arrival
from .estimates import Estimate as Estimate
from .estimates import When as When
from .estimates import estimate as estimate
from .estimates import estimate_goods as estimate_goods
from .estimates import expected as expected
from .estimates import goods_of as goods_of
from .estimates import pieces_of as pieces_of
from .estimates import times_to as times_to
from .estimates import when as when
from .points import points_offer as points_offer
from .quote import Facts, quote_many
from .rules import cart_digest as cart_digest
from .rules import holder_of as holder_of
from .rules import may_use as may_use
from .rules import request_of as request_of
from .tiers import tier_offer as tier_offer
from .types import Quote, QuoteRequest

CART_COLUMNS = "id, member_id, lines, coupons, gifts, points, joint, delivery, source, next_line, version, order_number"
_CARTS = f"select {CART_COLUMNS} from checkout_cart where id = any(%s::text[])"


def carts(cart_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Carts by id, whosever they are. One statement, none for none."""
    return {row["id"]: row for row in db.rows(_CARTS, (list(cart_ids),))} if cart_ids else {}


def quote(request: QuoteRequest) -> Quote:
    """What this would cost now (the statements of `checkout/quote.py`)."""
    return quote_many([request], Facts([request], clock.now()))[0]


def quotes(requests: Sequence[QuoteRequest]) -> list[Quote]:
    """What each would cost now, in order; the statements of one batch, none for none."""
    return quote_many(requests, Facts(requests, clock.now())) if requests else []


def open_cart_of(member_id: int) -> str:
    """The cart a member filled last and has not bought; "" without one. One statement."""
    row = db.row(
        "select id from checkout_cart where member_id = %s and order_number = '' and joint is null order by updated_at desc limit 1",
        (member_id,),
    )
    return row["id"] if row else ""
