"""After-sales cases: units of a paid order that are given up, refunded or returned, and the money that goes back for them.

Promises: no unit is refunded twice and no more than was paid; whatever the order and the size of the cases, refunding all
units of a line gives back exactly what was paid for it; what comes back is booked to stock or as damaged. Which freight
goes back is stated in `rules.freight_due`. It decides; money is moved by payments, books are kept by orders.
"""
