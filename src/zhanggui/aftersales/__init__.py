"""After-sales cases: units of a paid order that are given up, refunded, returned, exchanged, repaired or sent again, and their money.

Promises: no unit is refunded twice and no more than was paid; whatever the order and the size of the cases, refunding all
units of a line gives back exactly what was paid for it; what comes back is booked to stock or as damaged; another piece is sent once
and costs nothing; a step that is not left in time has its consequence, once. Which freight goes back is stated in `rules.freight_due`.
It decides; money is moved by payments, books are kept by orders, goods are sent by fulfilment.
"""
