"""The mall's numbers for trials."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "trials.hours_to_pay",
        48,
        "int",
        Text("试用中选后支付运费的小时数", "Hours a winner has to pay the freight of a trial"),
        minimum=1,
        maximum=720,
    ),
    Setting(
        "trials.remind_days",
        3,
        "int",
        Text("试用报告到期前多少天提醒", "Days before a report of a trial is due that its member is reminded"),
        minimum=0,
        maximum=60,
    ),
    Setting(
        "trials.pieces_max",
        500,
        "int",
        Text("一个试用最多几件", "Pieces of a trial at most"),
        minimum=1,
        maximum=2000,
    ),
]
