from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "presale.minutes_to_pay",
        30,
        "int",
        Text(
            "预订后多少分钟内须付定金，逾期释放名额和库存",
            "Minutes to pay the deposit before the reservation's pieces are free again",
        ),
        minimum=1,
        maximum=1_440,
    ),
    Setting(
        "presale.keeps_unpaid",
        True,
        "bool",
        Text(
            "逾期未付尾款，定金不退（关闭则原路退回）；付定金时的规则对该笔预订一直有效",
            "Deposits are kept when the balance is not paid in time (else they go back); reservations keep the rule of their time",
        ),
    ),
    Setting(
        "presale.keeps_cancelled",
        True,
        "bool",
        Text(
            "付尾款前顾客自己取消，定金不退（关闭则原路退回）；付定金时的规则对该笔预订一直有效",
            "Deposits are kept when buyers cancel before the balance (else they go back); reservations keep the rule of their time",
        ),
    ),
]
