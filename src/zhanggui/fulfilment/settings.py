"""What the papers of the warehouse say of the mall, and the paper they are printed on."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

from .rules import POLICY, policy_wrong

#: Width × height in mm, as the rolls of thermal printers are sold.
LABEL_SIZES = ("76x130", "100x180")
SLIP_SIZES = ("a5", "a4")

TIME_WEIGHT, SPEED_WEIGHT = "fulfilment.score_on_time", "fulfilment.score_speed"
SAFETY_WEIGHT, COST_WEIGHT = "fulfilment.score_safety", "fulfilment.score_cost"
LEAST_PARCELS = "fulfilment.score_least_parcels"

SETTINGS = [
    *(
        Setting(name, usual, "int", words, minimum=0, maximum=100)
        for name, usual, words in (
            (TIME_WEIGHT, 40, Text("承运商评分：准时的权重", "Carriers' scores: weight of being in time")),
            (SPEED_WEIGHT, 20, Text("承运商评分：时效的权重", "Carriers' scores: weight of speed")),
            (SAFETY_WEIGHT, 25, Text("承运商评分：丢损的权重", "Carriers' scores: weight of nothing lost or damaged")),
            (COST_WEIGHT, 15, Text("承运商评分：成本的权重", "Carriers' scores: weight of cost")),
        )
    ),
    Setting(
        LEAST_PARCELS,
        20,
        "int",
        Text(
            "承运商评分：近 90 天至少多少个包裹才评分", "Carriers' scores: parcels of 90 days below which there is none"
        ),
        minimum=1,
        maximum=10_000,
    ),
    Setting(
        "fulfilment.sender_name",
        "",
        "text",
        Text("面单寄件人；不填则用商城名称", "Sender on waybill labels; the name of the mall where empty"),
        optional=True,
    ),
    Setting(
        "fulfilment.sender_phone",
        "",
        "text",
        Text("面单寄件电话", "Phone of the sender on waybill labels"),
        optional=True,
    ),
    Setting(
        "fulfilment.sender_address",
        "",
        "text",
        Text("面单寄件地址，退件寄回这里", "Address of the sender on waybill labels: where parcels come back to"),
        optional=True,
    ),
    Setting(
        "fulfilment.label_size",
        "76x130",
        "text",
        Text("面单纸尺寸（毫米）", "Paper of waybill labels, in millimetres"),
        choices=LABEL_SIZES,
    ),
    Setting("fulfilment.slip_size", "a5", "text", Text("发货清单纸张", "Paper of packing slips"), choices=SLIP_SIZES),
    Setting(
        "fulfilment.review_auto_pass",
        True,
        "bool",
        Text("审单没有拦下理由的订单自动放行", "Orders the review has nothing against pass by themselves"),
    ),
    Setting(
        "fulfilment.review_rules",
        POLICY,
        "json",
        Text(
            "审单规则：每条 hold（拦下）、tell（打包时提示）或 off（不看）",
            "Rules of the review: each holds (hold), is told at packing (tell) or is not looked at (off)",
        ),
        check=policy_wrong,
    ),
    Setting(
        "fulfilment.review_amount",
        500_000,
        "int",
        Text("审单：金额从多少（分）起算很高", "Review: from how much (minor units) an order is very high"),
        minimum=1,
        maximum=10**12,
    ),
    Setting(
        "fulfilment.review_orders",
        10,
        "int",
        Text(
            "审单：同一地址从多少个未发订单起算很多", "Review: from how many open orders to one address they are many"
        ),
        minimum=2,
        maximum=1_000,
    ),
    Setting(
        "fulfilment.packaging_grams",
        120,
        "int",
        Text("包装材料重量（克）", "What the packaging of a parcel weighs, in grams"),
        minimum=0,
        maximum=20_000,
    ),
    Setting(
        "fulfilment.weight_percent",
        5,
        "int",
        Text("称重与应重相差百分之几以内算对", "Percent by which the weighed and the expected weight may differ"),
        minimum=0,
        maximum=100,
    ),
    Setting(
        "fulfilment.weight_grams",
        50,
        "int",
        Text("称重与应重相差多少克以内总是算对", "Grams by which they may always differ"),
        minimum=0,
        maximum=20_000,
    ),
    Setting(
        "fulfilment.return_card",
        True,
        "bool",
        Text("发货清单下方印退换货卡", "Packing slips carry a return card"),
    ),
    Setting(
        "fulfilment.pickup_tries",
        5,
        "int",
        Text(
            "自提点十分钟内取货码最多输错几次",
            "Wrong pickup codes at a point within ten minutes before one has to wait",
        ),
        minimum=1,
        maximum=100,
    ),
    Setting(
        "fulfilment.pickup_remind_hours",
        24,
        "int",
        Text(
            "自提保管期结束前多少小时提醒买家",
            "Hours before goods at a pickup point go back when their buyer is reminded",
        ),
        minimum=1,
        maximum=240,
    ),
]
