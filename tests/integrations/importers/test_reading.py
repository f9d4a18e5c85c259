"""A large file is read by a process of its own: the same comes, ready to be written, also when that process fails."""

from __future__ import annotations

import pickle
import signal
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from zhanggui.catalog import drafts, words
from zhanggui.catalog import services as catalog
from zhanggui.integrations import reader, reading
from zhanggui.integrations.importers import Item, format_named, open_tables, read, spool
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.products import Product
from zhanggui.integrations.services import run_import
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM

from .reading import ZONE, read_text

FORM = format_named("shopify-products")
HEAD = "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src\n"
ROW = 'p{n},绿萝 第{n}号,<p>好<script>坏</script></p>,花开,盆栽,"新品, 热卖",颜色,{c},P-{n}-{c},12.50,4,https://pictures.example/{n}-{c}.jpg\n'
BAD = "bad,Bad,,,,,,,BAD,nothing,,\n"
PRODUCTS = 750  # more than what goes at once and two parts


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reading, "LARGE", 0)
    rows = [ROW.format(n=n, c=colour) for n in range(PRODUCTS) for colour in ("白", "绿")]
    path = tmp_path / "large.csv"
    path.write_text(HEAD + BAD + "".join(rows), encoding="utf-8")
    return path


def beside(path: Path, known: frozenset[str] = frozenset()) -> Iterator[reading.Read]:
    return reading.beside(FORM, open_tables(FORM, [path]), [path], ZONE, "CNY", lambda: known)


def plain(item: Item | reading.Ready) -> Item:
    return item.product if isinstance(item, reading.Ready) else item


def here(path: Path) -> list[tuple[str, Item]]:
    return list(read(FORM, open_tables(FORM, [path]), ZONE, "CNY"))


def test_the_same_comes_in_the_same_order_and_ready(large: Path) -> None:
    found = list(beside(large))
    assert [(name, plain(item)) for name, item in found] == here(large)
    first = reading.PART * reading.AT_ONCE
    assert [type(item) for _, item in found] == (
        [Remark] + [Product] * (first - 1) + [reading.Ready] * (PRODUCTS - first + 1)
    )
    one = found[-1][1]
    assert isinstance(one, reading.Ready)
    assert one.clean == drafts.clean(reading.draft_of(one.product))  # its names came with an earlier one
    assert "script" not in one.clean.row.description_html


def test_a_process_started_early_has_all_ready_and_the_names_once(large: Path) -> None:
    with reader.early(reader.LARGE):
        found = list(beside(large))
    assert [(name, plain(item)) for name, item in found] == here(large)
    ready = [item for _, item in found if isinstance(item, reading.Ready)]
    assert len(ready) == PRODUCTS
    names = [name for item in ready for name in item.clean.names]
    assert sorted(name.text for name in names) == sorted(["花开", "盆栽", "新品", "热卖", "白", "绿"])
    assert names == [words.name(name.text) for name in names]


def test_one_started_early_and_not_needed_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with reader.early(reader.LARGE):
        process = reader._early[0]
    assert process.returncode is not None
    with reader.early(reader.LARGE - 1):
        assert not reader._early


def test_what_is_known_is_only_read(large: Path) -> None:
    digests = frozenset(item.digest for _, item in here(large) if isinstance(item, Product))
    assert list(beside(large, digests)) == here(large)


@pytest.mark.parametrize("parts", [0, 1, reading.AT_ONCE + 1])
def test_when_the_process_dies_reading_goes_on_here(large: Path, monkeypatch: pytest.MonkeyPatch, parts: int) -> None:
    whole = reading._parts
    monkeypatch.setattr(reading, "_parts", lambda stream: islice(whole(stream), parts))
    found = list(beside(large))
    assert [(name, plain(item)) for name, item in found] == here(large)
    ready = max(0, parts - reading.AT_ONCE) * reading.PART
    assert sum(isinstance(item, reading.Ready) for _, item in found) == ready


def test_a_file_that_was_changed_meanwhile_is_read_here(large: Path) -> None:
    tables = open_tables(FORM, [large])
    large.write_text(HEAD + ROW.format(n=1, c="白"), encoding="utf-8")
    found = list(reading.beside(FORM, tables, [large], ZONE, "CNY", frozenset))
    assert [type(item) for _, item in found] == [Product]


def test_a_process_that_is_stopped_and_goes_on_tells_the_same(large: Path) -> None:
    """Ctrl-Z, or a machine that sleeps: while the writer waits for room in the pipe, which is when it can go wrong."""
    with reader.early(reader.LARGE):
        process = reader._early[0]
        items = beside(large)
        found = []
        for number, item in enumerate(items):
            if number % 25 == 0:
                process.send_signal(signal.SIGSTOP)
                time.sleep(0.002)
                process.send_signal(signal.SIGCONT)
                time.sleep(0.002)
            found.append(item)
    assert [(name, plain(item)) for name, item in found] == here(large)


def test_leaving_early_ends_the_process(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []

    class Watched(reader.subprocess.Popen):
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            started.append(self)

    monkeypatch.setattr(reader.subprocess, "Popen", Watched)
    items = beside(large)
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert started[0].returncode is not None


@pytest.mark.django_db
def test_an_import_writes_the_same_either_way(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = run_import("shopify-products", [large], actor=SYSTEM)
    assert (summary["created"], summary["rejected"]) == (PRODUCTS, 1)
    searched = db.rows("select product_id, search::text, title from catalog_listing order by 1")
    assert len(searched) == PRODUCTS
    words.lay_by([])
    from zhanggui.catalog import listings, taxonomy

    listings.project([row["product_id"] for row in searched], taxonomy.load())
    assert db.rows("select product_id, search::text, title from catalog_listing order by 1") == searched
    again = run_import("shopify-products", [large], actor=SYSTEM)
    assert (again["created"], again["skipped"]) == (0, PRODUCTS)


@pytest.mark.django_db
def test_a_cleaned_draft_can_be_written_twice(large: Path) -> None:
    """A batch that fails is tried again in halves, from the same drafts."""
    clean = next(item.clean for _, item in beside(large) if isinstance(item, reading.Ready))
    before = pickle.dumps(clean)
    assert catalog.import_products([clean], actor=SYSTEM)[0].outcome == "created"
    assert pickle.dumps(clean) == before


def test_groups_are_the_same_from_memory_and_from_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = [ROW.format(n=n % 7, c=colour) for n in range(30) for colour in "白绿红"]
    text = HEAD + "".join(mixed)
    quick = read_text("shopify-products", text)
    monkeypatch.setattr(spool, "MEMORY", 0)
    assert read_text("shopify-products", text) == quick
    assert sum(isinstance(item, Product) for item in quick) == 7
