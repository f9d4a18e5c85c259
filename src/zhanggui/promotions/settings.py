from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "promotions.at_once_max",
        5,
        "int",
        Text("同时进行的促销超过几个时提醒", "Promotions at once above which the team is warned"),
        minimum=1,
        maximum=200,
    ),
    Setting(
        "promotions.coupon_grace_days",
        7,
        "int",
        Text(
            "订单取消、超时或退款退回的优惠券若已过期，再延长多少天（0 为不延长）",
            "Days a coupon that comes back from an order is good for when it ran out meanwhile (0: none)",
        ),
        minimum=0,
        maximum=365,
    ),
    Setting(
        "promotions.coupons_back_after_refund",
        False,
        "bool",
        Text(
            "发货后全额退款的订单也退回优惠券和促销次数（未发货的总是退回）",
            "Coupons and uses of promotions also come back from an order refunded in full after it was shipped (before, they always do)",
        ),
    ),
    Setting(
        "promotions.codes_per_batch",
        500_000,
        "int",
        Text("一批最多生成多少个券码", "Codes made in one batch at most"),
        minimum=1,
        maximum=1_000_000,
    ),
]
