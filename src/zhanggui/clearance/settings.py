"""The mall's numbers for the analysis of stock. Slow sellers and too much stock are judged by `assortment.slow_days` and
`inventory.cover_high_days`, which other pages use, too."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

WEEKS, X_MOST, Y_MOST = "clearance.weeks", "clearance.x_most_percent", "clearance.y_most_percent"
HORIZON, ASSUMED, RETURN_DAYS = "clearance.horizon_days", "clearance.assumed_uplift_percent", "clearance.return_days"

SETTINGS = [
    Setting(
        WEEKS, 13, "int",
        Text(
            "库存分析看最近多少个七天（13 个约为 90 天）",
            "The analysis of stock looks at so many times seven days (13: about 90)",
        ), 4, 52,
    ),
    Setting(
        X_MOST, 50, "int",
        Text(
            "X 类：每周销量的变异系数不超过百分之几",
            "Class X: weekly sales vary by at most so many percent of their mean",
        ), 1, 1000,
    ),
    Setting(
        Y_MOST, 100, "int",
        Text(
            "Y 类：变异系数不超过百分之几（更大为 Z 类）",
            "Class Y: at most so many percent (more is class Z)",
        ), 1, 1000,
    ),
    Setting(
        HORIZON, 28, "int",
        Text(
            "清仓建议按多少天估算效果",
            "Days over which a clearing proposal is reckoned",
        ), 7, 180,
    ),
    Setting(
        ASSUMED, 20, "int",
        Text(
            "没有先例时，假定每降价 10% 销量增加百分之几",
            "Without a precedent, each 10% off is assumed to raise sales by so many percent",
        ), 0, 500,
    ),
    Setting(
        RETURN_DAYS, 90, "int",
        Text(
            "与供应商约定收货后多少天内可退货（0 为不可退）",
            "Days after receipt within which suppliers take goods back (0: they do not)",
        ), 0, 3650,
    ),
]  # fmt: skip
