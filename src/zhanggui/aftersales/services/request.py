"""A buyer (or staff for him) asks."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import db, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError

from .. import locks, photos
from ..asking import Asked, check, look
from ..errors import AmountMoved, PhotosMissing
from ..states import REQUESTED
from ..types import CaseView, Wish
from .amounts import write_amounts
from .common import announce, keep, shown

MAX_NOTE, MAX_PHOTOS = 1000, 9


def request(
    order_number: str,
    *,
    kind: str,
    reason: str,
    lines: Sequence[Wish] | None = None,
    note: str = "",
    photos: Sequence[str] = (),
    expected: int | None = None,
    actor: Actor,
) -> CaseView:
    """Open a case about units of an order; without `lines`, about all that may be asked for. Opens its own transaction.

    `photos` are names that `keep_photo` gave. With `expected` (what the buyer was shown, minor units) only if it gives back that.
    `cancel` is for units that have not left, the others for units that have: money with or without a return, an exchange (each
    wish names the article), a repair, what was missing. Staff are not held to terms and time limits. Raises NotFound,
    ValidationFailed, NotEligible, TooManyUnits, PhotosMissing, AmountMoved, ExchangeDearer, ExchangeNotPossible.
    """
    check(kind, reason, lines, check_words(note, photos))
    with transaction.atomic():
        locks.order(order_number)
        asked = look(order_number, kind, reason, lines, actor)
        find_photos(photos)
        amount = asked.goods + asked.freight
        if expected is not None and expected != amount:
            currency = asked.order["currency"]
            raise AmountMoved(amount=format_minor(amount, currency), extra={"amount": amount})
        number = ids.document_number("C")
        _insert(number, asked, kind, reason, note.strip(), photos, actor)
        _write_wanted(number, asked)
        keep(actor, "request", number, after={"order": order_number, "kind": kind, "reason": reason})
        announce(number)
        return shown(number)


def keep_photo(data: bytes, *, actor: Actor) -> str:
    """Keep a photo for a case that is about to be opened; its name. Raises PictureRefused."""
    return photos.keep(data)


def check_words(note: str, names: Sequence[str]) -> list[FieldError]:
    """What is wrong with a buyer's words and pictures."""
    errors = []
    if len(note.strip()) > MAX_NOTE:
        errors.append(FieldError("note", "too_long", Text(f"最多 {MAX_NOTE} 个字", f"at most {MAX_NOTE} characters")))
    if len(names) > MAX_PHOTOS:
        text = Text(f"最多 {MAX_PHOTOS} 张照片", f"at most {MAX_PHOTOS} photos")
        errors.append(FieldError("photos", "too_many", text))
    return errors


def find_photos(names: Sequence[str]) -> None:
    if any(photos.file_of(name) is None for name in names):
        raise PhotosMissing(errors=[FieldError("photos", "unknown", PhotosMissing.message)])


def _insert(
    number: str, asked: Asked, kind: str, reason: str, note: str, photos: Sequence[str], actor: Actor
) -> None:  # fmt: skip
    order = asked.order
    made = db.row(
        "insert into aftersales_case (number, order_number, member_id, currency, kind, reason, note, photos, goods_amount,"
        " requested_by) values (%s, %s, %s, %s, %s, %s, %s, %s, 0, %s) returning id",
        (
            number, order["number"], order["member_id"], order["currency"], kind, reason, note, db.Json(list(photos)),
            actor.kind,
        ),
    )  # fmt: skip
    assert made is not None
    locks.open_step(made["id"], REQUESTED)
    write_amounts(made["id"], order, asked.units, asked.amounts, asked.effect, asked.freight)


def _write_wanted(number: str, asked: Asked) -> None:
    """What comes instead, in an exchange."""
    rows = [
        {"line": n, "id": each.sku_id, "code": each.code, "title": each.title[:300], "difference": each.difference}
        for n, each in asked.wanted.items()
    ]
    if rows:
        db.execute(
            "update aftersales_caseline l set wanted_id = r.id, wanted_code = r.code, wanted_title = r.title,"
            " difference = r.difference from jsonb_to_recordset(%s) as r(line int, id bigint, code text, title text,"
            " difference bigint), aftersales_case c where c.number = %s and l.case_id = c.id and l.line = r.line",
            (db.Json(rows), number),
        )
