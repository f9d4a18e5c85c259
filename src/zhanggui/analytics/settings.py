"""Numbers of the reports a mall may choose; the definitions name those in force."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "analytics.collect",
        True,
        "bool",
        Text("收集页面浏览（不含个人信息）", "Collect page views (without personal data)"),
    ),
    Setting(
        "analytics.retention_days",
        90,
        "int",
        Text("浏览明细保留天数，之后只留汇总", "Days single page views are kept; afterwards only their sums"),
        minimum=15,
        maximum=1_000,
    ),
    Setting(
        "analytics.visitor_memory_days",
        400,
        "int",
        Text("多少天没有再来的访客视为新访客", "Days without a visit after which a visitor counts as new again"),
        minimum=30,
        maximum=2_000,
    ),
    Setting(
        "analytics.deep_visit_pages",
        11,
        "int",
        Text("一次访问至少多少页算深度访问", "Pages from which a visit counts as deep"),
        minimum=2,
        maximum=1_000,
    ),
    Setting(
        "analytics.long_visit_minutes",
        20,
        "int",
        Text("一次访问至少多少分钟算长时间访问", "Minutes from which a visit counts as long"),
        minimum=1,
        maximum=1_000,
    ),
    Setting(
        "analytics.loyal_orders",
        3,
        "int",
        Text(
            "期限内至少多少笔有效订单算忠诚会员", "Valid orders within the window from which a member counts as loyal"
        ),
        minimum=2,
        maximum=1_000,
    ),
    Setting(
        "analytics.loyal_days",
        365,
        "int",
        Text("判断忠诚会员的期限（天）", "The window, in days, in which a loyal member's orders are counted"),
        minimum=30,
        maximum=3_650,
    ),
    Setting(
        "analytics.product_rows",
        100,
        "int",
        Text("报表商品表的行数", "Rows of the report's product table"),
        minimum=10,
        maximum=10_000,
    ),
]
