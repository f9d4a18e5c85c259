"""The numbers of pricing."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

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
]
