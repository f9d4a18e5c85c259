"""What each format is called, brings and wants, and a small file of it that imports as it is."""

from __future__ import annotations

import io
import zipfile

from zhanggui.kernel.i18n import Text

from .types import FormatView, SampleFile

_HISTORY = "imports.history"

GUIDES: dict[str, FormatView] = {
    view.name: view
    for view in (
        FormatView(
            "taobao-products",
            Text("淘宝助理", "Taobao Assistant"),
            Text("商品、规格、库存", "Products, variants, stock"),
            Text(
                "从淘宝助理导出的 CSV：宝贝名称、宝贝价格、宝贝数量、销售属性组合、商家编码……（第二、三行为列名）",
                "The CSV as Taobao Assistant exports it: 宝贝名称, 宝贝价格, 宝贝数量, 销售属性组合, 商家编码 …",
            ),
        ),
        FormatView(
            "shopify-products",
            Text("Shopify", "Shopify"),
            Text("商品、规格、图片、库存", "Products, variants, pictures, stock"),
            Text(
                "Handle、Title、Variant SKU、Variant Price；可有 Option1 Name/Value、Variant Inventory Qty、Image Src……",
                "Handle, Title, Variant SKU, Variant Price; also Option1 Name/Value, Variant Inventory Qty, Image Src …",
            ),
        ),
        FormatView(
            "woocommerce-products",
            Text("WooCommerce", "WooCommerce"),
            Text("商品、规格、图片、库存", "Products, variants, pictures, stock"),
            Text(
                "Type、SKU、Name、Regular price；可有 Sale price、Stock、Categories、Images、Parent……中文表头也可以",
                "Type, SKU, Name, Regular price; also Sale price, Stock, Categories, Images, Parent …, in any of six languages",
            ),
        ),
        FormatView(
            "magento-products",
            Text("Magento 2", "Magento 2"),
            Text("商品、规格、图片、库存", "Products, variants, pictures, stock"),
            Text(
                "sku、product_type、name、price、qty；可有 categories、configurable_variations、additional_attributes……",
                "sku, product_type, name, price, qty; also categories, configurable_variations, additional_attributes …",
            ),
        ),
        FormatView(
            "olist",
            Text("Olist 数据集", "Olist"),
            Text("历史订单、买家、商品（多个文件一起传）", "Past orders, buyers, products (several files together)"),
            Text(
                "olist_orders、order_items、order_payments、customers、products 等文件，一次全部选上，或打包成 zip",
                "olist_orders, order_items, order_payments, customers, products: choose all of them at once, or one zip",
            ),
            several=True,
            permission=_HISTORY,
        ),
        FormatView(
            "online-retail",
            Text("UCI Online Retail", "UCI Online Retail"),
            Text("历史订单、买家", "Past orders and their buyers"),
            Text(
                "InvoiceNo、StockCode、Description、Quantity、InvoiceDate、UnitPrice、CustomerID、Country",
                "InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country",
            ),
            permission=_HISTORY,
        ),
    )
}

