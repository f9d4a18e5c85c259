"""The mall's own numbers about goods made for their buyers."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "bespoke.photo_bytes",
        10_485_760,
        "int",
        Text("买家上传的定制照片最大字节数", "The most bytes of a photo a buyer sends for what he orders"),
        100_000,
        52_428_800,
    ),
]
