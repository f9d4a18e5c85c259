"""Analytics: what happened in the mall, each number defined once.

Owns page views without personal data, their daily and weekly sums, recorded promotion spend, and the definition of
every metric; promises that a metric has the same value wherever it is shown, and that what is unknown is empty, never
zero. It reads the selectors of the modules below, writes none of their tables, and nothing on the selling path asks it.
"""
