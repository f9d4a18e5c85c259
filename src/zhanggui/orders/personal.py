"""Whom an order goes to, as each colleague may see it (SEC-02)."""

from typing import Any

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import mask_mobile, mask_name


def sees_buyers(who: Actor, *, asked: bool = False) -> bool:
    """Those who send the parcel must know; others who may see personal data only where they have `asked` to."""
    return who.may("fulfilment.ship") or (asked and who.may("members.view_personal"))


def masked(order: dict[str, Any], who: Actor, *, asked: bool = False) -> dict[str, Any]:
    """An order, or its row in a list, as `who` may see it."""
    if sees_buyers(who, asked=asked):
        return order
    hidden = {"contact_name": mask_name(order["contact_name"]), "contact_mobile": mask_mobile(order["contact_mobile"])}
    if "address_line" in order:
        hidden["address_line"] = "***"
    return {**order, **hidden}
