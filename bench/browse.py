"""What people look at, requests per second over HTTP with 10 000 products, price and stock live.

Product list (24 of 10 000) and product detail of the API, and the shop's own pages: home, category, product. A product's page
is measured twice: where nobody has asked for it before (`product_page_cold`, each of the 10 000 at most once), and afterwards.
"""

from typing import Any

from . import _mall, _report

BUYERS = 16
SECONDS = 8
TARGET = 1500
PAGES_TARGET = 400
WARM = 15.0  # seconds in which each of the 10 000 details is asked for at least once
WARM_PAGES = 25.0  # the same for whole pages, which take longer to write
COLD_SECONDS = 12.0  # in which not all of them can be written
IDLE_MB = 450  # the whole mall, before anything is asked of it


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running() as mall:
        idle = mall.memory_mb()
        lists = mall.load("products", buyers=BUYERS, seconds=SECONDS)
        details = mall.load("product", buyers=BUYERS, seconds=SECONDS, warmup=WARM)
        pages = {
            "home_page": mall.load("home_page", buyers=BUYERS, seconds=SECONDS),
            "category_page": mall.load("category_page", buyers=BUYERS, seconds=SECONDS, warmup=WARM),
            "product_page_cold": mall.load("product_page", buyers=BUYERS, seconds=COLD_SECONDS, warmup=0.5),
            "product_page": mall.load("product_page", buyers=BUYERS, seconds=SECONDS, warmup=WARM_PAGES),
        }
        memory = mall.memory_mb()
        for name, measured in pages.items():
            _report.result(name, measured["per_second"], "pages/s", target=PAGES_TARGET, p95_ms=measured["p95_ms"])
        more: dict[str, Any] = {}
        for name, measured in pages.items():
            more |= {f"{name}_per_second": measured["per_second"], f"{name}_p95_ms": measured["p95_ms"]}
            more[f"{name}_shares"] = _report.shares(measured)
        if idle["total"] > IDLE_MB:
            print(f"browse: {idle['total']} MB at rest, ABOVE {IDLE_MB} MB")
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
            idle_memory_mb=idle,
            idle_memory_limit_mb=IDLE_MB,
            list_shares=_report.shares(lists),
            detail_shares=_report.shares(details),
            **more,
        )
