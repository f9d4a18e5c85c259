"""Labels to stick on shelves."""

from collections.abc import Sequence

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import papers, selectors
from ..permissions import WAREHOUSES
from . import stowing

MOST = 500


def print_locations(warehouse_id: int, *, codes: Sequence[str] = (), zone: str = "", actor: Actor) -> bytes:
    """Labels of shelves of a warehouse as a PDF: those of these codes, or of a zone, or all (at most 500 of the first).

    Raises PermissionDenied, NotFound, ValidationFailed (none to print), NoChineseFont.
    """
    stowing.may(actor, WAREHOUSES)
    house = next((each for each in selectors.warehouses() if each.id == warehouse_id), None)
    if house is None:
        raise NotFound()
    found = selectors.locations(warehouse_id, zone=zone, codes=codes or None, active_only=True, limit=MOST).items
    if not found:
        raise ValidationFailed.one("codes", "nothing", "没有可打印的库位", "there are no locations to print")
    return papers.location_labels(house.name, found)
