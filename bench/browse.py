"""What people look at, requests per second over HTTP with 10 000 products, price and stock live.

Product list (24 of 10 000) and product detail of the API, and the shop's own pages: home, category, product.
"""

from typing import Any

from . import _mall, _report

BUYERS = 16
SECONDS = 8
TARGET = 1500
PAGES_TARGET = 400
WARM = 15.0  # seconds in which each of the 10 000 details is asked for at least once
WARM_PAGES = 60.0  # the same for whole pages, which take longer to write


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running() as mall:
        lists = mall.load("products", buyers=BUYERS, seconds=SECONDS)
        details = mall.load("product", buyers=BUYERS, seconds=SECONDS, warmup=WARM)
        pages = {
            "home_page": mall.load("home_page", buyers=BUYERS, seconds=SECONDS),
            "category_page": mall.load("category_page", buyers=BUYERS, seconds=SECONDS, warmup=WARM),
            "product_page": mall.load("product_page", buyers=BUYERS, seconds=SECONDS, warmup=WARM_PAGES),
        }
        memory = mall.memory_mb()
        for name, measured in pages.items():
            _report.result(name, measured["per_second"], "pages/s", target=PAGES_TARGET, p95_ms=measured["p95_ms"])
        more: dict[str, Any] = {}
        for name, measured in pages.items():
            more |= {f"{name}_per_second": measured["per_second"], f"{name}_p95_ms": measured["p95_ms"]}
            more[f"{name}_shares"] = _report.shares(measured)
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
            memory_mb=memory,
            list_shares=_report.shares(lists),
            detail_shares=_report.shares(details),
            **more,
        )
