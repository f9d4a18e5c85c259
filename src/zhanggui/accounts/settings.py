"""The mall's numbers for sign-in."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "accounts.staff_session_hours", 12, "int", Text("员工登录有效小时数", "Hours a staff sign-in lasts"), 1, 720
    ),
    Setting(
        "accounts.staff_session_days_at_most",
        7,
        "int",
        Text("员工连续使用时最多多少天后须重新登录", "Days after which staff sign in again however busy they are"),
        1,
        90,
    ),
    Setting(
        "accounts.two_factor_roles",
        [],
        "json",
        Text(
            "必须使用两步验证的角色（角色代码列表）", "Roles that must use a second factor (a list of the roles' codes)"
        ),
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
        "accounts.attempt_window_minutes",
        15,
        "int",
        Text("尝试次数的时间窗（分钟）", "Minutes of that window"),
        1,
        1440,
    ),
]
