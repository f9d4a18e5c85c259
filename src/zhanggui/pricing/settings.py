"""The numbers of pricing."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

from .types import DEAREST, SUM

SETTINGS = [
    Setting(
        "pricing.struck_days",
        7,
        "int",
        Text(
            "划线价取降价前多少天内的最低价（中国 7 天，欧盟 30 天）",
            "A struck price is the lowest of how many days before the price fell (China 7, the EU 30)",
        ),
        1,
        90,
    ),
    Setting(
        "pricing.struck_shown_days",
        30,
        "int",
        Text(
            "降价后最多多少天内显示划线价，0 为从不显示",
            "Days for which a fallen price stands beside the struck one; 0: never",
        ),
        0,
        365,
    ),
    Setting(
        "pricing.freight_several",
        SUM,
        "text",
        Text(
            "一单里有几种运费模板的商品时：各模板运费相加（sum），或只收最高的一个（dearest）",
            "Goods of several freight templates in one order: each fee is charged (sum), or only the dearest",
        ),
        choices=(SUM, DEAREST),
        names={SUM: Text("各模板相加", "Each fee"), DEAREST: Text("只收最高的", "The dearest alone")},
    ),
]
