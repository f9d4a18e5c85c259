"""The writes of the workshop."""
