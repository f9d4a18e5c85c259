"""Proposals taken up or dismissed."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.procurement import services as procurement
from zhanggui.procurement.types import WantedLine

from ..events import ProposalsOrdered
from ..locks import hold_proposals
from ..permissions import PLAN
from ..types import OPEN

MOST = 1_000_000


def order_proposals(ids: Sequence[int], *, actor: Actor, quantities: dict[int, int] | None = None) -> list[str]:
    """Drafts of purchase orders of these open proposals, one for each supplier; their numbers.

    All or nothing; repeating it orders nothing twice (WrongState). `quantities` replaces what was proposed. Opens its own
    transaction. Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    if not actor.may(PLAN):
        raise PermissionDenied()
    quantities = quantities or {}
    with transaction.atomic():
        rows = _open(ids)
        wrong = [
            FieldError(f"quantity-{row['id']}", "out_of_range", Text(f"数量须在 1 到 {MOST} 之间", f"a quantity from 1 to {MOST}"))
            for row in rows
            if not 1 <= quantities.get(row["id"], row["quantity"]) <= MOST
        ] + [
            FieldError(
                f"quantity-{row['id']}", "no_supplier",
                Text("没有供应商卖这个商品：先在供应商的商品里登记", "no supplier sells it: enter it among a supplier's goods first"),
            )
            for row in rows
            if row["supplier_id"] is None
        ]  # fmt: skip
        if wrong:
            raise ValidationFailed(errors=wrong)
        by_supplier: dict[tuple[int, int], list[WantedLine]] = {}
        for row in rows:
            line = WantedLine(row["sku_id"], quantities.get(row["id"], row["quantity"]), row["price"])
            by_supplier.setdefault((row["supplier_id"], row["warehouse_id"]), []).append(line)
        numbers = []
        for (supplier, warehouse), lines in by_supplier.items():
            number = procurement.draft_order(
                actor=actor,
                supplier=supplier,
                warehouse=warehouse,
                lines=lines,
                reason="补货建议 Replenishment proposal",
            )
            db.execute(
                "update replenishment_proposal set state = 'ordered', order_number = %s, decided_at = kernel_now(),"
                " decided_by = %s where id = any(%s::bigint[])",
                (
                    number,
                    actor.label[:200],
                    [r["id"] for r in rows if (r["supplier_id"], r["warehouse_id"]) == (supplier, warehouse)],
                ),
            )
            outbox.record(
                ProposalsOrdered(
                    order_number=number, supplier_id=supplier, sku_ids=tuple(line.sku_id for line in lines)
                )
            )
            numbers.append(number)
        audit.record(
            actor=actor, action="replenishment.order", target_type="purchase", target_id=numbers[0],
            after={"orders": numbers, "proposals": [row["id"] for row in rows]},
        )  # fmt: skip
    return numbers


def dismiss(ids: Sequence[int], *, reason: str, actor: Actor) -> int:
    """Leave proposals be, and say why; how many. The next round may propose them again. Opens its own transaction.

    Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    if not actor.may(PLAN):
        raise PermissionDenied()
    reason = reason.strip()
    if not reason or len(reason) > 300:
        raise ValidationFailed.one(
            "reason", "required", "请写明原因（不超过 300 字）", "say why, in at most 300 characters"
        )
    with transaction.atomic():
        rows = _open(ids)
        db.execute(
            "update replenishment_proposal set state = 'dismissed', note = %s, decided_at = kernel_now(), decided_by = %s"
            " where id = any(%s::bigint[])",
            (reason, actor.label[:200], [row["id"] for row in rows]),
        )
        audit.record(
            actor=actor, action="replenishment.dismiss", target_type="proposal", target_id=rows[0]["id"], reason=reason,
            after={"proposals": [row["id"] for row in rows]},
        )  # fmt: skip
    return len(rows)


def _open(ids: Sequence[int]) -> list[dict[str, Any]]:
    wanted = sorted(set(ids))
    if not wanted:
        raise ValidationFailed.one("pick", "required", "请先勾选商品", "tick some first")
    rows = hold_proposals(wanted)
    if len(rows) < len(wanted):
        raise NotFound()
    for row in rows:
        if row["state"] != OPEN:
            raise WrongState(state=row["state"])
    return rows
