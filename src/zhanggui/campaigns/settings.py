"""The mall's numbers for campaigns."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

REVIEW_DAYS = "campaigns.review_days"

SETTINGS = [
    Setting(
        REVIEW_DAYS,
        5,
        "int",
        Text(
            "需审核的推广资源须提前多少个工作日提交（按工作日历计）",
            "Working days of the mall before which placements with a review are handed in",
        ),
        minimum=1,
        maximum=20,
    ),
]
