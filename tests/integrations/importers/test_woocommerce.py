"""WooCommerce files: kinds of products, lists inside cells, headers in other languages."""

from __future__ import annotations

import pytest

from tests.integrations.importers.reading import ZONE, products, read_files, read_text, remarks
from tests.support.shared import shared_data
from zhanggui.integrations.importers.cells import moment


def test_the_real_sample_is_read_whole() -> None:
    items = read_files("woocommerce-products", shared_data("import-formats", "woocommerce", "sample_products.csv"))
    found = {p.external_id: p for p in products(items)}
    assert len(found) == 17
    assert remarks(items) == [(24, "grouped_product", "skipped"), (25, "external_product", "noted")]
    hoodie = found["woo-hoodie"]
    assert [(s.code, s.options, s.sale_price, s.list_price) for s in hoodie.skus] == [
        ("woo-hoodie-blue-logo", {"Color": "Blue", "Logo": "Yes"}, 4500, 4500),
        ("bag-335467", {"Color": "Red", "Logo": "No"}, 4200, 4500),
        ("bag-286457", {"Color": "Green", "Logo": "No"}, 4500, 4500),
        ("woo-hoodie-blue", {"Color": "Blue", "Logo": "No"}, 4500, 4500),
    ]
    assert {s.weight_g for s in hoodie.skus} == {680}
    assert hoodie.category_path == ("Clothing", "Hoodies")
    assert len(hoodie.media) == 4
    assert found["woo-vneck-tee"].attributes == {"Size": ("Large", "Medium", "Small")}
    assert (found["woo-beanie"].skus[0].sale_price, found["woo-beanie"].skus[0].list_price) == (1800, 2000)
    assert not found["wp-pennant"].listed
    assert not found["woo-hoodie-with-pocket"].listed, "hidden from the catalogue"
    assert {"Woo-beanie-logo", "woo-beanie"} <= found.keys(), "codes that differ in case only are different"


def test_the_experimental_sample_is_read_whole() -> None:
    path = shared_data("import-formats", "woocommerce", "experimental_sample_9_products.csv")
    items = read_files("woocommerce-products", path)
    assert [p.external_id for p in products(items)] == [
        "woo-tshirt", "woo-beanie", "woo-belt", "woo-cap", "woo-sunglasses", "woo-polo",
    ]  # fmt: skip
    assert remarks(items) == [
        (2, "no_variants", "rejected"),
        (3, "no_variants", "rejected"),
        (10, "grouped_product", "skipped"),
    ]


def test_a_variation_finds_its_parent_by_code_or_number_and_before_it() -> None:
    items = read_text(
        "woocommerce-products",
        "ID,Type,SKU,Name,Published,Stock,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n"
        "2,variation,V-1,Shirt - S,1,3,,id:1,Size,S\n"
        '1,variable,SHIRT,Shirt,1,,20,,Size,"S, M"\n'
        "3,variation,V-2,Shirt - M,1,parent,21,shirt,Size,M\n"
        "4,variation,V-3,Lost,1,1,5,NOBODY,Size,M\n"
        "5,variable,EMPTY,Empty,1,,5,,Size,M\n",
    )
    (shirt,) = products(items)
    assert [(s.code, s.sale_price, s.quantity) for s in shirt.skus] == [("V-1", 2000, 3), ("V-2", 2100, None)]
    assert remarks(items) == [(6, "no_variants", "rejected"), (5, "parent_missing", "rejected")]


