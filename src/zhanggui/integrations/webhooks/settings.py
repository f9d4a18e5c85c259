"""The mall's numbers for webhooks."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "webhooks.attempts",
        10,
        "int",
        Text("投递失败后最多尝试的次数", "Attempts before a delivery becomes a dead letter"),
        1,
        20,
    ),
    Setting("webhooks.keep_days", 30, "int", Text("投递记录保留天数", "Days the log is kept"), 1, 3650),
    Setting(
        "webhooks.allow_private",
        False,
        "bool",
        Text("允许投递到内网或 http 地址（仅测试用）", "Allow private addresses and plain http (for trials only)"),
    ),
]
