"""Products from files into the mall: once, resumed, repeated, changed; bad rows told, neighbours unharmed."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from tests.support.shared import shared_data
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services as catalog_services
from zhanggui.integrations.errors import CurrencyDiffers, ImportRunning, ReportNotWritable, UnreadableFile, WrongFormat
from zhanggui.integrations.services import products as taking
from zhanggui.integrations.services import run_import
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as inventory_services
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing import services as price_services
from zhanggui.pricing.types import FloorRow, PolicyView

pytestmark = pytest.mark.django_db
STAFF = Actor("staff", 7, "editor")
HEAD = (
    "Handle,Title,Body (HTML),Vendor,Type,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty,"
    "Cost per item,Image Src\n"
)


def shopify(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def take(path: Path, form: str = "shopify-products", **more: Any) -> dict[str, Any]:
    summary = run_import(form, [path], actor=STAFF, **more)
    assert summary.pop("seconds") >= 0
    return summary


def counts(created: int = 0, updated: int = 0, skipped: int = 0, rejected: int = 0) -> dict[str, int]:
    return {"created": created, "updated": updated, "skipped": skipped, "rejected": rejected}


def sku(code: str) -> int:
    return catalog.sellable_by_code([code])[0].sku_id


def everything() -> list[dict[str, Any]]:
    """All that an import writes, for comparison."""
    tables = ["catalog_product", "catalog_sku", "catalog_media", "pricing_skuprice", "inventory_level"]
    tables += [
        "inventory_movement",
        "pricing_pricehistory",
        "kernel_outboxevent",
        "kernel_auditrow",
        "integrations_importrecord",
    ]
    return [{"table": name, "rows": db.rows(f"select * from {name} order by 1")} for name in tables]


def test_a_product_arrives_with_price_stock_and_listing(tmp_path: Path) -> None:
    path = shopify(
        tmp_path / "a.csv",
        "lamp,Lamp,<p>x</p><script>1</script>,Acme,Home,L-1,69.99,85.00,5,30,https://x.example/l.jpg",
    )
    assert take(path) == counts(created=1)
    sellable = catalog.sellable_by_code(["L-1"])[0]
    assert sellable.sellable
    price = pricing.effective_prices([sellable.sku_id], clock.now())[sellable.sku_id]
    assert (price.sale_price, price.list_price, price.cost) == (6999, 8500, 3000)
    assert inventory.available([sellable.sku_id]) == {sellable.sku_id: 5}
    product = catalog.product_by_slug("lamp")
    assert product.description_html == "<p>x</p>"
    assert product.brand is not None
    assert product.brand.name == "Acme"
    waiting = db.rows("select source_url, state from catalog_media where product_id = %s", (product.id,))
    assert waiting == [{"source_url": "https://x.example/l.jpg", "state": "pending"}]


def test_what_goes_on_sale_says_so_and_what_is_not_ready_waits_approved(tmp_path: Path) -> None:
    take(
        shopify(tmp_path / "a.csv", "ready,R,,,,R-1,69.99,85.00,5,,", "empty,E,,,,E-1,1.00,,,,", "free,F,,,,F-1,,,5,,")
    )
    ready = catalog.product_by_slug("ready")
    (listed,) = db.rows("select product_id, price, list_price, in_stock from catalog_listing")
    assert listed == {"product_id": ready.id, "price": 6999, "list_price": 8500, "in_stock": True}
    (told,) = db.rows("select payload from kernel_outboxevent where name = 'catalog.product_listed'")
    assert told["payload"]["product_id"] == ready.id
    (entry,) = audit.history(action="catalog.list")
    assert (entry["target_id"], entry["before"], entry["after"]) == (
        str(ready.id), {"state": "approved"}, {"state": "listed"},
    )  # fmt: skip
    states = db.rows("select state, listed_at from catalog_product where slug = any(%s)", (["empty", "free"],))
    assert states == [{"state": "approved", "listed_at": None}] * 2


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = shared_data("import-formats", "shopify", "packt-product-data.csv")
    assert take(path) == counts(created=20)
    before = everything()
    assert take(path) == counts(skipped=20)
    assert everything() == before
    run = db.row("select status, attempts, handled, summary from integrations_importrun")
    assert run is not None
    assert (run["status"], run["attempts"], run["handled"], run["summary"]["skipped"]) == ("finished", 2, 20, 20)


@pytest.mark.parametrize(
    ("form", "parts", "created", "skipped"),
    [
        ("woocommerce-products", ("woocommerce", "sample_products.csv"), 17, 1),
        ("magento-products", ("magento", "catalog_product.csv"), 3, 3),
        ("magento-products", ("magento", "luma_Configurable_products.csv.gz"), 147, 0),
    ],
)
def test_real_files_of_other_platforms_import_once(
    form: str, parts: tuple[str, ...], created: int, skipped: int
) -> None:
    path = shared_data("import-formats", *parts)
    assert take(path, form) == counts(created=created, skipped=skipped)
    assert take(path, form) == counts(skipped=created + skipped)


def test_a_changed_product_is_updated_and_what_the_file_says_again_is_left_alone(tmp_path: Path) -> None:
    take(shopify(tmp_path / "a.csv", "lamp,Lamp,,,,L-1,10.00,,100,,"))
    inventory_services.set_on_hand([StockRow(sku("L-1"), 70)], actor=SYSTEM, reason="thirty were sold")
    assert take(shopify(tmp_path / "b.csv", "lamp,Desk lamp,,,,L-1,10.00,,100,,")) == counts(updated=1)
    assert catalog.product_by_slug("lamp").title == "Desk lamp"
    assert inventory.available([sku("L-1")]) == {sku("L-1"): 70}
    assert take(shopify(tmp_path / "c.csv", "lamp,Desk lamp,,,,L-1,12.00,,40,,")) == counts(updated=1)
    assert inventory.available([sku("L-1")]) == {sku("L-1"): 40}
    assert pricing.effective_prices([sku("L-1")], clock.now())[sku("L-1")].sale_price == 1200


def test_bad_rows_are_in_the_report_with_line_field_and_reason(tmp_path: Path) -> None:
    path = shopify(
        tmp_path / "bad.csv",
        "a,A,,,,A-1,1.00,,1,,",
        "b,B,,,,B-1,-1.00,,1,,",
        f"c,{'C' * 10_000},,,,C-1,1.00,,1,,",
        'd,"D,,,,D-1,1.00,,1,,',
        "e,E,,,,A-1,1.00,,1,,",
        "f,F,,,,F-1,1.00,,,,",
        "g,G,,,,G-1,1.00,,1,,",
    )
    report = tmp_path / "report.jsonl"
    assert take(path, report=report) == counts(created=3, rejected=4)
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    columns = ("file", "line", "external_id", "field", "code", "outcome")
    assert sorted(tuple(line[name] for name in columns) for line in lines) == [
        ("bad.csv", 3, "b", "price", "amount_negative", "rejected"),
        ("bad.csv", 4, "c", "title", "too_long", "rejected"),
        ("bad.csv", 5, "", "", "quote_unbalanced", "rejected"),
        ("bad.csv", 6, "e", "skus", "duplicate_sku", "rejected"),
        ("bad.csv", 7, "f", "skus", "not_listed", "noted"),
    ]  # fmt: skip
    assert all(r["message"] != r["message_en"] for r in lines)


def test_a_report_for_spreadsheets_holds_no_formulas(tmp_path: Path) -> None:
    path = shopify(tmp_path / "a.csv", "=HYPERLINK(1),,,,,X,1,,1,,")
    report = tmp_path / "report.csv"
    assert take(path, report=report) == counts(rejected=1)
    with report.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["external_id"], row["code"]) == ("'=HYPERLINK(1)", "missing")


def test_a_file_may_name_a_product_twice_and_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "woo.csv"
    path.write_text("Type,SKU,Name,Published,Stock,Regular price\nsimple,A,First,1,1,10\nsimple,A,Second,1,1,20\n")
    for expected in (counts(created=1, rejected=1), counts(skipped=1, rejected=1)):
        assert take(path, "woocommerce-products") == expected
        assert catalog.product_by_slug("first").title == "First"


def test_nasty_texts_arrive_harmless(tmp_path: Path) -> None:
    path = shopify(
        tmp_path / "n.csv",
        "x,<script>alert(1)</script> \U0001f600 \u202eabc\u202c,<img src=x onerror=alert(1)><b>ok</b>,<i>B</i>,T,X-1,1.00,,1,,",
    )
    assert take(path) == counts(created=1)
    product = catalog.product(catalog.sellable_by_code(["X-1"])[0].product_id)
    assert "onerror" not in product.description_html
    assert "<b>ok</b>" in product.description_html
    assert "\u202e" not in product.title
    assert "\U0001f600" in product.title


def test_a_record_the_database_refuses_sinks_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shopify(tmp_path / "a.csv", *(f"p{i},P{i},,,,S-{i},1.00,,1,," for i in range(10)))
    real = catalog_services.import_products

    def refusing(drafts: Any, **more: Any) -> Any:
        if any(draft.external_id == "p6" for draft in drafts):
            db.execute("select 1/0 from catalog_product having count(*) >= 0")
        return real(drafts, **more)

    monkeypatch.setattr(taking.catalog, "import_products", refusing)
    report = tmp_path / "r.jsonl"
    assert take(path, report=report) == counts(created=9, rejected=1)
    (line,) = [json.loads(text) for text in report.read_text(encoding="utf-8").splitlines()]
    assert (line["line"], line["external_id"], line["code"]) == (8, "p6", "not_taken")


RUN = """
import sys, django
django.setup()
from zhanggui.integrations.services import run_import
from zhanggui.kernel.actor import SYSTEM
run_import("shopify-products", [sys.argv[1]], actor=SYSTEM)
"""


@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_outright_is_finished_by_running_it_again(tmp_path: Path) -> None:
    rows = [f"p{i},P{i},,,,S-{i},1.00,,1,," for i in range(3000)]
    path = shopify(tmp_path / "a.csv", *rows)
    held = connection.settings_dict
    place = f"{held['HOST']}:{held['PORT']}" if held["PORT"] else held["HOST"]
    url = f"postgresql://{held['USER']}:{held['PASSWORD']}@{place}/{held['NAME']}"
    if held["HOST"].startswith("/"):
        url = f"postgresql://{held['USER']}:{held['PASSWORD']}@/{held['NAME']}?host={held['HOST']}"
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(path)],
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        begun = db.row("select handled from integrations_importrun")
        if begun and begun["handled"]:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    half = db.rows("select count(*) as n from catalog_product")[0]["n"]
    assert 0 < half < 3000
    until = time.monotonic() + 10  # the server notices that the connection is gone, and with it goes the lock
    while True:
        try:
            summary = take(path)
            break
        except ImportRunning:
            assert time.monotonic() < until
            time.sleep(0.1)
    assert summary == counts(created=3000 - half, skipped=half)
    stock = inventory.available([s.sku_id for s in catalog.sellable_by_code([f"S-{i}" for i in range(3000)])])
    assert (len(stock), set(stock.values())) == (3000, {1})


class _Killed(BaseException):
    pass


def test_an_import_cut_off_in_the_middle_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shopify(tmp_path / "a.csv", *(f"p{i},P{i},,,,S-{i},1.00,,1,," for i in range(20)))
    real, calls = taking.take, []

    def dying(entries: Any, *, actor: Actor) -> Any:
        calls.append(len(entries))
        if len(calls) == 3:
            real(entries, actor=actor)
            raise _Killed
        return real(entries, actor=actor)

    monkeypatch.setattr("zhanggui.integrations.services.imports.mall_settings.get", _small_batches)
    monkeypatch.setattr(taking, "take", dying)
    with pytest.raises(_Killed):
        take(path)
    run = db.row("select status, handled from integrations_importrun")
    assert run == {"status": "running", "handled": 10}
    monkeypatch.setattr(taking, "take", real)
    assert take(path) == counts(created=10, skipped=10)
    run = db.row("select status, handled, attempts from integrations_importrun")
    assert run == {"status": "finished", "handled": 20, "attempts": 2}
    assert len({s.sku_id for s in catalog.sellable_by_code([f"S-{i}" for i in range(20)]) if s.sku_id}) == 20


def _small_batches(key: str) -> Any:
    from zhanggui.kernel import mall_settings

    return 5 if key == "imports.batch" else mall_settings.declared()[key].default


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    path = shopify(tmp_path / "a.csv", "a,A,,,,A-1,1.00,,1,,", "b,B,,,,B-1,-1.00,,1,,")
    before = everything()
    assert take(path, dry_run=True) == counts(created=1, rejected=1)
    assert everything() == before
    assert db.row("select 1 from integrations_importrun") is None
    assert take(path) == counts(created=1, rejected=1)


def test_progress_is_told_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhanggui.integrations.services.imports.mall_settings.get", _small_batches)
    seen: list[int] = []
    take(shopify(tmp_path / "a.csv", *(f"p{i},P{i},,,,S-{i},1,,1,," for i in range(12))), progress=seen.append)
    assert seen == [5, 10, 12]


def test_stock_below_what_orders_hold_is_left_as_it_was(tmp_path: Path) -> None:
    take(shopify(tmp_path / "a.csv", "a,A,,,,A-1,1.00,,10,,", "b,B,,,,B-1,1.00,,10,,"))
    db.execute("update inventory_level set reserved = 4 where sku_id = %s", (sku("A-1"),))
    report = tmp_path / "r.jsonl"
    summary = take(shopify(tmp_path / "b.csv", "a,A,,,,A-1,1.00,,3,,", "b,B,,,,B-1,1.00,,3,,"), report=report)
    assert summary == counts(updated=2)
    assert inventory.available([sku("A-1"), sku("B-1")]) == {sku("A-1"): 6, sku("B-1"): 3}
    assert '"code":"stock_below_reserved"' in report.read_text(encoding="utf-8")


def test_a_price_the_malls_rules_refuse_is_told_and_holds_up_nothing(tmp_path: Path) -> None:
    take(shopify(tmp_path / "a.csv", "a,A,,,,A-1,10.00,,1,,", "b,B,,,,B-1,10.00,,1,,", "c,C,,,,C-1,10.00,,1,,"))
    price_services.set_floors([FloorRow(sku("A-1"), 900, None)], reason="x", actor=STAFF)
    price_services.save_policy(PolicyView(0, max_change=2_000), reason="x", actor=STAFF)
    report = tmp_path / "r.jsonl"
    take(
        shopify(tmp_path / "b.csv", "a,A,,,,A-1,8.50,,1,,", "b,B,,,,B-1,9.00,,1,,", "c,C,,,,C-1,5.00,,1,,"),
        report=report,
    )
    found = pricing.base_prices([sku("A-1"), sku("B-1"), sku("C-1")])
    assert [price.sale_price for price in found.values()] == [1_000, 900, 1_000]
    assert '"code":"price_not_taken"' in report.read_text(encoding="utf-8")
    assert [r.sale_price for r in pricing.requests().items] == [500]


def test_a_sale_price_with_dates_becomes_a_window(tmp_path: Path) -> None:
    path = tmp_path / "woo.csv"
    path.write_text(
        "Type,SKU,Name,Published,Stock,Regular price,Sale price,Date sale price starts,Date sale price ends\n"
        "simple,NOW,Now,1,1,10,8,2020-01-01 00:00:00,2099-01-01 00:00:00\n"
        "simple,LATER,Later,1,1,10,8,2098-01-01 00:00:00,2099-01-01 00:00:00\n"
        "simple,OVER,Over,1,1,10,8,2020-01-01 00:00:00,2020-02-01 00:00:00\n"
    )
    assert take(path, "woocommerce-products") == counts(created=3)
    ids = {code: sku(code) for code in ("NOW", "LATER", "OVER")}
    prices = pricing.effective_prices(list(ids.values()), clock.now())
    assert {code: prices[i].sale_price for code, i in ids.items()} == {"NOW": 800, "LATER": 1000, "OVER": 1000}


def test_pictures_beside_the_file_are_taken_at_once(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "goods").mkdir()
    Image.new("RGB", (8, 8), "green").save(tmp_path / "goods" / "main.tbi", "JPEG")
    Image.new("RGB", (8, 8), "white").save(tmp_path / "goods" / "white.tbi", "PNG")
    (tmp_path / "goods" / "fake.tbi").write_text("no picture")
    fields = "title\tcid\tprice\tnum\tpicture\tskuProps\touter_id\tnum_id"
    row = (
        "绿萝\t1\t9.90\t5\tmain:1:0:|;fake:1:1:|;gone:1:2:|;white:2:0:1627207:28320|;\t9.90:5:LV:1627207:28320;\tLV\t9"
    )
    path = tmp_path / "goods.csv"
    path.write_bytes(f"version 1.00\r\n{fields}\r\n{row}\r\n".encode("utf-16"))
    report = tmp_path / "r.jsonl"
    assert take(path, "taobao-products", report=report) == counts(created=1)
    product = catalog.product(catalog.sellable_by_code(["LV"])[0].product_id)
    assert [(m.state, m.sku_id is not None) for m in product.media] == [("ready", False), ("ready", True)]
    notes = [json.loads(line)["code"] for line in report.read_text(encoding="utf-8").splitlines()]
    assert sorted(notes) == ["bad_picture", "picture_file_missing"]
    assert take(path, "taobao-products") == counts(skipped=1)


@pytest.mark.django_db(transaction=True)
def test_a_mass_import_leaves_statistics_behind(tmp_path: Path) -> None:
    take(shopify(tmp_path / "a.csv", *(f"p{i},P{i},,,,S-{i},1.00,,1,," for i in range(600))))
    rows = db.rows("select reltuples::bigint as n from pg_class where relname in ('catalog_product', 'catalog_sku')")
    assert [row["n"] >= 500 for row in rows] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_file_do_not_run_at_once(tmp_path: Path) -> None:
    path = shopify(tmp_path / "a.csv", "a,A,,,,A-1,1.00,,1,,")
    other = connection.copy()

    def try_again(_count: int) -> None:
        from django.db import connections

        mine = connections["default"]
        connections["default"] = other
        try:
            with pytest.raises(ImportRunning):
                take(path)
        finally:
            connections["default"] = mine
            other.close()

    assert take(path, progress=try_again) == counts(created=1)


def test_what_cannot_be_imported_at_all_is_refused_before_anything_happens(tmp_path: Path) -> None:
    good = shopify(tmp_path / "a.csv", "a,A,,,,A-1,1.00,,1,,")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(UnreadableFile):
        run_import("shopify-products", [good, empty], actor=STAFF)
    with pytest.raises(WrongFormat):
        take(good, "woocommerce-products")
    with pytest.raises(CurrencyDiffers):
        take(good, currency="USD")
    with pytest.raises(ValidationFailed):
        take(good, currency="money")
    with pytest.raises(ReportNotWritable):
        take(good, report=tmp_path / "none" / "r.jsonl")
    assert db.row("select 1 from catalog_product") is None
    header_only = shopify(tmp_path / "head.csv")
    assert take(header_only) == counts()