def test_lists_paths_and_line_breaks_inside_cells() -> None:
    items = read_text(
        "woocommerce-products",
        "Type,SKU,Name,Short description,Description,Regular price,Categories,Tags,Images,Weight (kg),"
        "Attribute 1 name,Attribute 1 value(s)\n"
        'simple,S,Set,<b>Short</b>,one\\ntwo,"1.234,56","Home > Kitchen, Sale","a, b\\, c",'
        '"https://x.example/1.jpg, https://x.example/2.jpg","0,25",Material,"Wood, Steel"\n',
    )
    (product,) = products(items)
    assert product.subtitle == "Short"
    assert product.description_html == "one\ntwo"
    assert product.category_path == ("Home", "Kitchen")
    assert product.tags == ("a", "b, c")
    assert product.attributes == {"Material": ("Wood", "Steel"), "other_categories": ("Sale",)}
    assert [p.url for p in product.media] == ["https://x.example/1.jpg", "https://x.example/2.jpg"]
    assert (product.skus[0].sale_price, product.skus[0].weight_g) == (123456, 250)


def test_a_sale_price_keeps_its_dates() -> None:
    items = read_text(
        "woocommerce-products",
        "Type,SKU,Name,Published,Date sale price starts,Date sale price ends,Sale price,Regular price\n"
        "simple,A,A,1,2030-01-01 00:00:00,2030-01-31 23:59:59,8,10\n"
        "simple,B,B,1,,,12,10\n",
    )
    dated, odd = products(items)
    assert (dated.skus[0].sale_price, dated.skus[0].list_price) == (800, 1000)
    assert dated.skus[0].sale_from == moment("2030-01-01 00:00:00", "", ZONE)
    assert dated.skus[0].sale_until == moment("2030-01-31 23:59:59", "", ZONE)
    assert (odd.skus[0].sale_price, odd.skus[0].list_price) == (1200, 1200)
    assert remarks(items) == [(3, "sale_without_regular_price", "noted")]


LANGUAGES = {
    "zh": "ID,类型,SKU,名称,已发布,简短描述,描述,库存,促销价格,常规售价,分类,标签,图片,父级,属性 1 名称,属性 1 值,重量 (kg)",
    "de": "ID,Typ,Artikelnummer,Name,Veröffentlicht,Kurzbeschreibung,Beschreibung,Lager,Angebotspreis,Regulärer Preis,"
    "Kategorien,Schlagwörter,Bilder,Übergeordnetes Produkt,Attribut 1 Name,Attribut 1 Wert(e),Gewicht (kg)",
    "ru": "ID,Тип,Артикул,Имя,Опубликован,Краткое описание,Описание,Запасы,Цена распродажи,Базовая цена,Категории,Метки,"
    "Изображения,Родительский,Имя атрибута 1,Значение(-я) аттрибута(-ов) 1,Вес (kg)",
    "fr": "ID,Type,UGS,Nom,Publié,Description courte,Description,Stock,Tarif promo,Tarif régulier,Catégories,Étiquettes,"
    "Images,Parent,Nom de l’attribut 1,Valeur(s) de l’attribut 1 ,Poids (kg)",
    "es": "ID,Tipo,SKU,Nombre,Publicado,Descripción corta,Descripción,Inventario,Precio rebajado,Precio normal,Categorías,"
    "Etiquetas,Imágenes,Superior,Nombre del atributo 1,Valor(es) del atributo 1,Peso (kg)",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_in_the_shops_language_are_understood(language: str) -> None:
    rows = (
        '1,variable,P,Parent,1,short,long,,,,"Deko > Vasen","x, y",https://x.example/a.jpg,,Farbe,"rot, blau",2\n'
        "2,variation,P-1,Parent - rot,1,,,7,8,10,,,,P,Farbe,rot,\n"
    )
    items = read_text("woocommerce-products", f"\ufeff{LANGUAGES[language]}\n{rows}".encode())
    (product,) = products(items)
    assert remarks(items) == []
    assert (product.title, product.subtitle, product.description_html) == ("Parent", "short", "long")
    assert (product.category_path, product.tags) == (("Deko", "Vasen"), ("x", "y"))
    (sku,) = product.skus
    assert (sku.code, sku.options, sku.quantity) == ("P-1", {"Farbe": "rot"}, 7)
    assert (sku.sale_price, sku.list_price, sku.weight_g) == (800, 1000, 2000)
