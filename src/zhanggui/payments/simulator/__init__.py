"""A gateway simulator: Alipay, WeChat Pay v3 and UnionPay as a process of its own, with their real signing schemes.

It owns its trades, refunds and notifications in one SQLite file and promises what real gateways promise: signed answers,
notifications until they are acknowledged, queries and daily bills. On order it misbehaves (delays, duplicates, reorders,
forges, loses). It never imports Django or the mall, and never moves real money.
"""
