"""Shopify files of both generations, whole and damaged."""

from __future__ import annotations

from tests.integrations.importers.reading import codes, products, read_files, read_text, remarks
from tests.support.shared import shared_data
from zhanggui.integrations.importers.products import Picture, Variant

CLASSIC = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,"
    "Image Src,Image Position,Image Alt Text,Variant Image,Cost per item,Status\n"
)
CURRENT = (
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
    "Option1 name,Option1 value,Option2 name,Option2 value,Price,Compare-at price,Cost per item,Inventory quantity,"
    "Weight value (grams),Product image URL,Image position,Image alt text,Variant image URL,"
    "Price / United States,Material (product.metafields.custom.material)\n"
)


def test_the_real_sample_is_read_whole() -> None:
    items = read_files("shopify-products", shared_data("import-formats", "shopify", "packt-product-data.csv"))
    found = products(items)
    assert (len(found), remarks(items)) == (20, [])
    assert sum(sku.sale_price or 0 for p in found for sku in p.skus) == 234_584
    assert sum(sku.quantity or 0 for p in found for sku in p.skus) == 65
    lamp = found[0]
    assert (lamp.external_id, lamp.title, lamp.brand, lamp.line) == ("floor-lamp", "Floor Lamp", "Company 123", 2)
    assert lamp.skus == (Variant("floor-lamp", {}, "", None, 6999, 8500, None, 1),)
    assert found[1].line == 3
    assert found[2].line == 9


def test_a_classic_product_with_variants_and_pictures() -> None:
    items = read_text(
        "shopify-products",
        CLASSIC + 'tee,Tee,"<p>Soft, warm</p>",Acme,Shirts,"new, cotton, new",true,Size,S,Color,Red,T-S-R,200,5,'
        "19.90,25.00,6901234567892,https://img.example/1.jpg,2,front,https://img.example/red.jpg,7.5,active\n"
        "tee,,,,,,,,M,,Red,T-M-R,210,0,19.90,,,https://img.example/2.jpg,1,back,,,\n"
        "tee,,,,,,,,,,,,,,,,,https://img.example/3.jpg,3,,,,\n",
    )
    (tee,) = products(items)
    assert remarks(items) == []
    assert tee.category_path == ("Shirts",)
    assert tee.tags == ("new", "cotton")
    assert tee.media == (
        Picture("https://img.example/2.jpg", "back", 0),
        Picture("https://img.example/1.jpg", "front", 1),
        Picture("https://img.example/3.jpg", "", 2),
    )
    assert tee.skus == (
        Variant(
            "T-S-R",
            {"Size": "S", "Color": "Red"},
            "6901234567892",
            200,
            1990,
            2500,
            750,
            5,
            "https://img.example/red.jpg",
            0,
        ),
        Variant("T-M-R", {"Size": "M", "Color": "Red"}, "", 210, 1990, 1990, None, 0, "", 1),
    )


def test_the_current_headers_mean_the_same() -> None:
    items = read_text(
        "shopify-products",
        CURRENT + "Mug,mug,<p>Tea</p>,Acme,Home > Kitchen > Mugs,Cup,gift,TRUE,Active,M-1,690,Size,Large,,,"
        "12.00,15.00,3,9,350,https://img.example/m.jpg,1,a mug,,99.99,clay; glaze\n",
    )
    (mug,) = products(items)
    assert mug.category_path == ("Home", "Kitchen", "Mugs")
    assert mug.attributes == {"type": "Cup", "Material": ("clay", "glaze")}
    assert mug.skus == (Variant("M-1", {"Size": "Large"}, "690", 350, 1200, 1500, 300, 9),)
    assert mug.extras["Price / United States"] == "99.99"


def test_a_title_is_enough_for_a_new_product() -> None:
    items = read_text("shopify-products", "Title,Price,Inventory quantity,Option1 name\n绿萝盆栽,12,3,\nPlain,,,\n")
    lvluo, plain = products(items)
    assert (lvluo.external_id, lvluo.skus[0].sale_price, lvluo.skus[0].quantity) == ("绿萝盆栽", 1200, 3)
    assert lvluo.skus[0].code.isascii()
    assert (plain.skus[0].code, plain.skus[0].sale_price) == ("plain", None)
    assert remarks(items) == [(3, "no_price", "noted")]


def test_rows_of_one_handle_belong_together_wherever_they_stand() -> None:
    items = read_text(
        "shopify-products",
        CLASSIC
        + "a,A,,,,,,Size,S,,,A-S,,1,1.00,,,,,,,,\n"
        + "b,B,,,,,,,,,,B,,1,2.00,,,,,,,,\n"
        + "a,,,,,,,,M,,,A-M,,1,1.00,,,,,,,,\n",
    )
    assert [(p.external_id, [s.code for s in p.skus]) for p in products(items)] == [("a", ["A-S", "A-M"]), ("b", ["B"])]


