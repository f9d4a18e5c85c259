"""Magento files: variants before their parent, pairs inside cells, translations."""

from __future__ import annotations

import pytest

from tests.integrations.importers.reading import products, read_files, read_text, remarks
from tests.support.shared import shared_data
from zhanggui.integrations.importers.drafts import CellError
from zhanggui.integrations.importers.magento import pairs, variations

HEAD = (
    "sku,store_view_code,attribute_set_code,product_type,categories,name,description,weight,product_online,visibility,price,"
    "special_price,special_price_from_date,special_price_to_date,url_key,base_image,additional_images,additional_attributes,"
    "qty,configurable_variations,configurable_variation_labels\n"
)


def test_the_real_luma_shop_is_read_whole() -> None:
    path = shared_data("import-formats", "magento", "luma_Configurable_products.csv.gz")
    items = read_files("magento-products", path)
    found = products(items)
    assert (len(found), remarks(items)) == (147, [])
    assert sum(len(p.skus) for p in found) == 1_847
    assert sum(s.quantity or 0 for p in found for s in p.skus) == 184_700
    assert {tuple(s.options) for p in found for s in p.skus} == {("size", "color")}
    hoodie = found[0]
    assert (hoodie.external_id, hoodie.title, hoodie.line) == ("MH01", "Chaz Kangeroo Hoodie", 32)
    assert hoodie.category_path == ("Men", "Tops", "Hoodies & Sweatshirts")
    assert hoodie.attributes["climate"] == ("All-weather", "Cool", "Indoor", "Spring", "Windy")
    assert "has_options" not in hoodie.attributes
    assert (hoodie.skus[0].code, hoodie.skus[0].sale_price) == ("MH01-XS-Black", 5200)
    assert hoodie.media[0].url == "local:m/h/mh01-gray_main.jpg"


def test_the_real_sample_keeps_simple_products_and_names_the_rest() -> None:
    items = read_files("magento-products", shared_data("import-formats", "magento", "catalog_product.csv"))
    assert [(p.external_id, p.skus[0].sale_price, p.skus[0].quantity) for p in products(items)] == [
        ("24-WG085", 1400, 100),
        ("24-WG086", 1700, 100),
        ("24-WG087", 2100, 100),
    ]
    assert products(items)[0].category_path == ("Gear", "Fitness Equipment")
    assert remarks(items) == [
        (5, "grouped_product", "skipped"),
        (6, "bundle_product", "skipped"),
        (7, "bundle_product", "skipped"),
    ]


def test_variants_are_found_before_and_after_their_parent() -> None:
    items = read_text(
        "magento-products",
        HEAD
        + 'T-S,,Top,simple,,Tee S,,1,1,Not Visible Individually,,,,,,,,"size=S",4,,\n'
        + 'T,,Top,configurable,"Default Category/Men,Default Category/Men/Tees",Tee,<p>x</p>,,1,"Catalog, Search",30,,,,tee,,,'
        + '"material=Cotton|Wool,manufacturer=Acme,has_options=1",0,"sku=T-S,size=S|sku=T-M,size=M|sku=T-X,size=XL",size=Size\n'
        + 'T-M,,Top,simple,,Tee M,,1,1,Not Visible Individually,32,28,,,,,,"size=M",5,,\n'
        + "T,de,,,,T-Hemd,,,,,,,,,,,,,,,\n",
    )
    (tee,) = products(items)
    assert [(s.code, s.options, s.sale_price, s.list_price, s.quantity) for s in tee.skus] == [
        ("T-S", {"Size": "S"}, 3000, 3000, 4),
        ("T-M", {"Size": "M"}, 2800, 3200, 5),
    ]
    assert (tee.brand, tee.attributes) == ("Acme", {"material": ("Cotton", "Wool"), "other_categories": ("Men",)})
    assert tee.category_path == ("Men", "Tees")
    assert remarks(items) == [(5, "store_view_row", "skipped")]


def test_a_hidden_or_switched_off_product_is_not_listed() -> None:
    rows = "".join(
        f"{code},,D,simple,,{code},,,{online},{seen},1,,,,,,,,1,,\n"
        for code, online, seen in (("A", 1, "Not Visible Individually"), ("B", 2, "Search"), ("C", 1, ""))
    )
    assert [p.listed for p in products(read_text("magento-products", HEAD + rows))] == [False, False, True]


def test_only_the_code_is_required_and_what_is_missing_is_named() -> None:
    rows = ",,D,simple,,No code,,,,,1,,,,,,,,1,,\nD,,D,configurable,,None,,,,,1,,,,,,,,1,,\nE,,D,configurable,,Bad,,,,,1,,,,,,,,1,size=S,\n"
    items = read_text(
        "magento-products", HEAD + rows + "F,,D,warranty,,F,,,,,1,,,,,,,,1,,\nG,,D,,,G,,,,,1,,,,,,,,1,,\n"
    )
    assert [p.external_id for p in products(items)] == ["G"]
    assert remarks(items) == [
        (2, "missing", "rejected"),
        (3, "no_variants", "rejected"),
        (4, "grammar", "rejected"),
        (5, "type_unknown", "rejected"),
    ]


def test_pairs_keep_commas_inside_values() -> None:
    assert pairs("size=XS,color=Dark, blue,note=a=b") == {"size": "XS", "color": "Dark, blue", "note": "a=b"}
    assert pairs('"size=""XS""","color=Red"') == {"size": "XS", "color": "Red"}
    assert pairs("") == {}
    assert variations("sku=A,size=S|sku=B,size=M") == [("A", {"size": "S"}), ("B", {"size": "M"})]
    with pytest.raises(CellError):
        variations("size=S")
