"""Orders: what was sold, to whom, for how much, and how far it has come.

Owns the do and the undo of a sale: placing takes stock, coupon uses and budgets in one statement with the order and
its payment intent; cancelling gives all of it back. It promises that an order's totals add up to the fen, that its
status moves only along `states.TABLE`, and that nothing is sold twice. It never talks to a gateway or a carrier, and
knows nothing of carts (checkout) or parcels (fulfilment): they call it.
"""
