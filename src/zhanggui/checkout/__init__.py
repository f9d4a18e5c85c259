"""Checkout: carts, quotes and the step from a cart to an order.

A quote is a value: sellable SKUs, prices of this moment, the promotion engine's verdict, freight. It promises nothing
until orders.place has taken what is scarce. Carts are disposable; an order never depends on one. One cart becomes at
most one order.
"""
