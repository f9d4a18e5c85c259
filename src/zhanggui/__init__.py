"""Zhanggui (掌柜): the shop, and the manual made executable."""

__version__ = "0.1.0"
