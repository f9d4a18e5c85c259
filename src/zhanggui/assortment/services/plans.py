"""The plan of a category's shelf. Each write is a transaction of its own."""

from dataclasses import asdict
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed

from ..permissions import MANAGE
from ..rules import check_plan
from ..selectors import plan as plan_of
from ..types import ShelfPlan


def save_plan(plan: ShelfPlan, *, actor: Actor) -> None:
    """A plan for a category (0: the whole mall), in place of the one before. Raises ValidationFailed, NotFound, PermissionDenied."""
    if not actor.may(MANAGE):
        raise PermissionDenied()
    if plan.category_id:
        catalog.category(plan.category_id)
    if faults := check_plan(plan):
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        before = plan_of(plan.category_id)
        db.execute(
            "insert into assortment_plan (category_id, breadth, depth, stock, bands, note) values (%s, %s, %s, %s, %s, %s)"
            " on conflict (category_id) do update set breadth = excluded.breadth, depth = excluded.depth,"
            " stock = excluded.stock, bands = excluded.bands, note = excluded.note, updated_at = kernel_now()",
            (
                plan.category_id,
                plan.breadth,
                plan.depth,
                plan.stock,
                db.Json([list(b) for b in plan.bands]),
                plan.note.strip(),
            ),
        )
        _write_down(actor, "save_plan", plan.category_id, before, plan)


def drop_plan(category_id: int, *, actor: Actor) -> None:
    """Nothing is planned for it any more; repeating it changes nothing. Raises PermissionDenied."""
    if not actor.may(MANAGE):
        raise PermissionDenied()
    with transaction.atomic():
        before = plan_of(category_id)
        if db.execute("delete from assortment_plan where category_id = %s", (category_id,)):
            _write_down(actor, "drop_plan", category_id, before, None)


def _write_down(actor: Actor, action: str, category_id: int, before: ShelfPlan | None, after: ShelfPlan | None) -> None:
    audit.record(
        actor=actor, action=f"assortment.{action}", target_type="category", target_id=category_id,
        before=_plain(before), after=_plain(after),
    )  # fmt: skip


def _plain(plan: ShelfPlan | None) -> dict[str, Any] | None:
    return {**asdict(plan), "bands": [list(band) for band in plan.bands]} if plan else None
