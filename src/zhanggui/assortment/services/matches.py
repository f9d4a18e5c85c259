"""What goes along with a product by hand. Each write is a transaction of its own; pages of the shop follow at once."""

from dataclasses import asdict

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed

from .. import locks
from ..company import VERSION
from ..permissions import MANAGE
from ..rules import MOST_MATCHES, check_match
from ..types import Match


def put_match(product_id: int, match: Match, *, actor: Actor) -> None:
    """A product goes along with another, last of all; or other words for one that does already.

    Raises ValidationFailed, NotFound, PermissionDenied.
    """
    _may(actor)
    known = catalog.titles([product_id, match.other_id])
    if product_id not in known:
        raise NotFound()
    faults = check_match(product_id, match)
    if match.other_id not in known:
        faults.append(FieldError("other", "unknown", Text("没有这个商品", "there is no such product")))
    if faults:
        raise ValidationFailed(errors=faults)
    words = (match.reason_zh.strip(), match.reason_en.strip(), match.script.strip())
    with transaction.atomic():
        locks.hold_matches(product_id)
        order = _order(product_id)
        if match.other_id not in order and len(order) >= MOST_MATCHES:
            raise ValidationFailed.one("other", "length", f"最多 {MOST_MATCHES} 个", f"at most {MOST_MATCHES}")
        db.execute(
            "insert into assortment_match (product_id, other_id, place, reason_zh, reason_en, script)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (product_id, other_id) do update"
            " set reason_zh = excluded.reason_zh, reason_en = excluded.reason_en, script = excluded.script",
            (product_id, match.other_id, len(order), *words),
        )
        _changed(actor, "put_match", product_id, after=asdict(match))


def drop_match(product_id: int, other_id: int, *, actor: Actor) -> None:
    """It does not go along with it any more; repeating it changes nothing. Raises PermissionDenied."""
    _may(actor)
    with transaction.atomic():
        locks.hold_matches(product_id)
        if db.execute("delete from assortment_match where product_id = %s and other_id = %s", (product_id, other_id)):
            _arrange(product_id, _order(product_id))
            _changed(actor, "drop_match", product_id, before={"other_id": other_id})


def move_match(product_id: int, other_id: int, place: int, *, actor: Actor) -> None:
    """It stands at this place (0: first) from now on; a place beyond the end is the last. Raises NotFound, PermissionDenied."""
    _may(actor)
    with transaction.atomic():
        locks.hold_matches(product_id)
        before = _order(product_id)
        if other_id not in before:
            raise NotFound()
        order = [each for each in before if each != other_id]
        order.insert(max(0, place), other_id)
        if order != before:
            _arrange(product_id, order)
            _changed(actor, "move_match", product_id, before={"order": before}, after={"order": order})


def _may(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise PermissionDenied()


def _order(product_id: int) -> list[int]:
    rows = db.rows("select other_id from assortment_match where product_id = %s order by place, id", (product_id,))
    return [row["other_id"] for row in rows]


def _arrange(product_id: int, order: list[int]) -> None:
    db.execute(
        "update assortment_match m set place = o.place - 1 from unnest(%s::bigint[]) with ordinality as o(other_id, place)"
        " where m.product_id = %s and m.other_id = o.other_id",
        (order, product_id),
    )


def _changed(actor: Actor, action: str, product_id: int, *, before: object = None, after: object = None) -> None:
    audit.record(
        actor=actor,
        action=f"assortment.{action}",
        target_type="product",
        target_id=product_id,
        before=before,
        after=after,
    )
    versions.bump(VERSION)
