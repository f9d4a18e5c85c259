"""Olist and Online Retail: the totals of the files come out, and everything left out is named with its reason."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from decimal import Decimal

import duckdb
import pytest

from tests.integrations.importers.reading import codes, read_files, read_sources, read_text, remarks, sales
from tests.support.shared import shared_data
from zhanggui.integrations.importers import Item
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.history import Buyer, Sale
from zhanggui.integrations.importers.products import Product
from zhanggui.integrations.importers.sources import from_bytes

RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


@pytest.fixture(scope="module")
def retail() -> list[Item]:
    """The whole slice, read once."""
    return read_files(
        "online-retail", shared_data("uci-online-retail", "online_retail_2010-12_2011-09.csv.gz"), currency="GBP"
    )


def test_online_retail_accounts_for_every_penny_of_the_file(retail: list[Item]) -> None:
    items = retail
    found = sales(items)
    sold = sum(sale.items_total for sale in found)
    back = sum(sale.refunded_total for sale in found)
    left = Counter[str]()
    for item in items:
        if isinstance(item, Remark) and "amount" in item.params:
            left[item.code] += int(Decimal(item.params["amount"]) * 100)
    assert sold == 735_235_417
    assert left["accounting_entry"] == -1_106_206
    assert back + left["return_unplaced"] == 55_967_311, "every cancellation is booked or named"
    assert sold - back - left["return_unplaced"] + left["accounting_entry"] == 678_161_900
    assert len(found) == 14_331
    assert sum(1 for sale in found if sale.buyer) == 13_168
    assert codes(items) == {
        "return_unplaced": 1_502,
        "stock_note": 1_023,
        "no_amount": 938,
        "accounting_entry": 3,
    }
    lines = sum(len(sale.lines) for sale in found)
    assert lines == 362_315
    assert lines + 6_652 + 1_023 + 938 + 3 == 370_931


def test_online_retail_agrees_with_duckdb_on_every_day(retail: list[Item]) -> None:
    path = shared_data("uci-online-retail", "online_retail_2010-12_2011-09.csv.gz")
    ours = Counter[str]()
    for sale in sales(retail):
        ours[sale.placed_at.date().isoformat()] += sale.items_total
    theirs = duckdb.execute(
        f"""select cast(cast(first as date) as varchar) as day, cast(sum(amount) * 100 as bigint) as pence from (
            select InvoiceNo, min(InvoiceDate) as first, sum(cast(Quantity as int) * cast(UnitPrice as decimal(18, 2))) as amount
            from read_csv('{path}', all_varchar = true)
            where cast(Quantity as int) > 0 and cast(UnitPrice as decimal(18, 3)) >= 0.01 and InvoiceNo not like 'A%'
            group by 1) group by 1"""
    ).fetchall()
    assert ours == dict(theirs)


def test_a_return_is_booked_against_the_latest_earlier_purchases() -> None:
    items = read_text(
        "online-retail",
        RETAIL
        + "536001,A1,Lamp,2,2010-12-01 08:00:00,10.00,7,UK\n"
        + "536002,A1,Lamp,3,2010-12-02 08:00:00,9.00,7,UK\n"
        + "C536003,A1,Lamp,-4,2010-12-03 08:00:00,9.50,7,UK\n"
        + "536004,A1,Lamp,5,2010-12-04 08:00:00,9.00,7,UK\n"
        + "C536005,A1,Lamp,-3,2010-12-05 08:00:00,9.00,8,UK\n"
        + "C536006,B2,Vase,-1,2010-12-05 08:00:00,4.00,,UK\n",
        "GBP",
    )
    first, second, third = sales(items)
    assert [(r.document, r.quantity, r.amount) for r in second.lines[0].returned] == [("C536003", 3, 2700)]
    assert [(r.document, r.quantity, r.amount) for r in first.lines[0].returned] == [("C536003", 1, 1100)]
    assert (second.status, first.status, third.refunded_total) == ("refunded", "completed", 0)
    assert sum(s.refunded_total for s in (first, second)) == 3800
    assert remarks(items) == [(6, "return_unplaced", "skipped"), (7, "return_unplaced", "skipped")]


def test_online_retail_rows_that_are_no_sales_are_named() -> None:
    items = read_text(
        "online-retail",
        RETAIL
        + "536001,A1,Lamp,2,2010-12-01 08:00:00,10.00,17850.0,UK\n"
        + "536001,PADS,Pads,1,2010-12-01 08:00:00,0.001,17850,UK\n"
        + "536001,A2,Gift,1,2010-12-01 08:00:00,0.00,17850,UK\n"
        + "536009,A1,damaged,-9,2010-12-01 08:00:00,0.0,,UK\n"
        + "A536010,B,Adjust bad debt,1,2010-12-01 08:00:00,-11062.06,,UK\n"
        + "536011,A1,Lamp,-1,2010-12-01 08:00:00,10.00,,UK\n"
        + "536012,A1,Lamp,1,2010-12-01 08:00:00,-10.00,,UK\n"
        + "536013,A1,Lamp,1,yesterday,10.00,,UK\n"
        + "536014,A1,Lamp,one,2010-12-01 08:00:00,10.00,,UK\n"
        + "536015,A1,,1,12/1/2010 8:26,10.00,,UK\n",
        "GBP",
    )
    assert [(s.external_id, s.items_total) for s in sales(items)] == [("536001", 2000), ("536015", 1000)]
    assert sales(items)[0].buyer == Buyer("17850", sales(items)[0].placed_at)
    assert sales(items)[1].buyer is None
    assert sales(items)[1].lines[0].title == "A1"
    assert remarks(items) == [
        (3, "no_amount", "skipped"),
        (4, "no_amount", "skipped"),
        (5, "stock_note", "skipped"),
        (6, "accounting_entry", "skipped"),
        (7, "wrong_sign", "rejected"),
        (8, "amount_negative", "rejected"),
        (9, "time_unreadable", "rejected"),
        (10, "number_unreadable", "rejected"),
    ]


def test_olist_comes_out_whole_and_to_the_cent() -> None:
    folder = shared_data("olist")
    items = read_files("olist", *sorted(folder.glob("*.csv*")), currency="BRL")
    found = sales(items)
    assert len(found) == 15_809
    assert sum(s.items_total for s in found) == 211_847_510
    assert sum(s.shipping_total for s in found) == 33_974_121
    assert sum(s.offered_total for s in found) == 257_371_088
    assert sum(line.quantity for s in found for line in s.lines) == 17_436
    assert len({s.buyer.external_id for s in found if s.buyer}) == 15_606
    assert Counter(s.status for s in found) == {
        "completed": 13_875,
        "cancelled": 837,
        "shipped": 612,
        "fulfilling": 479,
        "pending_payment": 4,
        "paid": 2,
    }
    assert sum(isinstance(item, Product) for item in items) == 32_951
    assert codes(items) == {"no_items": 587, "payments_differ": 115, "zero_payment": 4, "file_unused": 3}
    assert all(len(s.postcode) == 5 for s in found)


ORDERS = (
    "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
    "order_delivered_customer_date,order_estimated_delivery_date\n"
)
ITEMS = "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
PAYMENTS = "order_id,payment_sequential,payment_type,payment_installments,payment_value\n"
CUSTOMERS = "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\n"


def olist(**parts: str) -> list[Item]:
    heads = {"orders": ORDERS, "items": ITEMS, "payments": PAYMENTS, "customers": CUSTOMERS}
    return list(
        read_sources("olist", [from_bytes(f"{n}.csv", (heads[n] + p).encode()) for n, p in parts.items()], "BRL")
    )


def test_olist_files_are_joined_in_any_order() -> None:
    parts = {
        "payments": "o1,2,voucher,1,5.00\no1,1,credit_card,3,20.00\no1,3,voucher,1,0.0\n",
        "items": "o1,1,p1,s,2018-01-01 00:00:00,10.00,2.50\no1,2,p1,s,2018-01-01 00:00:00,10.00,2.50\n",
        "orders": "o1,c1,delivered,2017-12-31 23:59:59,2018-01-01 00:10:00,2018-01-02 00:00:00,2018-01-05 00:00:00,\n",
        "customers": "c1,u1,1234,sao paulo,SP\n",
    }
    forward = olist(**parts)
    (sale,) = [item for item in forward if isinstance(item, Sale)]
    assert [(line.sku_code, line.quantity, line.unit_price) for line in sale.lines] == [("p1", 2, 1000)]
    assert (sale.shipping_total, sale.offered_total, sale.status) == (500, 2500, "completed")
    assert [(p.method, p.amount, p.instalments) for p in sale.payments] == [
        ("credit_card", 2000, 3),
        ("voucher", 500, 1),
    ]
    assert (sale.buyer and sale.buyer.external_id, sale.postcode, sale.province) == ("u1", "01234", "SP")
    assert sale.placed_at.isoformat() == "2017-12-31T23:59:59+08:00"
    backward = [i for i in olist(**dict(reversed(parts.items()))) if isinstance(i, Sale)]
    assert [s.digest for s in backward] == [sale.digest]


def test_olist_tells_what_does_not_fit_together() -> None:
    items = olist(
        orders="o1,c1,delivered,2018-01-01 10:00:00,,,,\no2,c9,unavailable,2018-01-01 10:00:00,,,,\n"
        "o3,c1,teleported,2018-01-01 10:00:00,,,,\no4,c1,created,someday,,,,\n",
        items="o1,1,p1,s,,10.00,2.50\no9,1,p1,s,,10.00,2.50\n",
        payments="o1,1,boleto,1,12.00\n",
        customers="c1,u1,1234,x,SP\n",
    )
    found = [item for item in items if isinstance(item, Sale)]
    assert [(s.external_id, s.status, s.buyer is not None) for s in found] == [
        ("o1", "completed", True),
        ("o2", "cancelled", False),
    ]
    assert sorted(remarks(items)) == [
        (2, "payments_differ", "noted"),
        (3, "customer_missing", "noted"),
        (3, "no_items", "noted"),
        (3, "order_missing", "rejected"),
        (4, "status_unknown", "rejected"),
        (5, "time_unreadable", "rejected"),
    ]


def test_olist_parts_alone_do_what_they_can() -> None:
    buyers = olist(customers="c1,u1,1234,x,SP\nc2,u1,1234,x,SP\n")
    assert buyers == [Buyer("u1", None, 2), Buyer("u1", None, 3)]
    assert remarks(olist(items="o1,1,p1,s,,1,1\n")) == [(1, "orders_file_missing", "rejected")]


def test_the_raw_day_has_the_same_sales_as_the_slice() -> None:
    raw = shared_data("uci-online-retail", "raw-day", "2010-12-01.csv")
    whole = shared_data("uci-online-retail", "online_retail_2010-12_2011-09.csv.gz")
    with gzip.open(whole, "rt", encoding="utf-8", newline="") as stream:
        header, *rows = [row for row in csv.reader(stream) if row[4].startswith(("InvoiceDate", "2010-12-01"))]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    one = {s.external_id: s.digest for s in sales(read_files("online-retail", raw, currency="GBP"))}
    two = {s.external_id: s.digest for s in sales(read_text("online-retail", text.getvalue(), "GBP"))}
    assert one == two
    assert len(one) > 100
