"""The mall's own numbers about its workshop."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

BENCH = "workshop.bench"
SETTINGS = [
    Setting(
        BENCH,
        500,
        "int",
        Text(
            "每个定制规格同时最多接多少件（商品可另定）",
            "Units of a variant made to order that may wait at once; a product may say its own",
        ),
        1,
        1_000_000,
    ),
]
