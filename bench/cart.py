"""The same purchase as a client with a cart makes it, five calls: cart, lines, coupon, delivery, checkout."""

from typing import Any

from . import _mall, _report

BUYERS = 64
SECONDS = 12
TARGET = 200


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running() as mall:
        measured = mall.load("cart", buyers=BUYERS, seconds=SECONDS)
        return _report.result(
            "cart",
            measured["per_second"],
            "purchases/s",
            target=TARGET,
            p95_ms=measured["p95_ms"],
            buyers=BUYERS,
            calls_per_purchase=5,
            **_report.shares(measured),
        )
