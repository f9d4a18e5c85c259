from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

ANSWER_HOURS, SILENCE = "promises.answer_hours", "promises.silence"

SETTINGS = [
    Setting(
        ANSWER_HOURS,
        24,
        "int",
        Text("无法发货时等买家答复多少小时", "Hours a buyer has to answer when units cannot be sent"),
        minimum=1,
        maximum=720,
    ),
    Setting(
        SILENCE,
        "remind",
        "text",
        Text("买家到时仍未答复", "When the buyer has not answered by then"),
        choices=("remind", "refund"),
        names={
            "remind": Text("提醒客服联系买家", "Service is told to call him"),
            "refund": Text("自动退款", "He is refunded"),
        },
    ),
]
