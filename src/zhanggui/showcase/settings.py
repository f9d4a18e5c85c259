"""The numbers of the shop window."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "showcase.together_days",
        180,
        "int",
        Text("“搭配购买”按最近多少天的订单计算", "Days of orders behind “often bought together”"),
        1,
        3650,
    ),
    Setting(
        "showcase.together_orders",
        2,
        "int",
        Text("两件商品至少同在多少个订单里才算搭配", "Orders two products must share to be shown together"),
        1,
        1000,
    ),
]
