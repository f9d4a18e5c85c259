from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

CONFIRM_HOURS, ADDRESS_DAYS = "dropship.confirm_hours", "dropship.address_days"

SETTINGS = [
    Setting(
        CONFIRM_HOURS,
        12,
        "int",
        Text("供应商应在多少小时内确认代发单", "Hours a supplier has to confirm an order he is to send"),
        minimum=1,
        maximum=240,
    ),
    Setting(
        ADDRESS_DAYS,
        3,
        "int",
        Text(
            "发货多少天后供应商不再看到收货人信息", "Days after sending from which a supplier sees no address any more"
        ),
        minimum=0,
        maximum=90,
    ),
]
