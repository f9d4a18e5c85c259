"""Programs for those who work on the mall; nothing in `src/` needs them."""
