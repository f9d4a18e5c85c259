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
]
