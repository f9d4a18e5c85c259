from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "inventory.days_before_expiry_not_sold",
        0,
        "int",
        Text(
            "到期前多少天起不再销售（0 表示到期当天仍可销售）；单个 SKU 可另设",
            "Days before expiry from which a batch is sold no longer (0: sold up to and on its expiry date); a SKU may have its own",
        ),
        minimum=0,
        maximum=3_650,
    ),
    Setting(
        "inventory.near_expiry_days",
        30,
        "int",
        Text("到期前多少天起列入临期批次", "Days before its expiry from which a batch is listed as near expiry"),
        minimum=0,
        maximum=3_650,
    ),
]
