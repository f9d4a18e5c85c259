from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

from . import promise

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
        "orders.remind_every_hours",
        4,
        "int",
        Text("同一订单两次催付至少间隔几小时", "Hours between two reminders to pay the same order"),
        minimum=1,
        maximum=168,
    ),
    Setting(
        "orders.remind_within_hours",
        72,
        "int",
        Text("下单超过几小时不再催付", "Hours after an order was placed in which its buyer may be reminded to pay"),
        minimum=1,
        maximum=720,
    ),
    Setting(
        "orders.urge_every_hours",
        12,
        "int",
        Text("买家两次催单至少间隔几小时", "Hours between two times a buyer asks for the same parcel"),
        minimum=1,
        maximum=168,
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
        promise.WORKDAYS,
        False,
        "bool",
        Text(
            "发货时限只计工作日（按「工作日历」）",
            "Only hours of working days count towards the promise (Working days)",
        ),
    ),
    Setting(
        promise.EXCEPTIONS,
        [],
        "json",
        Text(
            '大促等例外时段的发货承诺，如 [{"from":"2026-11-11","to":"2026-11-13","hours":72,"latest_hours":120,"reason":"双11"}]',
            "Days on which other hours are promised, such as those of a large campaign, each with its reason",
        ),
        check=promise.fault,
    ),
    Setting(
        "orders.days_to_complete",
        10,
        "int",
        Text("签收后多少天自动确认收货", "Days from delivery until an order counts as completed"),
        minimum=1,
        maximum=365,
    ),
    Setting(
        "orders.partial_return",
        "keep",
        "text",
        Text(
            "部分退货后，留下的商品怎么算（以后下的订单适用）",
            "What is kept after a partial return costs (orders placed from now on)",
        ),
        choices=("keep", "reprice"),
        names={
            "keep": Text("维持原价，每件退回其实付金额", "What was paid for it: each unit gives back its share"),
            "reprice": Text(
                "按下单时的优惠重算，差额从退款中扣回", "What it would have cost by the promotions of then"
            ),
        },
    ),
    Setting(
        "orders.gift_return",
        "leave",
        "text",
        Text(
            "部分退货后不再满足条件的赠品（以后下的订单适用）",
            "Gifts that what is kept would not have brought (orders placed from now on)",
        ),
        choices=("leave", "deduct", "return"),
        names={
            "leave": Text("归买家", "Stay with the buyer"),
            "deduct": Text("从退款中扣除其标明的价值", "Are deducted at their stated value"),
            "return": Text("须一并退回，不退则按价值扣除", "Have to come back, or are deducted"),
        },
    ),
]
