"""Buying: cart, checkout, payment, the order that follows."""
