"""What keeps prices from going where they must not: below the floor, or further at once than one person may move them."""

from collections.abc import Callable, Mapping

from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .errors import ApprovalNeeded
from .permissions import BELOW_FLOOR
from .selectors import floors
from .types import SOURCES, Floor

LowestSource = Callable[[Mapping[int, str], str, Actor], None]
_lowest: LowestSource | None = None


def bind_lowest(source: LowestSource) -> None:
    """Tell who knows what carts can bring prices to: (places by SKU, reason, actor). Called once, when the mall is wired."""
    global _lowest
    _lowest = source


def keep_reachable(places: Mapping[int, str], reason: str, actor: Actor) -> None:
    """Once prices are written: refuse what promotions and coupons would bring below the floor, as `keep` does of the prices."""
    if places and _lowest is not None:
        _lowest(places, reason, actor)


def keep(
    moved: Mapping[int, tuple[int, int | None]],
    places: Mapping[int, str],
    reason: str,
    actor: Actor,
    *,
    approved: bool = False,
) -> None:
    """Of prices that were just written, (new, old) by SKU. One statement, none for none.

    A price that rises is never refused, nor what the system itself does. Raises ValidationFailed where one fell below its
    floor (but for whoever may go there and says why), ApprovalNeeded where one moved too far; both name `places`.
    """
    if not moved or actor.kind == "system":
        return
    known = floors(moved)
    below = {
        sku: known[sku]
        for sku, (new, old) in moved.items()
        if sku in known and is_below(known[sku], new) and (old is None or new < old)
    }
    refuse_below({places[sku]: floor for sku, floor in below.items()}, reason, actor)
    far = [sku for sku, (new, old) in moved.items() if sku in known and too_far(known[sku], new, old)]
    if far and not approved:
        raise ApprovalNeeded(errors=[FieldError(places[sku], "approval", far_text(known[sku])) for sku in far])


def is_below(floor: Floor, price: int) -> bool:
    return floor.floor is not None and price < floor.floor


def too_far(floor: Floor, price: int, old: int | None) -> bool:
    """Whether a change is larger than the policy lets one person make; a first price is no change."""
    return bool(floor.max_change and old and abs(price - old) * 10_000 > floor.max_change * old)


def far_text(floor: Floor) -> Text:
    percent = f"{(floor.max_change or 0) / 100:g}%"
    return Text(f"一次改价不能超过 {percent}，须审批", f"more than {percent} at once needs approval")


def refuse_below(below: Mapping[str, Floor], reason: str, actor: Actor) -> None:
    """Raises ValidationFailed for prices below their floors, by the place of each, unless the actor may and says why."""
    if not below:
        return
    if actor.may(BELOW_FLOOR):
        if not reason.strip():
            raise ValidationFailed.one(
                "reason", "required", "低于底价须填写原因", "a price below the floor needs a reason"
            )
        return
    currency = mall_settings.get("mall.currency")
    errors = []
    for place, floor in below.items():
        amount, source = format_minor(floor.floor or 0, currency), SOURCES[floor.source or "floor"]
        text = Text(f"低于底价 {amount}（{source.zh}）", f"below the floor {amount} ({source.en})")
        errors.append(FieldError(place, "below_floor", text))
    raise ValidationFailed(errors=errors)
