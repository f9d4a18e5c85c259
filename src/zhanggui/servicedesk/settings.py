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
    Setting(
        "problems.due_days",
        1,
        "int",
        Text("问题件默认应在几天内解决（0 为当天）", "Days to solve a problem item (0: the same day)"),
        0,
        60,
    ),
    Setting("reviews.photos_max", 6, "int", Text("一条评价最多几张图片", "Photos a review may have"), 0, 20),
]
