"""How much of each SKU lies where, how much of it is promised, and every movement that led there.

Promises: a unit is promised once; `reserved + withheld <= on_hand` always (a CHECK stands behind every statement); on hand is the
sum of the movements, reserved the sum of the open reservations. Below the level lies a finer book of shelves, batches and states,
kept only for units of which somebody says more than their warehouse (docs/adr/0015-finer-book.md). It never asks what an order is:
a reservation carries the order's number and line as an opaque reference.
"""
