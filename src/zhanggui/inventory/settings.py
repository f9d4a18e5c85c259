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
    Setting(
        "inventory.recount_above_units",
        5,
        "int",
        Text(
            "盘点差异超过多少件时，须由另一人复盘",
            "Units of difference above which somebody else has to count once more",
        ),
        minimum=0,
        maximum=1_000_000,
    ),
    Setting(
        "inventory.count_approval_units",
        20,
        "int",
        Text(
            "盘点差异（盘盈与盘亏件数之和）超过多少件时须审批",
            "Units of difference of a stock-take, found and missing together, above which it needs approval",
        ),
        minimum=0,
        maximum=1_000_000_000,
    ),
    Setting(
        "inventory.count_approval_value",
        100_000,
        "int",
        Text(
            "盘点差异金额（按成本，单位为分）超过多少时须审批",
            "Value of the differences of a stock-take, at cost in minor units, above which it needs approval",
        ),
        minimum=0,
        maximum=1_000_000_000_000,
    ),
    Setting(
        "inventory.cover_low_days",
        7,
        "int",
        Text(
            "可售库存不够卖多少天时预警（按近四周发货速度）",
            "Days of cover below which stock is too little, at the pace of four weeks",
        ),
        minimum=0,
        maximum=3650,
    ),
    Setting(
        "inventory.cover_high_days",
        180,
        "int",
        Text("可售库存够卖超过多少天时预警", "Days of cover above which stock is too much"),
        minimum=0,
        maximum=3650,
    ),
    Setting(
        "inventory.loss_units",
        5,
        "int",
        Text("四周内盘亏与报损达到多少件时预警", "Units lost or broken within four weeks from which one is warned"),
        minimum=0,
        maximum=1000000,
    ),
]
