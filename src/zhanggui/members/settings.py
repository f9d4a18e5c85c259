"""The mall's numbers for members."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting("members.addresses_max", 50, "int", Text("每位会员可保存的地址数", "Addresses a member may keep"), 1, 1000),
    Setting(
        "members.tier_days",
        365,
        "int",
        Text("会员等级看最近多少天的消费", "Days of spending a tier follows from"),
        minimum=1,
        maximum=3_650,
    ),
    Setting(
        "members.points_per_yuan",
        100,
        "int",
        Text("多少积分抵 1 元（一个货币单位）", "Points that are worth one unit of the currency"),
        minimum=1,
        maximum=100_000,
    ),
    Setting(
        "members.points_months",
        12,
        "int",
        Text("积分在多少个月后的月底过期", "Points expire at the end of the month so many months later"),
        minimum=1,
        maximum=120,
    ),
    Setting(
        "members.points_grace_days",
        30,
        "int",
        Text("退回的积分至少还可用多少天", "Days that points given back can be used at least"),
        minimum=0,
        maximum=365,
    ),
]
