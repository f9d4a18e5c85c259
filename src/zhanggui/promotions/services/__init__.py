"""Writes of promotions: their life, and the codes of coupons."""

from ..lowest import bind_prices
from .codes import add_code, claim, generate_codes, grant, hand_over, keep, void_batch, void_code, withdraw_codes
from .exchange import exchange
from .lowest import keep_prices_above, keep_tier_above, mark_rules, refresh
from .manage import bind_stock, create_promotion, end, pause, publish, resume, update_promotion
from .sends import start_send

__all__ = [
    "add_code",
    "bind_prices",
    "bind_stock",
    "claim",
    "create_promotion",
    "end",
    "exchange",
    "generate_codes",
    "grant",
    "hand_over",
    "keep",
    "keep_prices_above",
    "keep_tier_above",
    "mark_rules",
    "pause",
    "publish",
    "refresh",
    "resume",
    "start_send",
    "update_promotion",
    "void_batch",
    "void_code",
    "withdraw_codes",
]
