"""Pickup points (自提点): places where buyers fetch their goods themselves.

Promises: a point that orders may still go to is never removed, only closed; whoever works at a point is named there. It knows nothing
of orders: what lies at a point, and its codes, are fulfilment's.
"""
