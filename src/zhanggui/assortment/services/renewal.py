"""What becomes of slow sellers, and the end of a review of them. Each write is a transaction of its own."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from zhanggui.catalog import services as catalog
from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed

from ..events import ReviewFinished, SlowSellerDecided
from ..permissions import DECIDE
from ..renewal import figures, renewal
from ..rules import MOST_AT_ONCE, check_decision, check_words
from ..types import DELIST

#: Taking goods off sale is the catalogue's to allow.
LIST = "catalog.list"


def decide(product_ids: Sequence[int], kind: str, *, until: date | None = None, reason: str, actor: Actor) -> list[int]:
    """Promote or keep (`until` a day, on which they are looked at again), or delist: that takes them off sale at once. All or none.

    The products decided about. Raises ValidationFailed (also for what is not in the shop), PermissionDenied; delisting needs
    the catalogue's own permission as well.
    """
    if not actor.may(DECIDE) or (kind == DELIST and not actor.may(LIST)):
        raise PermissionDenied(extra={} if actor.may(LIST) or kind != DELIST else {"permission": LIST})
    ids = list(dict.fromkeys(product_ids))
    faults = check_decision(kind, until, clock.business_date()) + check_words("reason", reason, 200, required=True)
    if not ids or len(ids) > MOST_AT_ONCE:
        faults.append(
            FieldError(
                "products", "length", Text(f"请选择 1 到 {MOST_AT_ONCE} 个商品", f"choose 1 to {MOST_AT_ONCE} products")
            )
        )
    if faults:
        raise ValidationFailed(errors=faults)
    until = None if kind == DELIST else until
    with transaction.atomic():
        found = figures(ids)
        gone = Text("不在售，无须汰换", "it is not on sale")
        if missing := [FieldError(f"products.{n}", "not_listed", gone) for n, i in enumerate(ids) if i not in found]:
            raise ValidationFailed(errors=missing)
        db.execute(
            "insert into assortment_decision (product_id, kind, until, reason, units, on_hand, actor_kind, actor_id, actor_label)"
            " select d.*, %s, %s, %s from (select p.product_id, %s, %s::date, %s, p.units, p.on_hand"
            " from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as p(product_id, units, on_hand)) d",
            (
                actor.kind, actor.id, actor.label[:200], kind, until, reason.strip(), ids,
                [max(0, found[i][0]) for i in ids], [found[i][1] for i in ids],
            ),
        )  # fmt: skip
        audit.record_many(
            audit.row(
                actor=actor, action="assortment.decide", target_type="product", target_id=i,
                after={"kind": kind, "until": until, "units": found[i][0], "on_hand": found[i][1]}, reason=reason.strip(),
            )
            for i in ids
        )  # fmt: skip
        record(*(SlowSellerDecided(i, kind) for i in ids))
        if kind == DELIST:
            catalog.delist_products(ids, reason=reason.strip(), actor=actor)
    return ids


def finish_review(*, note: str = "", actor: Actor) -> int:
    """The slow sellers have been looked through; the next review is due after `assortment.review_days`. Its id.

    Goods that are left without a decision are counted, and a note has to say why. Raises ValidationFailed, PermissionDenied.
    """
    if not actor.may(DECIDE):
        raise PermissionDenied()
    if faults := check_words("note", note, 500):
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        now = renewal()
        if now.undecided and not note.strip():
            zh, en = (
                f"还有 {now.undecided} 个没有决定，请写明原因",
                f"{now.undecided} are left without a decision: say why",
            )
            raise ValidationFailed.one("note", "required", zh, en)
        row = db.row(
            "insert into assortment_review (actor_label, note, slow, undecided, new) values (%s, %s, %s, %s, %s) returning id",
            (actor.label[:200], note.strip(), len(now.slow), now.undecided, len(now.new)),
        )
        assert row is not None
        review_id = int(row["id"])
        audit.record(
            actor=actor, action="assortment.finish_review", target_type="assortment_review", target_id=review_id,
            after={"slow": len(now.slow), "undecided": now.undecided, "new": len(now.new)}, reason=note.strip()[:200],
        )  # fmt: skip
        record(ReviewFinished(review_id, now.undecided))
    return review_id
