"""The writes of group buying, by what they do."""

from ..locks import hold_group
from .groups import fail_group, fill_group, open_group
from .offers import bind_prices, create_offer, end_offer, publish_offer, update_offer

__all__ = [
    "bind_prices",
    "create_offer",
    "end_offer",
    "fail_group",
    "fill_group",
    "hold_group",
    "open_group",
    "publish_offer",
    "update_offer",
]
