"""What buyers write. Whoever calls has made sure that the order is the buyer's; a member is checked once more here."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from zhanggui.catalog import services as catalog
from zhanggui.kernel import audit, clock, db, mall_settings, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders

from .. import locks, rules
from ..errors import AlreadyAdded, AlreadyReviewed, NotReviewable, PhotoGone
from ..events import ReviewPosted
from ..types import KeptPhoto

_SALT = "zhanggui.servicedesk.photo"
PHOTO_HOURS = 48
TEXT_MAX = 1000


def keep_photo(data: bytes, *, actor: Actor) -> KeptPhoto:
    """Check and keep a photo; its `key` is good for a review within two days. Raises PictureRefused."""
    kept = catalog.keep_picture(data)
    key = signing.dumps([kept.url, kept.width, kept.height], salt=_SALT)
    return KeptPhoto(key, kept.url, kept.width, kept.height)


def _photos(keys: Sequence[str], loc: str) -> list[dict[str, Any]]:
    most = mall_settings.get("reviews.photos_max")
    if len(keys) > most:
        raise ValidationFailed.one(loc, "too_many", f"最多 {most} 张图片", f"at most {most} photos")
    found = []
    for key in dict.fromkeys(keys):
        try:
            url, width, height = signing.loads(key, salt=_SALT, max_age=PHOTO_HOURS * 3600)
        except (signing.BadSignature, ValueError, TypeError):
            raise PhotoGone(errors=[FieldError(loc, "photo", PhotoGone.message)]) from None
        found.append({"url": url, "width": width, "height": height})
    return found


def _line(order_number: str, line: int, actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    order = orders.find(order_number)
    if order is None or (actor.kind == "member" and order["member_id"] != actor.id):
        raise NotFound()
    found = next((one for one in order["lines"] if one["line"] == line), None)
    if found is None:
        raise NotFound()
    return order, found


def post_review(
    order_number: str,
    line: int,
    *,
    rating: int,
    text: str = "",
    photos: Sequence[str] = (),
    anonymous: bool = False,
    actor: Actor,
) -> int:
    """Review a delivered line, once; the review's id. Opens its own transaction.

    `photos` are keys of `keep_photo`. Raises NotFound, ValidationFailed, NotReviewable, AlreadyReviewed.
    """
    if isinstance(rating, bool) or rating not in (1, 2, 3, 4, 5):
        raise ValidationFailed.one("rating", "range", "请选择 1 到 5 星", "choose 1 to 5 stars")
    text = clean_text(text, "text", TEXT_MAX, required=False, lines=True)
    pictures = _photos(photos, "photos")
    order, sold = _line(order_number, line, actor)
    reason = rules.why_not(order, sold, mall_settings.get("reviews.days"), clock.now())
    if reason is not None:
        raise NotReviewable(reason=reason)
    member_id = order["member_id"]
    nickname = members.profile(member_id).nickname if member_id is not None else order["contact_name"]
    mark = rules.digest(text)
    try:
        with transaction.atomic():
            row = db.row(
                "insert into servicedesk_review (order_number, line, product_id, sku_code, title, options, member_id, author,"
                " rating, text, photos, digest, duplicate)"
                " values (%(order)s, %(line)s, %(product)s, %(sku)s, %(title)s, %(options)s, %(member)s, %(author)s,"
                " %(rating)s, %(text)s, %(photos)s, %(digest)s::text, %(digest)s::text <> '' and exists"
                " (select from servicedesk_review where digest = %(digest)s::text and digest <> '')) returning id",
                {
                    "order": order_number, "line": line, "product": sold["product_id"], "sku": sold["sku"],
                    "title": sold["title"], "options": sold["options"], "member": member_id,
                    "author": rules.author(nickname, anonymous), "rating": rating, "text": text,
                    "photos": db.Json(pictures), "digest": mark,
                },
            )  # fmt: skip
            assert row is not None
            locks.count(sold["product_id"], rating, 1, photos=1 if pictures else 0)
            outbox.record(ReviewPosted(row["id"], sold["product_id"], order_number, line, rating))
            audit.record(
                actor=actor, action="reviews.post", target_type="review", target_id=row["id"],
                after={"order": order_number, "line": line, "rating": rating},
            )  # fmt: skip
    except IntegrityError:
        raise AlreadyReviewed() from None
    return int(row["id"])


def add_to_review(order_number: str, line: int, *, text: str, photos: Sequence[str] = (), actor: Actor) -> int:
    """Add to a review later (追评), once; the stars stay. Opens its own transaction; the review's id.

    Raises NotFound, ValidationFailed, NotReviewable, AlreadyAdded.
    """
    text = clean_text(text, "text", TEXT_MAX, lines=True)
    pictures = _photos(photos, "photos")
    order, sold = _line(order_number, line, actor)
    reason = rules.why_not(order, {**sold, "refunded_quantity": 0}, mall_settings.get("reviews.days"), clock.now())
    if reason is not None:
        raise NotReviewable(reason=reason)
    with transaction.atomic():
        review = locks.hold_line(order_number, line)
        if review is None:
            raise NotFound()
        if review["more_at"] is not None:
            raise AlreadyAdded()
        db.execute(
            "update servicedesk_review set more_text = %s, more_photos = %s, more_at = kernel_now() where id = %s",
            (text, db.Json(pictures), review["id"]),
        )
        if pictures and not review["photos"] and not review["hidden"]:
            locks.count(review["product_id"], review["rating"], 0, photos=1)
        audit.record(actor=actor, action="reviews.add", target_type="review", target_id=review["id"])
    return int(review["id"])
