"""Payments: attempts to pay (intents), what the gateways told us (notifications), refunds, and the daily reconciliation.

It knows "something payable with a reference, an amount and a currency", so it serves orders, top-ups and deposits alike.
Promises: money news is stored before anything is decided about it; a capture is booked once however often it is told;
never more is refunded than was captured; the network is never touched inside a transaction.
It never decides what a payment means for an order: it says what happened, and the owner of the reference decides.
"""
