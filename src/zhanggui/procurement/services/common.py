"""What the services share: who may, what is held, what is noted."""

from typing import Any

from zhanggui.accounts.selectors import known_permissions
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed

from .. import locks
from ..errors import LinkVoid, OrderWrongState
from ..rules import link_fits
from ..states import ORDER, ORDER_WORDS

MOST_REASON = 500


def need(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied, saying what is missing."""
    if not actor.may(permission):
        meaning = known_permissions().get(permission, Text(permission, permission))
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": permission})


def reason_of(reason: str) -> str:
    """Trimmed. Raises ValidationFailed where there is none."""
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise ValidationFailed.one("reason", "required", "请填写原因", "a reason is needed")
    return reason


@db.needs_transaction
def held_supplier(supplier_id: int) -> dict[str, Any]:
    held = locks.hold_supplier(supplier_id)
    if held is None:
        raise NotFound()
    return held


@db.needs_transaction
def held_order(number: str, *, secret: str | None = None) -> dict[str, Any]:
    """The order's row; with a supplier's `secret` only if it is right. Raises NotFound, LinkVoid."""
    held = locks.hold_order(number)
    if held is None:
        raise NotFound() if secret is None else LinkVoid()
    if secret is not None and not link_fits("order", number, held["edition"], secret):
        raise LinkVoid()
    return held


def target(held: dict[str, Any], action: str, words: Text) -> str:
    """The state after `action`. Raises OrderWrongState in words."""
    if held["state"] not in ORDER.sources(action):
        raise OrderWrongState(state=ORDER_WORDS[held["state"]], action=words)
    return ORDER.target(held["state"], action)


def check_warehouse(warehouse_id: int) -> None:
    """Raises ValidationFailed for an unknown warehouse."""
    if warehouse_id not in {house.id for house in inventory.warehouses(own_only=True)}:
        raise ValidationFailed.one("warehouse", "unknown", "没有这个仓库", "there is no such warehouse")


def unknown_skus(places: list[int], loc: str = "lines.{}.sku") -> ValidationFailed:
    wrong = Text("没有这个 SKU", "there is no such SKU")
    return ValidationFailed(errors=[FieldError(loc.format(place), "unknown", wrong) for place in places])


def note(
    actor: Actor, action: str, kind: str, target_id: object, *, before: Any = None, after: Any = None, reason: str = ""
) -> None:
    audit.record(
        actor=actor, action=f"procurement.{action}", target_type=kind, target_id=target_id,
        before=before, after=after, reason=reason,
    )  # fmt: skip


def supplier_actor(held: dict[str, Any]) -> Actor:
    """Whoever has the supplier's link."""
    row = db.row("select code from procurement_supplier where id = %s", (held["supplier_id"],))
    return Actor("guest", None, f"supplier {row['code']}" if row else "supplier")
