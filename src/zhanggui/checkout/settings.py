from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "checkout.max_lines",
        100,
        "int",
        Text("一个购物车最多多少种商品", "The most different goods in one cart"),
        minimum=1,
        maximum=500,
    ),
    Setting(
        "checkout.max_quantity",
        999,
        "int",
        Text("一种商品一次最多买多少件", "The most units of one article in one order"),
        minimum=1,
        maximum=100_000,
    ),
    Setting(
        "checkout.points_percent",
        50,
        "int",
        Text(
            "积分最多抵扣商品金额的百分之几（0 为不可用）",
            "The most of an order's goods that points pay, in percent (0: none)",
        ),
        minimum=0,
        maximum=100,
    ),
    Setting(
        "checkout.points_step",
        100,
        "int",
        Text("积分使用的最小单位", "Points are spent in steps of so many"),
        minimum=1,
        maximum=100_000,
    ),
    Setting(
        "checkout.staff_hours_to_pay",
        48,
        "int",
        Text("代客下单后多少小时内须付款", "Hours a buyer has to pay an order that staff entered for him"),
        minimum=1,
        maximum=720,
    ),
    Setting(
        "checkout.cart_days",
        90,
        "int",
        Text("购物车多少天未动后清除", "Days after which an untouched cart is cleared"),
        minimum=1,
        maximum=3_650,
    ),
]
