"""A mall in real processes with goods on its shelf, and buyers who know what to do when it stumbles."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.cli.conftest import Mall, environment
from tests.support.shared import ROOT
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.database import embedded_cluster

ADDRESS = {
    "name": "测试买家", "mobile": "13800138000", "province": "浙江省", "city": "杭州市", "district": "西湖区", "line": "文三路 1 号",
}  # fmt: skip
DELIVERY = {"method": "express", "address": ADDRESS}


def database_at(data: Path) -> str:
    """The address of the database in a mall's directory."""
    return embedded_cluster(DataDir(data)).url


def rows(mall: Mall, sql: str, *params: Any) -> list[dict[str, Any]]:
    """Ask the mall's database, beside the mall."""
    with psycopg.connect(database_at(mall.data), row_factory=dict_row) as connection:
        return connection.execute(sql, params).fetchall()


def inside(mall: Mall, program: str, **more: str) -> str:
    """Run a few lines of Python as a process of the mall would; what they print."""
    mine = environment(ZHANGGUI_DATA=str(mall.data), DATABASE_URL=database_at(mall.data), **more)
    mine |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{program}"],
        env=mine, cwd=ROOT, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


STOCK = """
from tests.factories.shop import open_shop, goods
from django.db import transaction
import json
open_shop()
with transaction.atomic():
    print(json.dumps([goods(*prices, stock=stock) for prices, stock in {orders!r}]))
"""


def stocked(mall: Mall, *orders: tuple[list[int], int]) -> list[list[str]]:
    """Articles for each ([prices], units); their codes. Payment by the simulator is switched on."""
    found: list[list[str]] = json.loads(inside(mall, STOCK.replace("{orders!r}", repr(orders))))
    return found


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


def call(port: int, method: str, path: str, body: Any = None, *, key: str = "", timeout: float = 40) -> Answer:
    """One call on a connection of its own. Raises OSError or HTTPException when there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        if key:
            headers["Idempotency-Key"] = key
        content = json.dumps(body) if body is not None else None
        connection.request(method, path, content, headers)
        response = connection.getresponse()
        data = response.read()
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, told, json.loads(data) if data else None)
    finally:
        connection.close()


def purchase(*lines: tuple[str, int], provider: str = "simulator") -> dict[str, Any]:
    return {
        "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines],
        "delivery": DELIVERY,
        "payment_provider": provider,
    }


def opened(data: Path, port: int | None = None, workers: int = 1) -> Mall:
    """A mall on a directory, open."""
    mall = Mall(data, port, workers)
    mall.wait_until_open()
    return mall
