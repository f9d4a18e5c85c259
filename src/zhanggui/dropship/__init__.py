"""Goods that suppliers send to buyers themselves (代理发货): what they hold, and the orders they are given for it.

Owns the partners (suppliers who send for us, each with a place of his own in the books of stock), their orders, and the page by which
a supplier confirms, refuses and sends. Promises: what is paid and passed by the review is with the supplier at once, and once; a unit
leaves at the supplier's and in our books in one transaction, with what is owed for it; of a cancellation and a supplier who begins, the
first wins; a supplier sees of a buyer what the parcel needs, and only while it needs it. Never decides what a buyer is told or paid
back: ship-or-tell and after-sales do.
"""
