"""By which promise a product is sent: its own, else the mall's for goods supplied as it is. No statement."""

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text

from .types import SupplyMode, SupplyWords

DROPSHIP_HOURS, MADE_HOURS = "catalog.dropship_hours", "catalog.made_hours"

#: Of every mode but `stocked`: the setting with the hours of goods that have no promise of their own.
DEFAULTS = {SupplyMode.DROPSHIPPED: DROPSHIP_HOURS, SupplyMode.MADE_TO_ORDER: MADE_HOURS}


def hours(mode: str, own: int | None) -> int | None:
    """Hours from payment in which such a product leaves; None: as the mall promises for what it has in stock."""
    setting = DEFAULTS.get(SupplyMode(mode))
    return None if setting is None else own or mall_settings.get(setting)


def words(mode: str, promised: int | None) -> SupplyWords | None:
    """What a buyer is told of goods with this promise (`hours`); None for what is in stock. No statement."""
    if mode == SupplyMode.STOCKED or promised is None:
        return None
    span = _span(promised)
    if mode == SupplyMode.DROPSHIPPED:
        return SupplyWords(
            Text(f"供应商直发，{span.zh}内发货", f"Sent by our supplier within {span.en}"),
            Text(
                f"由合作供应商直接发出，付款后 {span.zh}内发货，可能与其他商品分开送达",
                f"It leaves our supplier within {span.en} of payment, and may come apart from other goods",
            ),
            Text(
                "退货寄回供应商，地址见售后单；由供应商验收，处理会比现货慢一些",
                "Returns go to the supplier, whose address is on your request; they take longer than returns to us",
            ),
        )
    return SupplyWords(
        Text(f"下单后制作，{span.zh}内发货", f"Made for you, sent within {span.en}"),
        Text(f"按您的要求制作，付款后 {span.zh}内发货", f"It is made for you, and leaves within {span.en} of payment"),
        Text(
            "为您定制的商品不支持无理由退货，质量问题照常处理",
            "What was made for you cannot be returned without a reason; faults are mended as ever",
        ),
    )


def _span(promised: int) -> Text:
    if promised > 72 and promised % 24 == 0:
        return Text(f"{promised // 24} 天", f"{promised // 24} days")
    return Text(f"{promised} 小时", f"{promised} h")
