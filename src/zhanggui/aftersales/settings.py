"""The mall's own after-sales limits."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

from . import policy

ANSWER_HOURS, SEND_DAYS, TRAVEL_DAYS = "aftersales.answer_hours", "aftersales.send_back_days", "aftersales.travel_days"
INSPECT_DAYS, MONEY_HOURS = "aftersales.inspect_days", "aftersales.money_hours"
REPAIR_DAYS, CONFIRM_DAYS = "aftersales.repair_days", "aftersales.confirm_days"


def _span(key: str, default: int, zh: str, en: str, most: int = 720) -> Setting:
    return Setting(
        key,
        default,
        "int",
        Text(f"{zh}；0 为不限时", f"{en}; 0 for no limit"),
        minimum=0,
        maximum=most,
    )


SETTINGS = [
    Setting(
        "aftersales.no_reason_days",
        7,
        "int",
        Text("签收后多少天内可无理由退货（法定 7 天）", "Days from delivery for a return without a reason (7 by law)"),
        minimum=0,
        maximum=365,
    ),
    Setting(
        "aftersales.claim_days",
        30,
        "int",
        Text("签收后多少天内可因质量等问题申请售后", "Days from delivery to claim defects and the like"),
        minimum=0,
        maximum=3650,
    ),
    Setting(
        policy.KINDS_OFFERED,
        list(policy.OFFERED),
        "json",
        Text("发货后可申请的售后类型", "Kinds of after-sales that are offered once goods have left"),
        check=policy.kinds_fault,
    ),
    Setting(
        policy.WAY_BACK,
        policy.FAULT,
        "text",
        Text("退货运费由谁承担", "Who pays the way back"),
        choices=tuple(policy.PAYERS),
        names=policy.PAYERS,
    ),
    Setting(
        policy.POLICIES,
        [],
        "json",
        Text(
            "分类的售后规则（在“售后规则”页维护）：只增不改，订单按下单时的规则",
            "After-sales rules of categories (kept on their page): only added to; an order goes by those of its time",
        ),
        check=policy.fault,
    ),
    _span(
        ANSWER_HOURS, 48, "商家须在多少小时内处理申请，逾期自动同意", "Hours to answer a request, then it is granted"
    ),
    _span(
        SEND_DAYS,
        7,
        "买家须在多少天内寄回，逾期自动关闭",
        "Days the buyer has to send goods back, then it is closed",
        90,
    ),
    _span(
        TRAVEL_DAYS,
        10,
        "买家寄出后多少天未验收，按已收到处理",
        "Days from sending back until goods count as received",
        90,
    ),
    _span(INSPECT_DAYS, 3, "退货到达后须在多少天内验收，逾期自动处理", "Days to inspect goods that arrived", 90),
    _span(MONEY_HOURS, 24, "同意或验收后多少小时内退款，逾期自动退款", "Hours to send the money, then it is sent"),
    _span(REPAIR_DAYS, 15, "收到后须在多少天内修好寄出", "Days to repair goods and send them", 180),
    _span(
        CONFIRM_DAYS, 10, "寄给买家后多少天未确认，自动完成", "Days until goods sent to the buyer count as arrived", 90
    ),
    Setting(
        "aftersales.photo_bytes",
        8_388_608,
        "int",
        Text("售后照片单张的最大字节数", "Largest photo of a case in bytes"),
        minimum=10_000,
        maximum=26_214_400,
    ),
]
