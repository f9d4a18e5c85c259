"""Writes of replenishment: rounds of forecasts are begun, proposals become orders or are dismissed."""

from .deciding import dismiss, order_proposals
from .rounds import start_round

__all__ = ["dismiss", "order_proposals", "start_round"]
