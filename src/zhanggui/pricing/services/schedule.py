"""Prices for a window of time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import guards, locks
from ..errors import ScheduleOverlap
from .prices import MAX_PRICE, tell_lists


def schedule_price(
    sku_id: int, *, sale_price: int, starts_at: datetime, ends_at: datetime | None, reason: str, actor: Actor
) -> int:
    """Plan a sale price from `starts_at` until just before `ends_at` (None: until cancelled); the window's id.

    A window that begins in the past begins now in effect. Opens its own transaction. Raises ValidationFailed (no price yet,
    above the list price, below the floor, window empty or over), ScheduleOverlap naming the window in the way, ApprovalNeeded
    (see `propose_schedule`).
    """
    return schedule_approved(sku_id, sale_price, starts_at, ends_at, reason=reason, actor=actor, approved=False)


def schedule_approved(
    sku_id: int,
    sale_price: int,
    starts_at: datetime,
    ends_at: datetime | None,
    *,
    reason: str,
    actor: Actor,
    approved: bool = True,
    details: dict[str, Any] | None = None,
) -> int:
    """The same where two people agree on it: however far it is from the ordinary price."""
    now = clock.now()
    _check(sale_price, starts_at, ends_at, reason, now)
    with transaction.atomic():
        base = locks.hold_price(sku_id)
        if base is None:
            raise ValidationFailed.one("sku_id", "no_price", "该 SKU 还没有定价", "this SKU has no price yet")
        if sale_price > base["list_price"]:
            raise ValidationFailed.one(
                "sale_price", "above_list_price", "售价不能高于划线价", "the sale price must not exceed the list price"
            )
        guards.keep(
            {sku_id: (sale_price, base["sale_price"])}, {sku_id: "sale_price"}, reason, actor, approved=approved
        )
        with _overlap_refused(sku_id, starts_at, ends_at):
            window = db.row(
                "insert into pricing_scheduledprice (sku_id, sale_price, starts_at, ends_at, reason)"
                " values (%s, %s, %s, %s, %s) returning id, sku_id, sale_price, starts_at, ends_at",
                (sku_id, sale_price, starts_at, ends_at, reason[:200]),
            )
        assert window is not None
        guards.keep_reachable({sku_id: "sale_price"}, reason, actor)
        _keep("scheduled", window, reason, actor, details)
    if starts_at <= now:
        apply_schedule(actor=actor)
    return int(window["id"])


def cancel_schedule(window_id: int, *, reason: str, actor: Actor) -> None:
    """End a window at once, or before it began. Opens its own transaction. Raises NotFound when it is over or cancelled."""
    with transaction.atomic():
        window = locks.cancel_window(window_id, clock.now())
        if window is None:
            raise NotFound()
        _keep("cancelled", window, reason, actor)
        tell_lists([window["sku_id"]], actor=actor)


def apply_schedule(*, actor: Actor, limit: int = 1000) -> int:
    """Tell the product lists about windows that began or ended; how many SKUs. What is charged never waits for this."""
    total = 0
    while True:
        with transaction.atomic():
            skus = locks.passed_boundaries(clock.now(), limit)
            if not skus:
                return total
            tell_lists(skus, actor=actor)
        total += len(skus)


def _check(sale_price: int, starts_at: datetime, ends_at: datetime | None, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请填写改价原因", "a reason is needed")
    if not 0 <= sale_price <= MAX_PRICE:
        raise ValidationFailed.one(
            "sale_price", "range", f"应在 0 到 {MAX_PRICE} 分之间", f"must be between 0 and {MAX_PRICE} minor units"
        )
    for name, value in (("starts_at", starts_at), ("ends_at", ends_at)):
        if value is not None and value.tzinfo is None:
            raise ValidationFailed.one(name, "no_zone", "时间须带时区", "must carry a time zone")
    if ends_at is not None and (ends_at <= starts_at or ends_at <= now):
        raise ValidationFailed.one(
            "ends_at", "window", "结束时间须晚于开始时间和现在", "must be after the start and in the future"
        )


@contextmanager
def _overlap_refused(sku_id: int, starts_at: datetime, ends_at: datetime | None) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == "23P01":  # exclusion_violation
            raise ScheduleOverlap(errors=_in_the_way(sku_id, starts_at, ends_at)) from None
        raise


def _in_the_way(sku_id: int, starts_at: datetime, ends_at: datetime | None) -> list[FieldError]:
    """The first window in the way, said at the end of the wish that lies in it."""
    found = db.row(
        "select starts_at, ends_at from pricing_scheduledprice where sku_id = %s and cancelled_at is null"
        " and tstzrange(starts_at, ends_at) && tstzrange(%s, %s) order by starts_at limit 1",
        (sku_id, starts_at, ends_at),
    )
    if found is None:
        return []
    first, last = (f"{clock.local(at):%Y-%m-%d %H:%M}" if at else None for at in (found["starts_at"], found["ends_at"]))
    text = Text(
        f"与已有的定时价格重叠：{first} 至 {last or '取消为止'}",
        f"overlaps the scheduled price from {first} until {last or 'it is cancelled'}",
    )
    inside = found["starts_at"] <= starts_at
    return [FieldError("starts_at" if inside else "ends_at", "overlap", text)]


def _keep(kind: str, window: dict[str, Any], reason: str, actor: Actor, details: dict[str, Any] | None = None) -> None:
    db.execute(
        "insert into pricing_pricehistory"
        " (sku_id, kind, sale_price, starts_at, ends_at, details, reason, actor_kind, actor_id, actor_label)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            window["sku_id"], kind, window["sale_price"], window["starts_at"], window["ends_at"],
            db.Json(details) if details else None, reason[:200], actor.kind, actor.id, actor.label[:200],
        ),
    )  # fmt: skip
    audit.record(
        actor=actor, action=f"pricing.{'schedule_price' if kind == 'scheduled' else 'cancel_schedule'}", target_type="sku",
        target_id=window["sku_id"], after={key: window[key] for key in ("id", "sale_price", "starts_at", "ends_at")},
        reason=reason,
    )  # fmt: skip
