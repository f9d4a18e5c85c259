from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "procurement.own_limit",
        500_000,
        "int",
        Text(
            "自己起草的采购单，金额（分）不超过此数可自己批准，超过须他人批准",
            "Drafts of one's own up to this amount (minor units) may be approved by oneself; above it another person is needed",
        ),
        minimum=0,
        maximum=10**13,
    ),
    Setting(
        "procurement.large_limit",
        5_000_000,
        "int",
        Text(
            "采购单金额（分）超过此数须有大额批准权限",
            "Purchase orders above this amount (minor units) need the right to approve large ones",
        ),
        minimum=0,
        maximum=10**13,
    ),
    Setting(
        "procurement.over_percent",
        5,
        "int",
        Text("到货可以多出订购数量的百分之几，再多则拒收", "How many percent more than ordered may be taken in"),
        minimum=0,
        maximum=100,
    ),
    Setting(
        "procurement.paper_days",
        30,
        "int",
        Text("资质证件到期前多少天开始提醒", "Days before a qualification paper expires at which the warning begins"),
        minimum=1,
        maximum=365,
    ),
    Setting(
        "procurement.paper_bytes",
        5_000_000,
        "int",
        Text("资质证件文件最大字节数", "Largest file of a qualification paper, in bytes"),
        minimum=10_000,
        maximum=20_000_000,
    ),
]
