"""Builders of test data, one file per module; they go through services, not around them."""
