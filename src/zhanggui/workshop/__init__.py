"""The workshop: what was ordered to be made, until it is made.

Owns who makes what and when. It promises that what is made is received into stock and held for its order in one step, and that an
order goes on to the waves only when all of it is made. What there is to make it asks of orders; it never sells.
"""
