"""What staff do with reviews: answer, hide, show again. Each opens its own transaction."""

from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, PermissionDenied, WrongState

from .. import locks
from ..events import ReviewAnswered, ReviewHidden, ReviewShown
from ..permissions import ANSWER, HIDE

REPLY_MAX = 1000


def _held(review_id: int) -> dict[str, Any]:
    found = locks.hold(review_id)
    if found is None:
        raise NotFound()
    return found


def answer(review_id: int, text: str, *, actor: Actor) -> None:
    """Answer a review in the mall's name; a new answer takes the place of the old. Raises NotFound, ValidationFailed,
    PermissionDenied."""
    if not actor.may(ANSWER):
        raise PermissionDenied()
    text = clean_text(text, "reply", REPLY_MAX, lines=True)
    with transaction.atomic():
        review = _held(review_id)
        db.execute(
            "update servicedesk_review set reply = %s, replied_by = %s, replied_at = kernel_now() where id = %s",
            (text, actor.label[:200], review_id),
        )
        audit.record(
            actor=actor, action="reviews.answer", target_type="review", target_id=review_id,
            before={"reply": review["reply"]}, after={"reply": text},
        )  # fmt: skip
        outbox.record(ReviewAnswered(review_id, review["product_id"]))


def hide(review_id: int, *, reason: str, actor: Actor) -> None:
    """Take a review out of the shop and its figures. Raises NotFound, ValidationFailed, WrongState, PermissionDenied."""
    reason = clean_text(reason, "reason", 500)
    _set_hidden(review_id, True, reason, actor)


def show(review_id: int, *, actor: Actor) -> None:
    """Show a hidden review again. Raises NotFound, WrongState, PermissionDenied."""
    _set_hidden(review_id, False, "", actor)


def _set_hidden(review_id: int, hidden: bool, reason: str, actor: Actor) -> None:
    if not actor.may(HIDE):
        raise PermissionDenied()
    with transaction.atomic():
        review = _held(review_id)
        if review["hidden"] == hidden:
            raise WrongState(state="hidden" if hidden else "shown")
        db.execute(
            "update servicedesk_review set hidden = %s, hidden_reason = %s where id = %s", (hidden, reason, review_id)
        )
        step = -1 if hidden else 1
        pictured = bool(review["photos"] or review["more_photos"])
        locks.count(review["product_id"], review["rating"], step, photos=step if pictured else 0)
        audit.record(
            actor=actor, action="reviews.hide" if hidden else "reviews.show", target_type="review", target_id=review_id,
            reason=reason,
        )  # fmt: skip
        outbox.record((ReviewHidden if hidden else ReviewShown)(review_id, review["product_id"]))
