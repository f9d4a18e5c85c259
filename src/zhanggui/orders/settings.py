from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "orders.minutes_to_pay",
        30,
        "int",
        Text(
            "下单后多少分钟内须付款，逾期自动取消并释放库存",
            "Minutes to pay before an order is cancelled and its stock freed",
        ),
        minimum=1,
        maximum=10_080,
    ),
    Setting(
        "orders.price_change_percent",
        30,
        "int",
        Text(
            "改价最多可将商品金额降低百分之几，超过须有「突破价格底线」权限",
            "Percent by which the goods of an unpaid order may be made cheaper without the permission to go below the floor",
        ),
        minimum=0,
        maximum=100,
    ),
    Setting(
        "orders.dispatch_hours",
        24,
        "int",
        Text("付款后多少小时内发货（手册：24 小时）", "Hours from payment to dispatch (the manual's 24 h)"),
        minimum=1,
        maximum=2_400,
    ),
    Setting(
        "orders.dispatch_latest_hours",
        48,
        "int",
        Text(
            "付款后最迟多少小时发货（手册：48 小时）",
            "Hours from payment to dispatch at the latest (the manual's 48 h)",
        ),
        minimum=1,
        maximum=2_400,
    ),
    Setting(
        "orders.days_to_complete",
        10,
        "int",
        Text("签收后多少天自动确认收货", "Days from delivery until an order counts as completed"),
        minimum=1,
        maximum=365,
    ),
]