_SHOPIFY = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,\
Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty
sample-mug,马克杯,<p>陶瓷 350 毫升</p>,示例品牌,杯子,"厨房, 礼物",TRUE,颜色,白色,SAMPLE-MUG-W,39.00,49.00,20
sample-mug,,,,,,,,蓝色,SAMPLE-MUG-B,39.00,49.00,15
sample-towel,毛巾,<p>纯棉</p>,示例品牌,家纺,,TRUE,Title,Default Title,SAMPLE-TOWEL,19.90,,60
"""
_WOOCOMMERCE = """\
Type,SKU,Name,Published,Short description,Description,In stock?,Stock,\
Regular price,Sale price,Categories,Tags,Parent,Attribute 1 name,Attribute 1 value(s)
variable,SAMPLE-TEE,T 恤,1,纯棉短袖,<p>220 克精梳棉</p>,1,,,,服饰 > T 恤,夏季,,尺码,"M, L"
variation,SAMPLE-TEE-M,T 恤 M,1,,,1,12,89,79,,,SAMPLE-TEE,尺码,M
variation,SAMPLE-TEE-L,T 恤 L,1,,,1,8,89,79,,,SAMPLE-TEE,尺码,L
simple,SAMPLE-CAP,棒球帽,1,可调节,<p>斜纹布</p>,1,30,59,,服饰 > 帽子,,,,
"""
_MAGENTO = """\
sku,store_view_code,attribute_set_code,product_type,categories,product_websites,\
name,description,price,qty,is_in_stock,visibility,product_online,url_key,additional_attributes,configurable_variations
SAMPLE-BAG-S,,Default,simple,Default Category/箱包,base,\
帆布包 小,<p>帆布</p>,69.00,10,1,Not Visible Individually,1,sample-bag-s,size=小,
SAMPLE-BAG-L,,Default,simple,Default Category/箱包,base,\
帆布包 大,<p>帆布</p>,89.00,6,1,Not Visible Individually,1,sample-bag-l,size=大,
SAMPLE-BAG,,Default,configurable,Default Category/箱包,base,帆布包,<p>帆布</p>,,,1,\
"Catalog, Search",1,sample-bag,,"sku=SAMPLE-BAG-S,size=小|sku=SAMPLE-BAG-L,size=大"
"""
_TAOBAO_NAMES = (
    "title", "cid", "price", "num", "approve_status", "description", "cateProps", "picture", "skuProps", "outer_id",
    "propAlias", "num_id", "subtitle", "input_custom_cpv",
)  # fmt: skip
_TAOBAO_WORDS = (
    "宝贝名称", "宝贝类目", "宝贝价格", "宝贝数量", "放入仓库", "宝贝描述", "宝贝属性", "新图片", "销售属性组合", "商家编码",
    "销售属性别名", "数字ID", "宝贝卖点", "自定义属性值",
)  # fmt: skip
_TAOBAO_ROWS = (
    ("连衣裙 春款", "50010850", "199.00", "18", "1", "<p>雪纺</p>", "1627207:28320;1627207:28341;", "",
     "199:10:SAMPLE-DRESS-W:1627207:28320;199:8:SAMPLE-DRESS-K:1627207:28341;", "SAMPLE-DRESS", "", "900000000001", "轻薄透气", ""),
    ("遮阳伞", "50005700", "59.00", "40", "1", "<p>黑胶</p>", "", "", "", "SAMPLE-UMBRELLA", "", "900000000002", "晴雨两用", ""),
)  # fmt: skip
_RETAIL = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom
536366,22633,HAND WARMER,6,2010-12-01 08:28:00,1.85,13047,United Kingdom
"""
_OLIST = {
    "olist_orders_dataset.csv": "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
    "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date\n"
    "sample-order-1,sample-customer-1,delivered,2018-01-05 10:00:00,2018-01-05 10:10:00,2018-01-06 09:00:00,"
    "2018-01-10 15:00:00,2018-01-20 00:00:00\n",
    "olist_order_items_dataset.csv": "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
    "sample-order-1,1,sample-product-1,sample-seller-1,2018-01-09 10:10:00,58.90,13.29\n",
    "olist_order_payments_dataset.csv": "order_id,payment_sequential,payment_type,payment_installments,payment_value\n"
    "sample-order-1,1,credit_card,2,72.19\n",
    "olist_customers_dataset.csv": "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state\n"
    "sample-customer-1,sample-person-1,01310,sao paulo,SP\n",
    "olist_products_dataset.csv": "product_id,product_category_name,product_weight_g\n"
    "sample-product-1,cool_stuff,650\n",
}


def sample(name: str) -> SampleFile:
    """A small file of a format in GUIDES."""
    if name == "olist":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, text in _OLIST.items():
                archive.writestr(file, text)
        return SampleFile("sample-olist.zip", "application/zip", packed.getvalue())
    if name == "taobao-products":
        lines = ["version 1.00", *("\t".join(cells) for cells in (_TAOBAO_NAMES, _TAOBAO_WORDS, *_TAOBAO_ROWS))]
        text = "".join(line + "\r\n" for line in lines)
        return SampleFile("sample-taobao.csv", "text/csv", b"\xff\xfe" + text.encode("utf-16-le"))
    texts = {
        "shopify-products": _SHOPIFY,
        "woocommerce-products": _WOOCOMMERCE,
        "magento-products": _MAGENTO,
        "online-retail": _RETAIL,
    }
    return SampleFile(f"sample-{name}.csv", "text/csv; charset=utf-8", texts[name].encode("utf-8-sig"))
