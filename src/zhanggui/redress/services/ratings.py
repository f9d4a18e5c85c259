"""How buyers found their case handled (AFS-07): asked once, when it is over."""

from datetime import timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from zhanggui.aftersales import selectors as aftersales
from zhanggui.kernel import audit, clock, db, outbox
from zhanggui.kernel.actor import GUEST, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.orders import selectors as orders

from ..errors import NotRateable, RatedBefore
from ..events import CaseRated
from ..permissions import JUDGE, need
from ..selectors import RATE_DAYS, rating
from ..types import RatingView
from .common import name_of, tell

_SALT = "zhanggui.redress.rate"
OVER = ("closed", "rejected", "withdrawn")
MAX_WORDS = 500
#: Whoever took one of these steps last is whom a rating is about.
DECISIONS = ("aftersales.approve", "aftersales.reject")


def rating_link(case_number: str) -> str:
    """The address where a case can be rated without signing in, without the mall's own."""
    return f"/rate/{case_number}/{signing.Signer(salt=_SALT).signature(case_number)}"


def link_fits(case_number: str, secret: str) -> bool:
    return constant_time_compare(signing.Signer(salt=_SALT).signature(case_number), secret)


def rate_case(case_number: str, score: int, *, words: str = "", actor: Actor = GUEST) -> RatingView:
    """Rate how a case was handled, once. Whoever calls has made sure that it is the buyer's. Opens its own transaction.

    Raises NotFound, ValidationFailed, NotRateable, RatedBefore.
    """
    if isinstance(score, bool) or score not in (1, 2, 3, 4, 5):
        raise ValidationFailed.one("score", "range", "请选择 1 到 5 分", "choose 1 to 5")
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    case = aftersales.case(case_number)
    if case is None:
        raise NotFound()
    if case.closed_at is None or case.state not in OVER or case.closed_at + timedelta(days=RATE_DAYS) < clock.now():
        raise NotRateable()
    order = orders.find(case.order_number)
    assert order is not None
    sold = {line["line"]: line for line in order["lines"]}
    products = [
        {"id": line["product_id"], "title": line["title"]}
        for each in case.lines
        if (line := sold.get(each.line)) is not None
    ]
    decided = [
        entry["actor_label"]
        for entry in audit.history(target_type="case", target_id=case_number, limit=50)
        if entry["actor_kind"] == "staff" and entry["action"] in DECISIONS
    ]
    person = decided[0] if decided else ""
    try:
        with transaction.atomic():
            db.execute(
                "insert into redress_rating (case_number, order_number, score, words, kind, reason, person, products)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                (case_number, case.order_number, score, words, case.kind, case.reason, person[:200], db.Json(products)),
            )
            outbox.record(CaseRated(case_number, case.order_number, score, words))
    except IntegrityError:
        raise RatedBefore() from None
    found = rating(case_number)
    assert found is not None
    return found


def note_rating(case_number: str, words: str, *, actor: Actor) -> RatingView:
    """What the mall makes of it, for the product or the way of working. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed.
    """
    need(actor, JUDGE)
    words = clean_text(words, "noted", MAX_WORDS, lines=True)
    with transaction.atomic():
        if not db.execute(
            "update redress_rating set noted = %s, noted_by = %s where case_number = %s",
            (words, name_of(actor), case_number),
        ):
            raise NotFound()
        tell(actor, "note_rating", "case", case_number, after={"noted": words})
    found = rating(case_number)
    assert found is not None
    return found