def test_variants_without_a_code_get_one_that_does_not_depend_on_their_order() -> None:
    rows = [
        "a,A,,,,,,Size,S,,,,,1,1.00,,,,,,,,\n",
        "a,,,,,,,,M,,,,,1,1.00,,,,,,,,\n",
        "a,,,,,,,,大,,,,,1,1.00,,,,,,,,\n",
    ]
    first = products(read_text("shopify-products", CLASSIC + "".join(rows)))[0]
    other = products(read_text("shopify-products", CLASSIC + rows[0] + rows[2] + rows[1]))[0]
    assert {s.options["Size"]: s.code for s in first.skus} == {s.options["Size"]: s.code for s in other.skus}
    assert [s.code for s in first.skus][:2] == ["a-s", "a-m"]


def test_repeated_variants_and_codes_are_settled_and_told() -> None:
    items = read_text(
        "shopify-products",
        CLASSIC
        + "a,A,,,,,,Size,S,,,X,,1,1.00,,,,,,,,\n"
        + "a,,,,,,,,M,,,X,,1,1.00,,,,,,,,\n"
        + "a,,,,,,,,S,,,Y,,1,1.00,,,,,,,,\n",
    )
    (product,) = products(items)
    assert [(s.code, s.options["Size"]) for s in product.skus] == [("X", "S"), ("a-x-m", "M")]
    assert remarks(items) == [(3, "sku_repeated", "noted"), (4, "duplicate_variant", "skipped")]


def test_bad_rows_cost_their_product_only_and_are_named() -> None:
    items = read_text(
        "shopify-products",
        CLASSIC
        + "neg,Negative,,,,,,,,,,N,,1,-5.00,,,,,,,,\n"
        + "words,Words,,,,,,,,,,W,,many,5.00,,,,,,,,\n"
        + "late,Late,,,,,,Size,S,,,L1,,1,5.00,,,,,,,,\n"
        + "late,,,,,,,,M,,,L2,,1,cheap,,,,,,,,\n"
        + f"long,{'x' * 10_000},,,,,,,,,,LG,,1,5.00,,,,,,,,\n"
        + "nameless,,,,,,,,,,,NN,,1,5.00,,,,,,,,\n"
        + "absurd,Absurd,,,,,,,,,,AB,,99999999999,5.00,,,,,,,,\n"
        + "short,Short\n"
        + "good,Good,,,,,,,,,,G,,-3,5.00,,,,,,,,\n",
    )
    assert [p.external_id for p in products(items)] == ["good"]
    assert sorted(remarks(items)) == [
        (2, "amount_negative", "rejected"),
        (3, "number_unreadable", "rejected"),
        (5, "amount_unreadable", "rejected"),
        (6, "too_long", "rejected"),
        (7, "missing", "rejected"),
        (8, "number_absurd", "rejected"),
        (9, "too_few_cells", "rejected"),
        (10, "negative_stock", "noted"),
    ]
    assert products(items)[0].skus[0].quantity == 0


def test_any_text_passes_through_untouched() -> None:
    text = '"<script>alert(1)</script> \U0001f600 \u202eRTL\u202c & ""quoted"""'
    (product,) = products(read_text("shopify-products", f"Handle,Title,Body (HTML),Variant Price\nx,{text},{text},1\n"))
    assert product.title == '<script>alert(1)</script> \U0001f600 \u202eRTL\u202c & "quoted"'
    assert product.description_html == product.title


def test_what_is_no_picture_address_is_noted() -> None:
    rows = "".join(
        f"x,{'X' if i == 0 else ''},1,{url}\n"
        for i, url in enumerate(
            ["file:///etc/passwd", "local:../../etc/passwd", "javascript:alert(1)", "//cdn.example/a.png"]
        )
    )
    items = read_text("shopify-products", "Handle,Title,Variant Price,Image Src\n" + rows)
    assert [p.url for p in products(items)[0].media] == ["https://cdn.example/a.png"]
    assert codes(items)["bad_picture"] == 3


def test_drafts_and_archived_products_are_not_listed() -> None:
    rows = "a,A,1,true,active\nb,B,1,true,draft\nc,C,1,false,active\nd,D,1,true,archived\ne,E,1,,\n"
    found = products(read_text("shopify-products", "Handle,Title,Variant Price,Published,Status\n" + rows))
    assert [p.listed for p in found] == [True, False, False, False, True]


def test_the_digest_tells_whether_the_content_changed_and_not_where_it_stands() -> None:
    head = "Handle,Title,Variant Price\n"
    one = products(read_text("shopify-products", head + "a,A,1\nb,B,2\n"))
    two = products(read_text("shopify-products", head + "b,B,2\na,A,1.00\n"))
    three = products(read_text("shopify-products", head + "a,A,1.01\n"))
    assert one[0].digest == two[1].digest
    assert one[0].digest != three[0].digest
