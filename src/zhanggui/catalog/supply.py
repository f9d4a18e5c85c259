"""By which promise a product is sent: its own, else the mall's for goods supplied as it is. No statement."""

from zhanggui.kernel import mall_settings

from .types import SupplyMode

DROPSHIP_HOURS, MADE_HOURS = "catalog.dropship_hours", "catalog.made_hours"

#: Of every mode but `stocked`: the setting with the hours of goods that have no promise of their own.
DEFAULTS = {SupplyMode.DROPSHIPPED: DROPSHIP_HOURS, SupplyMode.MADE_TO_ORDER: MADE_HOURS}


def hours(mode: str, own: int | None) -> int | None:
    """Hours from payment in which such a product leaves; None: as the mall promises for what it has in stock."""
    setting = DEFAULTS.get(SupplyMode(mode))
    return None if setting is None else own or mall_settings.get(setting)
