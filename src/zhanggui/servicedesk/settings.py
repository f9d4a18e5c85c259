"""The mall's numbers for reviews."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "reviews.days",
        180,
        "int",
        Text("签收后多少天内可以评价和追评", "Days from delivery to review and to add to it"),
        1,
        3650,
    ),
    Setting("reviews.photos_max", 6, "int", Text("一条评价最多几张图片", "Photos a review may have"), 0, 20),
]
