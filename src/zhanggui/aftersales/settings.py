"""The mall's own after-sales limits."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

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
        "aftersales.photo_bytes",
        8_388_608,
        "int",
        Text("售后照片单张的最大字节数", "Largest photo of a case in bytes"),
        minimum=10_000,
        maximum=26_214_400,
    ),
]
