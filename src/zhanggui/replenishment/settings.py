"""The mall's numbers for replenishment."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SERVICE = {"A": "replenishment.service_a", "B": "replenishment.service_b", "C": "replenishment.service_c"}
REVIEW_DAYS = "replenishment.review_days"
LEAD_DAYS = "replenishment.lead_days"
HORIZON_WEEKS = "replenishment.horizon_weeks"
HISTORY_WEEKS = "replenishment.history_weeks"

SETTINGS = [
    *(
        Setting(
            SERVICE[letter],
            value,
            "int",
            Text(
                f"{letter} 类商品的服务水平（百分之几的补货周期不缺货）",
                f"Service level of class {letter} (percent of cycles without a stock-out)",
            ),
            minimum=50,
            maximum=99,
        )
        for letter, value in (("A", 97), ("B", 95), ("C", 90))
    ),
    Setting(
        REVIEW_DAYS,
        7,
        "int",
        Text("每隔多少天下一次采购单", "Days from one round of purchasing to the next"),
        minimum=1,
        maximum=60,
    ),
    Setting(
        LEAD_DAYS,
        14,
        "int",
        Text("没有供应商交期时按多少天到货计算", "Days to delivery where no supplier's are known"),
        minimum=0,
        maximum=365,
    ),
    Setting(
        HORIZON_WEEKS,
        4,
        "int",
        Text("向前预测并比较的周数", "Weeks forecast, and compared on the past"),
        minimum=1,
        maximum=13,
    ),
    Setting(
        HISTORY_WEEKS,
        156,
        "int",
        Text("预测所用的历史周数上限", "Weeks of the past a forecast looks at, at most"),
        minimum=13,
        maximum=520,
    ),
]  # fmt: skip
