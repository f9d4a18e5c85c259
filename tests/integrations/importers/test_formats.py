"""The wrong format is refused in words that say what the file looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.shared import shared_data
from zhanggui.integrations.errors import UnknownFormat, WrongFormat
from zhanggui.integrations.importers import FORMATS, format_named, open_tables
from zhanggui.integrations.importers.drafts import MESSAGES

SAMPLES = {
    "shopify-products": ("import-formats", "shopify", "packt-product-data.csv"),
    "woocommerce-products": ("import-formats", "woocommerce", "sample_products.csv"),
    "magento-products": ("import-formats", "magento", "catalog_product.csv"),
    "taobao-products": ("import-formats", "taobao-assistant", "header-only.utf16le-bom.csv"),
    "olist": ("olist", "olist_orders_dataset.csv.gz"),
    "online-retail": ("uci-online-retail", "raw-day", "2010-12-01.csv"),
}


@pytest.mark.parametrize("given", SAMPLES)
@pytest.mark.parametrize("asked", SAMPLES)
def test_each_format_takes_its_own_files_only_and_names_the_others(given: str, asked: str) -> None:
    path = shared_data(*SAMPLES[given])
    if given == asked:
        assert len(open_tables(format_named(asked), [path])) == 1
        return
    with pytest.raises(WrongFormat) as refused:
        open_tables(format_named(asked), [path])
    assert FORMATS[given].module.NAME in refused.value.detail("en")
    assert FORMATS[given].module.NAME in refused.value.detail("zh-Hans")


def test_a_table_of_something_else_is_named_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "guests.csv"
    path.write_text("name,table,menu\nAda,3,fish\n")
    with pytest.raises(WrongFormat) as refused:
        open_tables(format_named("shopify-products"), [path])
    assert "name, table, menu" in refused.value.detail("en")


def test_other_shops_files_are_not_taken_for_ours() -> None:
    for name in ("spree/products.csv", "medusa/exported-products-comma.csv", "prestashop/products_import.csv"):
        path = shared_data("import-formats", *name.split("/"))
        for form in FORMATS.values():
            with pytest.raises(WrongFormat):
                open_tables(form, [path])


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownFormat) as refused:
        format_named("ebay")
    assert "shopify-products" in refused.value.detail("en")


def test_every_message_is_in_both_languages() -> None:
    for code, text in MESSAGES.items():
        assert text.zh, code
        assert text.en, code
        assert text.zh != text.en, code
