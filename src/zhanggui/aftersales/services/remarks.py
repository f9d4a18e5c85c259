"""What buyer and staff say to each other on a case, written once."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed

from .. import locks
from ..errors import CaseWrongState
from ..events import CaseRemarked
from ..states import OVER
from ..types import CaseView
from .common import shown
from .request import check_words, find_photos

MOST_REMARKS = 200


def remark(number: str, *, text: str, photos: Sequence[str] = (), internal: bool = False, actor: Actor) -> CaseView:
    """Words and photos are added to a case: by its buyer while it is open, by staff at any time; `internal` ones staff alone read.

    Opens its own transaction. Raises NotFound, CaseWrongState, ValidationFailed, PhotosMissing, PermissionDenied.
    """
    text = text.strip()
    errors = check_words(text, photos)
    if not text and not photos:
        errors.append(FieldError("text", "required", Text("请填写内容或上传照片", "write something, or add a photo")))
    if errors:
        raise ValidationFailed(errors=errors)
    staff = actor.kind == "staff"
    if internal and not staff:
        raise PermissionDenied()
    with transaction.atomic():
        view = shown(number)
        locks.order(view.order_number)
        view = shown(number)
        if not staff and view.state in OVER:
            raise CaseWrongState(state=view.state)
        row = db.row(
            "select c.id, (select count(*) from aftersales_remark r where r.case_id = c.id) as remarks from aftersales_case c"
            " where c.number = %s",
            (number,),
        )
        assert row is not None
        if row["remarks"] >= MOST_REMARKS:
            raise ValidationFailed.one(
                "text", "too_many", "留言太多了，请联系客服", "there are too many remarks; call us"
            )
        find_photos(photos)
        write_remark(row["id"], text, photos, internal=internal, actor=actor)
        if not internal:
            outbox.record(CaseRemarked(number, view.order_number, actor.kind))
        return view


@db.needs_transaction
def write_remark(case_id: int, text: str, photos: Sequence[str], *, internal: bool, actor: Actor) -> None:
    """Raises PhotosMissing."""
    find_photos(photos)
    db.execute(
        "insert into aftersales_remark (case_id, at, by_kind, by_id, by_label, text, photos, internal)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            case_id, clock.now(), actor.kind, actor.id, actor.label[:200], text, db.Json(list(photos)),
            internal and actor.kind == "staff",
        ),
    )  # fmt: skip
