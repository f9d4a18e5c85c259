"""The life of a trial until it is open: drafted, and published with its pieces put aside and its seed committed to."""

from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import LevelFree, ReserveLine
from zhanggui.kernel import audit, clock, db, fairness, ids, mall_settings, sealing
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.members import selectors as members
from zhanggui.pricing import selectors as pricing

from .. import locks, selectors
from ..events import TrialPublished
from ..permissions import MANAGE
from ..rules import check
from ..states import DRAFT, TRIAL
from ..types import TrialDraft

PURPOSE = "trials.seed"  # of kernel.sealing
BELOW_FLOOR = "pricing.below_floor"


def create_trial(draft: TrialDraft, *, actor: Actor) -> int:
    """Store a new trial as a draft; its id. Opens its own transaction. Raises ValidationFailed, PermissionDenied."""
    may_manage(actor)
    _check(draft)
    with transaction.atomic():
        row = _write(
            draft.slug,
            f"insert into trials_trial ({', '.join(_COLUMNS)}) values ({', '.join(['%s'] * len(_COLUMNS))}) returning id",
            _values(draft),
        )
        note(actor, "create", row["id"], after=_told(draft))
    return int(row["id"])


def update_trial(trial_id: int, draft: TrialDraft, *, actor: Actor) -> None:
    """Replace the terms of a draft. Opens its own transaction. Raises ValidationFailed, NotFound, WrongState, PermissionDenied."""
    may_manage(actor)
    _check(draft)
    with transaction.atomic():
        held(trial_id, DRAFT, "update")
        before = _told(selectors.terms(trial_id))
        names = ", ".join(f"{name} = %s" for name in _COLUMNS)
        _write(draft.slug, f"update trials_trial set {names} where id = %s returning id", (*_values(draft), trial_id))
        note(actor, "update", trial_id, before=before, after=_told(draft))


def discard_trial(trial_id: int, *, actor: Actor) -> None:
    """Forget a draft. Opens its own transaction. Raises NotFound, WrongState, PermissionDenied."""
    may_manage(actor)
    with transaction.atomic():
        held(trial_id, DRAFT, "discard")
        before = _told(selectors.terms(trial_id))
        db.execute("delete from trials_trial where id = %s", (trial_id,))
        note(actor, "discard", trial_id, before=before)


def publish_trial(trial_id: int, *, actor: Actor) -> None:
    """Draft to live: its pieces are put aside in stock and its seed is committed to; nothing of its terms changes any more.

    What is given away is below any floor, so goods that have one need `pricing.below_floor` as well. Opens its own transaction.
    Raises NotFound, WrongState, ValidationFailed (too little stock among others), PermissionDenied.
    """
    may_manage(actor)
    with transaction.atomic():
        row = held(trial_id, DRAFT, "publish")
        draft = selectors.terms(trial_id)
        _check(draft)
        if draft.ends_at <= clock.now():
            told = "结束时间已过，请改期", "it is over already; move the end"
            raise ValidationFailed.one("ends_at", "already_over", *told)
        if draft.sku_id in pricing.floors([draft.sku_id]) and not actor.may(BELOW_FLOOR):
            raise ValidationFailed.one(
                "sku_id", "below_floor", "这个商品设有底价，白送须由有「突破价格底线」权限的人发布",
                "it has a floor: giving it away needs the permission to sell below it",
            )  # fmt: skip
        reference = ids.document_number("T")
        _put_aside(reference, draft, actor)
        seed = fairness.new_seed()
        committed = fairness.commitment(seed)
        target = TRIAL.target(DRAFT, "publish")
        db.execute(
            "update trials_trial set state = %s, reference = %s, commitment = %s, sealed = %s, published_at = kernel_now()"
            " where id = %s",
            (target, reference, committed, sealing.seal(seed, PURPOSE), trial_id),
        )
        price = pricing.effective_prices([draft.sku_id], clock.now()).get(draft.sku_id)
        after = {"state": target, "commitment": committed, "pieces": draft.pieces, "price": price and price.sale_price}
        note(actor, "publish", trial_id, before={"state": DRAFT}, after=after)
        record(TrialPublished(trial_id, row["slug"], draft.sku_id, draft.pieces, committed))


