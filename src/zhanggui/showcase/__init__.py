"""What the shop shows right now: tiles, product pages, their prices, stock and badges, for whoever shows them.

Owns the reading of a shop's list and product page as data in one language, what was asked for in an address, and the
memory in which the front ends keep what they made of it (`live.Kept`): by versions, never a moment stale in price or
stock. It has no addresses and no markup, decides nothing and changes nothing.
"""
