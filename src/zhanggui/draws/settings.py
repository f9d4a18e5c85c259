"""The mall's numbers for draws."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "draws.prize_value_max",
        5_000_000,
        "int",
        Text(
            "抽奖单个奖品价值上限（分）：抽奖式有奖销售的最高奖不得超过 5 万元",
            "What a prize may be worth at most, in minor units: rules on prize promotions stop at 50 000 yuan",
        ),
        minimum=1,
        maximum=10**12,
    ),
]
