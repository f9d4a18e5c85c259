"""All tests; folders mirror `src/zhanggui`."""
