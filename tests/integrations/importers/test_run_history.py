"""Order history into the mall: whole, once, to the cent, and with one announcement a batch."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.shared import shared_data
from zhanggui.analytics import selectors as analytics
from zhanggui.integrations.services import run_import
from zhanggui.kernel import db, invariants
from zhanggui.kernel.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db
STAFF = Actor("staff", 7, "editor")
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def take(form: str, *paths: Path, **more: Any) -> dict[str, Any]:
    summary = run_import(form, paths, actor=STAFF, **more)
    summary.pop("seconds")
    return dict(summary)


def counts(created: int = 0, updated: int = 0, skipped: int = 0, rejected: int = 0) -> dict[str, int]:
    return {"created": created, "updated": updated, "skipped": skipped, "rejected": rejected}


def figures(day: str) -> dict[str, Any]:
    return {metric.name: metric.value for metric in analytics.report("daily", date.fromisoformat(day)).metrics}


def one(sql: str) -> dict[str, Any]:
    return db.rows(sql)[0]


def tables() -> dict[str, list[dict[str, Any]]]:
    names = ["orders_order", "orders_orderline", "orders_timelineentry", "members_member", "kernel_outboxevent"]
    names += ["kernel_auditrow", "integrations_importrecord", "catalog_product"]
    return {name: db.rows(f"select * from {name} order by 1") for name in names}


def broken() -> list[str]:
    """Names of invariants that do not hold."""
    return [violation.invariant.name for violation in invariants.check()]


def test_a_small_shop_with_a_return_and_a_guest(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(
        RETAIL
        + "536001,A1,Lamp,2,2010-12-01 23:59:59,10.00,7,United Kingdom\n"
        + "536001,POST,POSTAGE,1,2010-12-01 23:59:59,3.50,7,United Kingdom\n"
        + "536002,A1,Lamp,1,2010-12-02 00:00:00,10.00,,France\n"
        + "C536003,A1,Lamp,-1,2010-12-05 12:00:00,10.00,7,United Kingdom\n"
    )
    assert take("online-retail", path) == counts(created=2)
    orders = db.rows(
        "select number, status, member_id is not null as member, currency, total, paid_total, refunded_total, placed_at, province"
        " from orders_order order by external_id"
    )
    assert [(o["number"], o["status"], o["member"], o["currency"], o["total"]) for o in orders] == [
        ("online-retail-536001", "completed", True, "GBP", 2350),
        ("online-retail-536002", "completed", False, "GBP", 1000),
    ]
    assert (orders[0]["paid_total"], orders[0]["refunded_total"], orders[0]["province"]) == (
        2350,
        1000,
        "United Kingdom",
    )
    assert figures("2010-12-01")["sales"] == 2350
    assert figures("2010-12-02")["sales"] == 1000
    events = db.rows("select name, payload from kernel_outboxevent")
    assert [(e["name"], e["payload"]["count"]) for e in events] == [("orders.orders_imported", 2)]
    assert broken() == []


def test_the_same_history_again_changes_nothing_and_is_never_rewritten(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(RETAIL + "536001,A1,Lamp,2,2010-12-01 08:00:00,10.00,7,UK\n")
    assert take("online-retail", path) == counts(created=1)
    before = tables()
    assert take("online-retail", path) == counts(skipped=1)
    other = tmp_path / "other.csv"
    other.write_text(path.read_text().replace("10.00", "99.00"))
    report = tmp_path / "r.jsonl"
    assert take("online-retail", other, report=report) == counts(rejected=1)
    assert json.loads(report.read_text())["code"] == "history_changed"
    assert tables() == before


def test_another_currency_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(RETAIL + "536001,A1,Lamp,1,2010-12-01 08:00:00,1000,7,JP\n")
    assert take("online-retail", path, currency="JPY") == counts(created=1)
    assert one("select currency, total from orders_order") == {"currency": "JPY", "total": 1000}


def test_a_dry_run_of_history_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(RETAIL + "536001,A1,Lamp,1,2010-12-01 08:00:00,10,7,UK\n")
    before = tables()
    assert take("online-retail", path, dry_run=True) == counts(created=1)
    assert tables() == before


def some_olist(folder: Path, orders: int) -> list[Path]:
    """The first orders of Olist with all that belongs to them."""
    source = shared_data("olist")

    def rows(name: str) -> tuple[list[str], list[list[str]]]:
        with gzip.open(source / f"olist_{name}_dataset.csv.gz", "rt", encoding="utf-8", newline="") as stream:
            header, *found = csv.reader(stream)
        return header, found

    def write(name: str, header: list[str], found: list[list[str]]) -> Path:
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *found])
        return path

    head, first = rows("orders")
    first = first[:orders]
    numbers, customers = {row[0] for row in first}, {row[1] for row in first}
    made = [write("orders", head, first)]
    for name, keys in (("order_items", numbers), ("order_payments", numbers), ("customers", customers)):
        head, found = rows(name)
        made.append(write(name, head, [row for row in found if row[0] in keys]))
    head, found = rows("products")
    with made[1].open(encoding="utf-8") as stream:
        sold = {row["product_id"] for row in csv.DictReader(stream)}
    made.append(write("products", head, [row for row in found if row[0] in sold]))
    return [*made, source / "product_category_name_translation.csv"]


def test_olist_orders_know_their_products_and_people(tmp_path: Path) -> None:
    paths = some_olist(tmp_path, 300)
    first = take("olist", *paths)
    products, orders = (one(f"select count(*) as n from {name}")["n"] for name in ("catalog_product", "orders_order"))
    assert orders == 300
    assert first == counts(created=300 + products, skipped=first["skipped"])
    assert one("select count(*) as n from orders_orderline where sku_id is null or product_id is null")["n"] == 0
    assert one("select count(*) as n from catalog_product where state <> 'draft'")["n"] == 0
    expected = duckdb.execute(
        "select cast(sum(cast(price as decimal(18, 2)) + cast(freight_value as decimal(18, 2))) * 100 as bigint)"
        f" from read_csv('{paths[1]}', all_varchar = true)"
    ).fetchall()[0][0]
    assert one("select sum(total)::bigint as n from orders_order")["n"] == expected
    before = tables()
    assert take("olist", *reversed(paths)) == counts(skipped=first["created"] + first["skipped"])
    assert tables() == before
    assert broken() == []


def test_an_article_of_the_same_code_from_elsewhere_is_not_taken_for_it(tmp_path: Path) -> None:
    shop = tmp_path / "shop.csv"
    shop.write_text("Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\nlamp,Lamp,A1,5,1\n")
    take("shopify-products", shop)
    path = tmp_path / "retail.csv"
    path.write_text(RETAIL + "536001,A1,Other lamp,1,2010-12-01 08:00:00,10,7,UK\n")
    take("online-retail", path)
    assert one("select sku_id, product_id, sku_code from orders_orderline") == {
        "sku_id": None, "product_id": None, "sku_code": "A1",
    }  # fmt: skip


def test_a_real_day_of_invoices_agrees_with_its_file_to_the_penny() -> None:
    path = shared_data("uci-online-retail", "raw-day", "2010-12-01.csv")
    invoices, pence = duckdb.execute(
        f"""select count(distinct InvoiceNo), cast(sum(cast(Quantity as int) * cast(UnitPrice as decimal(18, 2))) * 100 as bigint)
        from read_csv('{path}', all_varchar = true) where cast(Quantity as int) > 0 and cast(UnitPrice as decimal(18, 3)) >= 0.01"""
    ).fetchall()[0]
    summary = take("online-retail", path)
    assert summary["created"] == invoices
    assert one("select sum(total)::bigint as n from orders_order")["n"] == pence
    found = figures("2010-12-01")
    gone = one(
        "select count(*) as n, coalesce(sum(total), 0)::bigint as pence from orders_order where status = 'refunded'"
    )
    assert (found["orders"], found["valid_orders"]) == (invoices, invoices - gone["n"])
    assert found["sales"] == pence - gone["pence"]
    assert take("online-retail", path)["created"] == 0
    assert broken() == []


def test_system_may_import_too(tmp_path: Path) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(RETAIL + "536001,A1,Lamp,1,2010-12-01 08:00:00,10,7,UK\n")
    assert run_import("online-retail", [path], actor=SYSTEM)["created"] == 1
