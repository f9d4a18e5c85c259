"""How the mall chooses carriers and talks to label services."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

from .rules import PREFERENCES

SETTINGS = [
    Setting(
        "carriage.bill_tolerance_g",
        100,
        "int",
        Text(
            "承运商账单重量比自己称的多出多少克以内不算差异",
            "Grams a carrier's bill may be heavier than the mall's own weight",
        ),
        minimum=0,
        maximum=20_000,
    ),
    Setting(
        "carriage.prefer",
        "cheapest",
        "text",
        Text("没有规则适用时怎样选承运商", "How a carrier is chosen where no rule fits"),
        choices=tuple(PREFERENCES),
        names=PREFERENCES,
    ),
    Setting(
        "carriage.ask_at_packing",
        True,
        "bool",
        Text(
            "装箱完毕自动向面单服务取运单号（承运商有可用账户时）",
            "Ask for a waybill when a box is complete (where its carrier has an account)",
        ),
    ),
    Setting(
        "carriage.timeout_seconds",
        6,
        "int",
        Text("等待面单服务应答的秒数", "Seconds to wait for a label service's answer"),
        minimum=1,
        maximum=30,
    ),
    Setting(
        "carriage.quiet_hours",
        12,
        "int",
        Text("包裹多少小时没有新轨迹就主动查询", "Hours without news after which a parcel's tracks are asked for"),
        minimum=1,
        maximum=240,
    ),
    Setting(
        "carriage.silent_hours",
        72,
        "int",
        Text("包裹多少小时没有新轨迹就提示人工跟进", "Hours without news after which a parcel is told to staff"),
        minimum=2,
        maximum=1000,
    ),
]
