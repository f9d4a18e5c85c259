"""Orders per second on one SKU, 64 buyers at once, over HTTP; beside one transaction per order on that hot row (pgbench).

Then the exactness: 500 units, 64 buyers until they are refused; sold must be exactly 500."""

from statistics import fmean
from typing import Any

from . import _limit, _mall, _report

BUYERS = 64
SECONDS = 10
TARGET = 2.0
SCARCE = 500


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running(products=20) as mall:
        before = _limit.best(mall.database_url, _limit.FLASH, clients=(8, 64))
        measured = mall.load("flash", buyers=BUYERS, seconds=SECONDS, sku=mall.goods["skus"][0])
        after = _limit.best(mall.database_url, _limit.FLASH, clients=(8, 64))
        scarce = _mall.stock(mall, products=1, prefix="scarce", quantity=SCARCE)
        rush = mall.load("flash", buyers=BUYERS, seconds=20, warmup=0, sku=scarce["skus"][0], until_sold_out=True)
        if rush["units"] != SCARCE:
            raise RuntimeError(f"{SCARCE} units in stock, {rush['units']} sold")
        return _report.result(
            "flash",
            measured["per_second"],
            "orders/s",
            limit=fmean((before["64"], after["64"])),
            target=TARGET,
            p95_ms=measured["p95_ms"],
            buyers=BUYERS,
            limits=[before["64"], after["64"]],
            limits_with_8_clients=[before["8"], after["8"]],
            scarce=f"{SCARCE} in stock, {rush['units']} sold, {rush['statuses']}",
            **_report.shares(measured),
        )
