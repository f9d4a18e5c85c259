"""The numbers of the mall's pages."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "content.home_ad_slots",
        3,
        "int",
        Text(
            "首页同时可见的广告位上限（轮播算一个）",
            "Advertisements the home page may show at once (a carousel is one)",
        ),
        1,
        20,
    ),
    Setting(
        "content.hot_days",
        30,
        "int",
        Text("热销商品按最近多少天的销量计算", "Days of sales behind the hot-sale shelf"),
        1,
        365,
    ),
    Setting(
        "content.preview_hours",
        24,
        "int",
        Text("预览链接的有效小时数", "Hours a preview link is good for"),
        1,
        720,
    ),
]
