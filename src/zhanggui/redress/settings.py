"""The mall's own numbers for redress."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SILENT_DAYS, ASK_DAYS, STEP_DAYS, CLAIM_DAYS = (
    "redress.silent_days", "redress.ask_days", "redress.step_days", "redress.claim_days",
)  # fmt: skip
PER_ORDER, PER_BUYER = "redress.grants_per_order", "redress.grants_per_buyer"
ANSWER_HOURS = "redress.answer_hours"

SETTINGS = [
    Setting(
        SILENT_DAYS, 5, "int",
        Text("在途包裹几天没有物流更新就自动追件", "Days without news after which a parcel is chased"), 1, 60,
    ),
    Setting(ASK_DAYS, 2, "int", Text("承运商应在几天内答复追件", "Days a carrier has to answer a chase"), 1, 60),
    Setting(STEP_DAYS, 1, "int", Text("追件下一步应在几天内完成", "Days for the next step of a chase"), 1, 60),
    Setting(CLAIM_DAYS, 15, "int", Text("索赔应在几天内有答复", "Days for an answer to a claim"), 1, 365),
    Setting(
        PER_ORDER, 2, "int",
        Text("一个订单最多补偿几次，再多须审批", "Compensations of an order; more need approval"), 1, 20,
    ),
    Setting(
        PER_BUYER, 3, "int",
        Text("一位买家 90 天内最多补偿几次，再多须审批", "Compensations of a buyer within 90 days; more need approval"), 1, 50,
    ),
    Setting(
        ANSWER_HOURS, 24, "int",
        Text("售后申请应在多少小时内首次答复（统计用）", "Hours within which a case is to be answered (for the figures)"), 1, 720,
    ),
]  # fmt: skip
