"""The mall's numbers for sign-in."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "accounts.staff_session_hours", 12, "int", Text("员工登录有效小时数", "Hours a staff sign-in lasts"), 1, 720
    ),
    Setting("accounts.member_session_days", 30, "int", Text("会员登录有效天数", "Days a member sign-in lasts"), 1, 365),
    Setting(
        "accounts.attempts_per_account",
        10,
        "int",
        Text("每个账号在时间窗内可尝试登录的次数", "Sign-in attempts for one account within the window"),
        3,
        1000,
    ),
    Setting(
        "accounts.attempts_per_address",
        100,
        "int",
        Text(
            "每个网络地址在时间窗内可尝试登录或注册的次数",
            "Sign-ins or registrations from one address within the window",
        ),
        3,
        1_000_000,
    ),
    Setting(
        "accounts.attempt_window_minutes", 15, "int", Text("尝试次数的时间窗(分钟)", "Minutes of that window"), 1, 1440
    ),
]