def may_manage(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise PermissionDenied(extra={"permission": MANAGE})


@db.needs_transaction
def held(trial_id: int, state: str, action: str) -> dict[str, Any]:
    """The trial's row, locked. Raises NotFound, and WrongState where it is in another state."""
    row = locks.hold_trial(trial_id)
    if row is None:
        raise NotFound()
    if row["state"] != state:
        raise WrongState(state=row["state"], action=action)
    return row


def note(actor: Actor, action: str, trial_id: int, *, before: Any = None, after: Any = None, reason: str = "") -> None:
    """The row of the audit log."""
    audit.record(
        actor=actor, action=f"trials.{action}", target_type="trial", target_id=trial_id, before=before, after=after, reason=reason,
    )  # fmt: skip


@db.needs_transaction
def _put_aside(reference: str, draft: TrialDraft, actor: Actor) -> None:
    """Reserve all pieces; the number of a line is that of the warehouse, so that single ones can be let go again."""
    plan = _plan(inventory.free_levels([draft.sku_id]), draft.pieces)
    lines = [ReserveLine(reference, warehouse, draft.sku_id, warehouse, units) for warehouse, units in plan]
    if not lines or stock.reserve(lines, actor=actor):
        free = inventory.available([draft.sku_id])[draft.sku_id]
        raise ValidationFailed.one(
            "pieces",
            "out_of_stock",
            f"可用库存只有 {free} 件，不够预留",
            f"only {free} are free in stock to be put aside",
        )


def _plan(levels: list[LevelFree], pieces: int) -> list[tuple[int, int]]:
    """Which warehouses give how many, in shipping order; empty if there is too little."""
    found, rest = [], pieces
    for level in levels:
        if units := min(max(level.free, 0), rest):
            found.append((level.warehouse_id, units))
            rest -= units
    return [] if rest else found


def _check(draft: TrialDraft) -> None:
    check(draft, tiers={tier.code for tier in members.tiers()}, most_pieces=mall_settings.get("trials.pieces_max"))
    known = pricing.effective_prices([draft.sku_id], clock.now())
    if draft.sku_id not in known or draft.sku_id not in catalog.goods_of([draft.sku_id]):
        message = Text("没有这个商品规格，或它没有售价", "there is no such SKU, or it has no price")
        raise ValidationFailed(errors=[FieldError("sku_id", "unknown", message)])


_COLUMNS = (
    "slug", "label_zh", "label_en", "notes_zh", "notes_en", "sku_id", "pieces", "selection", "freight", "tiers", "audience",
    "min_points", "questions", "report_days", "starts_at", "ends_at",
)  # fmt: skip


def _values(draft: TrialDraft) -> tuple[Any, ...]:
    texts = ("slug", "label_zh", "label_en", "notes_zh", "notes_en")
    found = {name: getattr(draft, name) for name in _COLUMNS}
    found |= {name: found[name].strip() for name in texts}
    found |= {"tiers": list(draft.tiers), "questions": [each.strip() for each in draft.questions]}
    return tuple(found.values())


def _told(draft: TrialDraft) -> dict[str, Any]:
    return dict(zip(_COLUMNS, _values(draft), strict=True))


def _write(slug: str, sql: str, values: tuple[Any, ...]) -> dict[str, Any]:
    """Raises ValidationFailed where another trial has this name."""
    try:
        with transaction.atomic():
            row = db.row(sql, values)
    except IntegrityError as refused:
        if "trial_slug_once" not in str(refused):
            raise
        raise ValidationFailed.one(
            "slug", "taken", f"已有试用使用 {slug}，请换一个", f"another trial has {slug}; choose another"
        ) from None
    assert row is not None
    return row
