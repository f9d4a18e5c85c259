"""How stock lies against sales, and what is done about what does not sell.

Owns the nightly figures of every SKU (classes, cover, turnover, age), the decisions taken about slow sellers with what they were
expected to bring and what they brought, and the plans for the end of a season. It promises that every figure follows its
definition (docs/stock-analysis.md) and that an action goes through the module it belongs to, with that module's guards. It
moves no stock and sets no price itself, and nothing on the selling path may ask it.
"""
