"""The catalogue's numbers."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

from .types import MOST_HOURS

SETTINGS = [
    Setting(
        "catalog.dropship_hours",
        72,
        "int",
        Text(
            "代发商品付款后多少小时内发货（商品可另定）",
            "Hours within which dropshipped goods leave; a product may say its own",
        ),
        1,
        MOST_HOURS,
    ),
    Setting(
        "catalog.made_hours",
        168,
        "int",
        Text(
            "定制商品付款后多少小时内做好并发货（商品可另定）",
            "Hours within which goods made to order are made and leave; a product may say its own",
        ),
        1,
        MOST_HOURS,
    ),
    Setting(
        "catalog.code_digits",
        6,
        "int",
        Text(
            "商品编码中流水号的位数（分类编码-流水号）", "Digits of the serial in a product code (category code-serial)"
        ),
        3,
        12,
    ),
    Setting(
        "catalog.code_prefix",
        "SP",
        "text",
        Text("没有分类的商品的编码前缀", "Prefix of the codes of products without a category"),
    ),
    Setting(
        "catalog.delist_sold_out",
        False,
        "bool",
        Text("售罄即下架（否则保留页面并显示售罄）", "Delist what is sold out (otherwise its page stays and says so)"),
    ),
    Setting(
        "catalog.relist_in_stock",
        True,
        "bool",
        Text(
            "因售罄自动下架的商品，到货后自动上架（须有价格、资料齐全）",
            "Put what was delisted for being sold out on sale again once stock comes (if it is priced and complete)",
        ),
    ),
    Setting(
        "catalog.picture_bytes",
        10_485_760,
        "int",
        Text("单张图片的最大字节数", "Largest picture in bytes"),
        10_000,
        104_857_600,
    ),
    Setting(
        "catalog.picture_pixels",
        40_000_000,
        "int",
        Text("单张图片的最大像素数", "Largest picture in pixels"),
        10_000,
        400_000_000,
    ),
    Setting(
        "catalog.picture_attempts",
        5,
        "int",
        Text("按地址抓取图片的尝试次数", "Attempts to fetch a picture by its address"),
        1,
        20,
    ),
]
