"""Helpers of the tests that are not test data."""
