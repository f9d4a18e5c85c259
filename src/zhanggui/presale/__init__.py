"""Presales (预售): a deposit now, the balance in its window, the goods on a promised day.

Owns the offers, the reservations buyers make in them and the deposits paid for those. Promises that no offer gives away more
pieces than it has nor one buyer more than he may, that pieces and stock are held once from the reservation to the order, and
that a deposit is kept, counted or given back exactly once. A reservation's number becomes its order's number, so that its
stock and its deposit are the order's from the start. Never knows an order beyond that number: whoever places it (orders)
redeems the reservation, and says when it is undone.
"""
