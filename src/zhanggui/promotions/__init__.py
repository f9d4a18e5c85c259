"""Promotions and coupons: what a mall takes off a price, who may have it, and how often.

Owns the pure engine (frozen cart in, frozen verdict out), the promotions and coupon codes, and the counters of what may
be used up: uses, uses per holder, money. Promises that a discount lands on lines to the fen, that nothing is given more
often than it is there, and that every rule says why it did or did not apply. Never knows an order beyond its number,
never reads a cart, a price list or (inside the engine) the clock.
"""
