"""Header labels of WooCommerce exports in the languages met: English, Chinese, German, Russian, French, Spanish."""

from __future__ import annotations

import re

from .columns import plain

ALIASES: dict[str, tuple[str, ...]] = {
    "id": (),
    "type": ("类型", "产品类型", "Typ", "Тип", "Tipo"),
    "sku": ("货号", "Artikelnummer", "Артикул", "UGS"),
    "barcode": (
        "GTIN, UPC, EAN, or ISBN",
        "GTIN, UPC, EAN oder ISBN",
        "GTIN, UPC, EAN o ISBN",
        "GTIN, UPC, EAN ou ISBN",
    ),
    "name": ("名称", "Имя", "Название", "Nom", "Nombre"),
    "published": ("已发布", "Veröffentlicht", "Опубликован", "Publié", "Publicado"),
    "visibility": (
        "Visibility in catalog",
        "目录可见性",
        "目录中的可见性",
        "在目录中的可见性",
        "Sichtbarkeit im Katalog",
        "Видимость в каталоге",
        "Visibilité dans le catalogue",
        "Visibilidad en el catálogo",
    ),
    "short": (
        "Short description",
        "简短描述",
        "简短说明",
        "Kurzbeschreibung",
        "Краткое описание",
        "Короткое описание",
        "Description courte",
        "Descripción corta",
    ),
    "description": ("描述", "产品描述", "Beschreibung", "Описание", "Descripción"),
    "sale_from": (
        "Date sale price starts",
        "促销开始日期",
        "促销价格开始日期",
        "Datum, an dem Angebotspreis beginnt",
        "Дата начала действия продажной цены",
        "Дата начала действия скидки",
        "Date de début de promo",
        "Date de début de la promo",
        "Día en que empieza el precio rebajado",
    ),
    "sale_until": (
        "Date sale price ends",
        "促销结束日期",
        "促销价格结束日期",
        "Datum, an dem Angebotspreis endet",
        "Дата окончания действия продажной цены",
        "Дата окончания действия скидки",
        "Date de fin de promo",
        "Date de fin de la promo",
        "Día en que termina el precio rebajado",
    ),
    "stock": ("库存", "库存量", "Lager", "Lagerbestand", "Bestand", "Запасы", "Inventario"),
    "sale": (
        "Sale price",
        "促销价格",
        "促销价",
        "Angebotspreis",
        "Цена распродажи",
        "Акционная цена",
        "Tarif promo",
        "Precio rebajado",
    ),
    "regular": (
        "Regular price",
        "常规售价",
        "常规价格",
        "正常价格",
        "原价",
        "Regulärer Preis",
        "Базовая цена",
        "Tarif régulier",
        "Precio normal",
    ),
    "categories": ("分类", "分类目录", "Kategorien", "Категории", "Catégories", "Categorías", "Categorias"),
    "tags": ("标签", "Schlagwörter", "Schlagworte", "Метки", "Étiquettes", "Etiquetas"),
    "images": ("图片", "图像", "Bilder", "Изображения", "Imágenes"),
    "parent": (
        "父级",
        "父产品",
        "上级",
        "Übergeordnetes Produkt",
        "Übergeordnet",
        "Родительский",
        "Superior",
        "Principal",
    ),
    "grouped": (
        "Grouped products",
        "组合产品",
        "产品组",
        "Gruppierte Produkte",
        "Сгруппированные товары",
        "Groupes de produits",
        "Produits groupés",
        "Productos agrupados",
    ),
    "external_url": (
        "External URL",
        "外部链接",
        "外部网址",
        "Externe URL",
        "Внешний URL",
        "URL externe",
        "URL externa",
    ),
    "position": ("位置", "Позиция", "Posición"),
    "brand": ("Brands", "品牌", "Marken", "Marke", "Бренды", "Бренд", "Marques", "Marque", "Marcas", "Marca"),
    "cost": ("Cost of goods", "Cost", "成本"),
}

_NAME = (
    r"attribute (\d+) name",
    r"属性 ?(\d+) ?(?:的)?名称",
    r"attribut (\d+) name",
    r"(?:имя|название) ат+рибута (\d+)",
    r"nom de l'attribut (\d+)",
    r"nombre del atributo (\d+)",
)
_VALUE = (
    r"attribute (\d+) value\(s\)",
    r"属性 ?(\d+) ?(?:的)?值",
    r"attribut (\d+) wert\(e\)",
    r"значени(?:е\(-я\)|е|я) ат+рибута?(?:\(-ов\)|ов)? (\d+)",
    r"valeur\(s\) de l'attribut (\d+)",
    r"valor\(es\) del atributo (\d+)",
)
_PATTERNS = [(re.compile(pattern), part) for part, group in (("name", _NAME), ("value", _VALUE)) for pattern in group]


def attribute_column(header: str) -> tuple[int, str] | None:
    """(1, "name") for `Attribute 1 name` in any of the languages; None for other columns."""
    label = plain(header)
    for pattern, part in _PATTERNS:
        if found := pattern.fullmatch(label):
            return int(found.group(1)), part
    return None
