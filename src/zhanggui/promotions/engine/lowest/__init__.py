"""The lowest reachable price (docs/pricing.md): pure values in, pure values out."""

from .mall import Mall
from .narrow import in_scope, narrowed
from .search import Answer, Lowest
from .wares import Span, Special, Ware, Window, price_of
from .witness import Witness

__all__ = [
    "Answer",
    "Lowest",
    "Mall",
    "Span",
    "Special",
    "Ware",
    "Window",
    "Witness",
    "in_scope",
    "narrowed",
    "price_of",
]
