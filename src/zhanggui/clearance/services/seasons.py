"""Plans for the end of a season."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import audit, clock, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed, WrongState

from .. import locks
from ..events import SeasonPlanClosed
from ..permissions import DECIDE
from ..types import CLOSED, OPEN, PlanDraft

MOST_SKUS = 2_000
LONGEST = timedelta(days=366)


def create_plan(draft: PlanDraft, *, actor: Actor) -> int:
    """Begin a plan today, from the stock of now; its id. Own transaction. Raises PermissionDenied, ValidationFailed."""
    _may(actor)
    today = clock.business_date()
    errors = [
        *_words("title", draft.title, 100, required=True), *_words("owner", draft.owner, 60), *_words("note", draft.note, 500),
    ]  # fmt: skip
    if not today < draft.ends_on <= today + LONGEST:
        text = Text("结束日应晚于今天，且在一年之内", "must be later than today and within a year")
        errors.append(FieldError("ends_on", "range", text))
    if not 0 < len(draft.targets) <= MOST_SKUS:
        text = Text(f"请填写 1 到 {MOST_SKUS} 个 SKU", f"1 to {MOST_SKUS} SKUs")
        errors.append(FieldError("targets", "range", text))
    skus = [sku for sku, _ in draft.targets]
    if len(set(skus)) != len(skus):
        errors.append(FieldError("targets", "twice", Text("同一个 SKU 出现了两次", "a SKU is there twice")))
    known = catalog.sku_codes(skus)
    if any(sku not in known for sku in skus) or any(target < 0 for _, target in draft.targets):
        errors.append(
            FieldError("targets", "unknown", Text("有不存在的 SKU 或负数目标", "an unknown SKU, or a target below 0"))
        )
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        there = inventory.analysis.on_hand_at(skus, [today])[today]
        row = db.row(
            "insert into clearance_plan (title, starts_on, ends_on, owner, note, actor_label)"
            " values (%s, %s, %s, %s, %s, left(%s, 200)) returning id",
            (draft.title.strip(), today, draft.ends_on, draft.owner.strip(), draft.note.strip(), actor.label),
        )
        assert row is not None
        db.execute(
            "insert into clearance_planline (plan_id, sku_id, start, target)"
            " select %s, u.* from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as u",
            (row["id"], skus, [there[sku] for sku in skus], [target for _, target in draft.targets]),
        )
        _note(
            actor, "create_plan", row["id"], {"title": draft.title.strip(), "ends_on": draft.ends_on, "skus": len(skus)}
        )
    return int(row["id"])


def add_step(plan_id: int, week: date, what: str, *, owner: str = "", actor: Actor) -> int:
    """Something to be done in the week of a day; its id. Own transaction.

    Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    _may(actor)
    errors = [*_words("what", what, 200, required=True), *_words("owner", owner, 60)]
    with transaction.atomic():
        plan = _open(plan_id)
        monday = week - timedelta(days=week.weekday())
        if not plan["starts_on"] - timedelta(days=6) <= monday <= plan["ends_on"]:
            text = Text("这一周不在计划期内", "the week is outside of the plan")
            errors.append(FieldError("week", "range", text))
        if errors:
            raise ValidationFailed(errors=errors)
        row = db.row(
            "insert into clearance_planstep (plan_id, week, what, owner) values (%s, %s, %s, %s) returning id",
            (plan_id, monday, what.strip(), owner.strip()),
        )
        assert row is not None
        _note(actor, "add_step", plan_id, {"week": monday, "what": what.strip()})
    return int(row["id"])


def finish_step(plan_id: int, step_id: int, *, result: str = "", actor: Actor) -> None:
    """It is done; what came of it. Own transaction. Done again, it stays as it was.

    Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    _may(actor)
    if errors := _words("result", result, 200):
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        _open(plan_id)
        if not db.row("select 1 from clearance_planstep where id = %s and plan_id = %s", (step_id, plan_id)):
            raise NotFound()
        done = db.execute(
            "update clearance_planstep set done_on = %s, result = %s where id = %s and done_on is null",
            (clock.business_date(), result.strip(), step_id),
        )
        if done:
            _note(actor, "finish_step", plan_id, {"step": step_id, "result": result.strip()})


def close_plan(plan_id: int, *, result: str, actor: Actor) -> None:
    """The season is over: what is left is kept beside the target. Own transaction. Announces SeasonPlanClosed.

    Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    _may(actor)
    if errors := _words("result", result, 500, required=True):
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        _open(plan_id)
        lines = db.rows("select sku_id, target from clearance_planline where plan_id = %s", (plan_id,))
        today = clock.business_date()
        there = inventory.analysis.on_hand_at([line["sku_id"] for line in lines], [today])[today]
        db.execute(
            'update clearance_planline l set "left" = u.units from unnest(%s::bigint[], %s::bigint[]) as u(sku_id, units)'
            " where l.plan_id = %s and l.sku_id = u.sku_id",
            (list(there), list(there.values()), plan_id),
        )
        db.execute(
            "update clearance_plan set state = %s, result = %s, closed_at = kernel_now() where id = %s",
            (CLOSED, result.strip(), plan_id),
        )
        left, target = sum(there.values()), sum(line["target"] for line in lines)
        outbox.record(SeasonPlanClosed(plan_id, target, left))
        _note(actor, "close_plan", plan_id, {"left": left, "target": target}, result.strip()[:200])


def _open(plan_id: int) -> dict[str, Any]:
    plan = locks.hold_plan(plan_id)
    if plan is None:
        raise NotFound()
    if plan["state"] != OPEN:
        raise WrongState(state=plan["state"])
    return plan


def _may(actor: Actor) -> None:
    if not actor.may(DECIDE):
        raise PermissionDenied()


def _words(field: str, text: str, most: int, *, required: bool = False) -> list[FieldError]:
    if required and not text.strip():
        return [FieldError(field, "required", Text("请填写", "is needed"))]
    if len(text) > most:
        return [FieldError(field, "too_long", Text(f"最多 {most} 字", f"at most {most} characters"))]
    return []


def _note(actor: Actor, action: str, plan_id: int, after: dict[str, object], reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=f"clearance.{action}",
        target_type="season_plan",
        target_id=plan_id,
        after=after,
        reason=reason,
    )
