"""Settings that belong to the mall as a whole."""

from .i18n import Text
from .mall_settings import Setting

SETTINGS = [
    Setting("mall.name", "掌柜商城", "text", Text("商城名称", "Name of the mall")),
    Setting("mall.currency", "CNY", "text", Text("商城结算货币 (ISO 4217)", "Currency of the mall (ISO 4217)")),
]
