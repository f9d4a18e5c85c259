"""Products per second from a Shopify file into a running, empty mall, by the command anybody would use."""

import csv
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import _mall, _report

PRODUCTS = 10_000
TARGET = 1000
RIVAL = 175  # the fastest of the peers, in products per second
HEADER = [
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value"),
    *("Variant SKU", "Variant Grams", "Variant Inventory Qty", "Variant Price", "Variant Compare At Price"),
    *("Image Src", "Image Position", "Status"),
]


def main(argv: list[str]) -> dict[str, Any]:
    with _mall.running(products=0) as mall:
        path = mall.data / "shopify.csv"
        rows = write(path, PRODUCTS)
        first, before = _import(mall, path), mall.cpu_seconds()
        again = _import(mall, path)
        if (first["created"], again["skipped"]) != (PRODUCTS, PRODUCTS):
            raise RuntimeError(f"not all products arrived: {first}, {again}")
        return _report.result(
            "import",
            PRODUCTS / first["seconds"],
            "products/s",
            target=TARGET,
            products=PRODUCTS,
            rows=rows,
            again_per_second=round(PRODUCTS / again["seconds"]),
            fastest_rival_per_second=RIVAL,
            database_cpu_seconds=round(before["database"], 1),
        )


def _import(mall: _mall.Mall, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "zhanggui.cli", "import", "shopify-products", str(path), "--data", str(mall.data)]
    done = subprocess.run(command, env=mall.environment, cwd=_mall.ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the import failed: {done.stderr.strip()[-500:]}")
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return summary


def write(path: Path, products: int) -> int:
    """A file of products with one to three variants and a picture each; the number of its rows."""
    chance, rows = random.Random(1), 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for number in range(products):
            variants = chance.choice([1, 2, 3])
            for place in range(variants):
                writer.writerow(_row(number, place, variants))
            rows += variants
    return rows


def _row(number: int, place: int, variants: int) -> list[str]:
    price = 10 + number % 90
    top = [
        *(
            f"绿植 盆栽 第{number}号",
            f"<p>耐阴好养,适合<b>室内</b>。{'适合窗台与书桌。' * 20}</p>",
            f"品牌{number % 50}",
        ),
        *(f"类型{number % 40}", "新品, 热卖", "true", "颜色" if variants > 1 else "Title"),
    ]
    return [
        f"plant-{number}",
        *(top if place == 0 else [""] * len(top)),
        ["白", "绿", "红"][place] if variants > 1 else "Default Title",
        *(f"PL-{number}-{place}", str(100 + place), "50", f"{price}.90", f"{price + 10}.90"),
        *(f"https://pictures.example/{number}-{place}.jpg", str(place + 1), "active" if place == 0 else ""),
    ]
