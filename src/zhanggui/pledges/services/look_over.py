"""Who looks a promotion over before it starts, and what they found (PRC-10)."""

from django.db import transaction

from zhanggui.accounts import selectors as accounts
from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.promotions import selectors as promotions

from .. import selectors
from ..errors import NotTheChecker
from ..events import PromotionLookedOver
from ..permissions import SIGN
from ..types import POINTS, LookOver

MOST = 500


def name_checker(promotion_id: int, staff_id: int, *, actor: Actor) -> LookOver:
    """Say who looks it over. What somebody else has ticked is to be looked at anew. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed.
    """
    if not actor.may(SIGN):
        raise PermissionDenied()
    promotions.promotion(promotion_id)
    try:
        named = accounts.staff(staff_id)
    except NotFound:
        named = None
    if named is None or not named.is_active:
        raise ValidationFailed.one("checker", "unknown", "请选择在职的同事", "choose a colleague who works here")
    with transaction.atomic():
        db.execute(
            "insert into pledges_lookover (promotion_id, checker_id, checker, named_by) values (%s, %s, %s, %s)"
            " on conflict (promotion_id) do update set checker_id = excluded.checker_id, checker = excluded.checker,"
            " named_by = excluded.named_by, named_at = kernel_now()",
            (promotion_id, staff_id, named.name[:200], actor.label[:200]),
        )
        db.execute("delete from pledges_tick where promotion_id = %s and by_id <> %s", (promotion_id, staff_id))
        audit.record(
            actor=actor, action="pledges.name_checker", target_type="promotion", target_id=promotion_id,
            after={"checker": named.name},
        )  # fmt: skip
        return selectors.look_overs([promotion_id])[promotion_id]


def tick(promotion_id: int, point: str, *, right: bool, note: str = "", actor: Actor) -> LookOver:
    """What the checker found of one point: right, or what is wrong. Opens its own transaction.

    The last check of the mall is attached. Raises NotFound, PermissionDenied, NotTheChecker, ValidationFailed.
    """
    note = note.strip()
    if not actor.may(SIGN):
        raise PermissionDenied()
    if point not in POINTS:
        raise ValidationFailed.one("point", "unknown", "没有这个核对项", "there is no such point")
    if not right and not note:
        raise ValidationFailed.one("note", "required", "请写明哪里不一致", "say what is wrong")
    if len(note) > MOST:
        raise ValidationFailed.one("note", "length", f"最多 {MOST} 个字", f"at most {MOST} characters")
    with transaction.atomic():
        before = selectors.look_overs([promotion_id]).get(promotion_id)
        if before is None:
            raise NotFound()
        if before.checker_id != actor.id:
            raise NotTheChecker(checker=before.checker)
        db.execute(
            'insert into pledges_tick (promotion_id, point, "right", note, by_id, by, check_id) values (%s, %s, %s, %s, %s, %s,'
            " (select max(id) from pledges_check where status = 'finished'))"
            ' on conflict (promotion_id, point) do update set "right" = excluded."right", note = excluded.note,'
            " by_id = excluded.by_id, by = excluded.by, at = kernel_now(), check_id = excluded.check_id",
            (promotion_id, point, right, note, actor.id, actor.label[:200]),
        )
        after = selectors.look_overs([promotion_id])[promotion_id]
        audit.record(
            actor=actor, action="pledges.tick", target_type="promotion", target_id=promotion_id,
            after={"point": point, "right": right}, reason=note,
        )  # fmt: skip
        if before.left and not after.left:
            outbox.record(PromotionLookedOver(promotion_id, after.checker_id))
        return after
