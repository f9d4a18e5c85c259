"""Decisions about what does not sell: each becomes something real where it can, through the module it belongs to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as stock
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import TransferRow
from zhanggui.kernel import audit, clock, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.pricing import selectors as prices
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import EMPLOYEE, PriceRow, SpecialRow
from zhanggui.promotions import services as promotions
from zhanggui.promotions.types import PromotionDraft

from ..errors import NotComputed
from ..events import ClearingDecided
from ..permissions import DECIDE
from ..selectors import figure, proposal
from ..settings import HORIZON
from ..types import ADD_ON, KEEP, KINDS, MARKDOWN, PRICE, RETURN, STAFF, TRANSFER, Figure, Option


def decide(sku_id: int, kind: str, *, step: int = 0, reason: str = "", actor: Actor) -> str:
    """Take a way to clear a SKU; what it became (a promotion's draft, a price or a request for one, a transfer's draft), "" where it
    is only written down. Own transaction. Announces ClearingDecided.

    Raises PermissionDenied (also of the module that acts), NotFound, NotComputed, ValidationFailed.
    """
    if not actor.may(DECIDE):
        raise PermissionDenied()
    if kind not in KINDS:
        raise ValidationFailed.one("kind", "choice", "没有这种处理方式", "there is no such way")
    if len(reason) > 200:
        raise ValidationFailed.one("reason", "too_long", "原因最多 200 字", "at most 200 characters")
    if kind == KEEP and not reason.strip():
        raise ValidationFailed.one("reason", "required", "暂不处理请写明原因", "leaving it asks for a reason")
    found = figure(sku_id)
    if found is None:
        raise NotComputed()
    offered, usual = proposal(found)
    wanted = MARKDOWN if kind == PRICE else kind
    option = next((one for one in offered if one.kind == wanted and one.step == step), None)
    if option is None and kind != KEEP:
        text = ("这个 SKU 现在不能这样处理，请刷新页面", "this is not offered for the SKU now; load the page again")
        raise ValidationFailed.one("kind", "not_offered", *text)
    now = clock.now()
    horizon = timedelta(days=mall_settings.get(HORIZON))
    with transaction.atomic():
        reference = _act(found, kind, option, reason.strip(), horizon, actor) if option else ""
        row = db.row(
            "insert into clearance_decision (sku_id, kind, step, price, on_hand, value, usual, expected_units, expected_money,"
            " reference, reason, actor_id, actor_label, until)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, left(%s, 200), %s) returning id",
            (
                sku_id, kind, step, option.price if option else None, found.on_hand, found.value, usual,
                option.units if option else None, option.money if option else None, reference, reason.strip(), actor.id,
                actor.label, now + horizon,
            ),
        )  # fmt: skip
        assert row is not None
        audit.record(
            actor=actor, action="clearance.decide", target_type="sku", target_id=sku_id, reason=reason.strip(),
            after={"kind": kind, "step": step, "reference": reference, "on_hand": found.on_hand},
        )  # fmt: skip
        outbox.record(ClearingDecided(sku_id, kind, reference))
    return reference


def _act(found: Figure, kind: str, option: Option, reason: str, horizon: timedelta, actor: Actor) -> str:
    code = catalog.sku_codes([found.sku_id])[found.sku_id]
    if kind in (MARKDOWN, ADD_ON):
        return _draft(found, kind, option, code, horizon, actor)
    why = reason or f"清仓 {code}"
    if kind == PRICE:
        assert option.price is not None
        now = prices.base_prices([found.sku_id])[found.sku_id]
        row = PriceRow(found.sku_id, now.list_price, option.price, seen=(now.list_price, now.sale_price))
        asked = pricing.propose_prices([row], reason=why, actor=actor)
        return f"request:{asked.requests[0]}" if asked.requests else f"price:{found.sku_id}"
    if kind == STAFF:
        pricing.set_specials([SpecialRow(found.sku_id, EMPLOYEE, "", 1, option.price)], reason=why, actor=actor)
        return f"price:{found.sku_id}"
    if kind == TRANSFER:
        return _transfer(found, option, why, actor)
    if kind == RETURN:
        return f"purchase:{option.target}"
    return ""


def _draft(found: Figure, kind: str, option: Option, code: str, horizon: timedelta, actor: Actor) -> str:
    starts = clock.now()
    config: dict[str, Any] = {"off_basis_points": option.step}
    scope: dict[str, Any] = {"skus": [found.sku_id]}
    if kind == ADD_ON:
        config = {
            "threshold": max(2 * (found.price or 0), 100),
            "goods": [{"sku": found.sku_id, "price": option.price}],
        }
        scope = {"all": True}
    draft = PromotionDraft(
        kind="add_on" if kind == ADD_ON else "limited_discount", label_zh=f"清仓 {code}"[:60], label_en=f"Clearance {code}"[:60],
        config=config, scope=scope, starts_at=starts, ends_at=starts + horizon,
    )  # fmt: skip
    return f"promotion:{promotions.create_promotion(draft, actor=actor)}"


def _transfer(found: Figure, option: Option, why: str, actor: Actor) -> str:
    """From where it lies still to where it sells: what is free there."""
    target = int(option.target)
    lying = [one for one in stock.levels([found.sku_id]) if one.warehouse_id != target]
    source = max(lying, key=lambda one: one.on_hand - one.reserved - one.withheld)
    units = source.on_hand - source.reserved - source.withheld
    number = inventory.draft_transfer(
        source.warehouse_id, target, [TransferRow(found.sku_id, units)], note=why[:200], actor=actor
    )
    return f"transfer:{number}"
