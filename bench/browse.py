"""Product list (24 of 10 000, price and live stock) and product detail, requests per second over HTTP."""

from typing import Any

from . import _mall, _report

BUYERS = 16
SECONDS = 8
TARGET = 1500
WARM = 15.0  # seconds in which each of the 10 000 pages is asked for at least once


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running() as mall:
        lists = mall.load("products", buyers=BUYERS, seconds=SECONDS)
        details = mall.load("product", buyers=BUYERS, seconds=SECONDS, warmup=WARM)
        slower = min(lists["per_second"], details["per_second"])
        return _report.result(
            "browse",
            slower,
            "requests/s",
            target=TARGET,
            p95_ms=max(lists["p95_ms"], details["p95_ms"]),
            buyers=BUYERS,
            products=len(mall.goods["skus"]),
            list_per_second=lists["per_second"],
            list_p95_ms=lists["p95_ms"],
            detail_per_second=details["per_second"],
            detail_p95_ms=details["p95_ms"],
            list_shares=_report.shares(lists),
            detail_shares=_report.shares(details),
        )
