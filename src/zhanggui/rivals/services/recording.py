"""Competitors, what was seen at them, and how the mall answers."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from django.db import IntegrityError, transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed

from ..permissions import RECORD, RULES
from ..types import ANSWERS, RuleView, Seen
from .judging import judge

MOST, OLDEST = 10**12, timedelta(days=366)
ROWS_MOST = 5_000


def save_rival(
    rival_id: int | None, *, label: str, site: str = "", note: str = "", active: bool = True, actor: Actor
) -> int:
    """A new competitor (id None), or another word on one; the id. Opens its own transaction.

    Raises ValidationFailed, NotFound, PermissionDenied.
    """
    _need(actor, RECORD)
    label = label.strip()
    errors = []
    if not 1 <= len(label) <= 80:
        errors.append(
            FieldError("label", "required", Text("请填写名称，不超过 80 字", "a name of at most 80 characters"))
        )
    if (site and not site.startswith(("http://", "https://"))) or len(site) > 200:
        errors.append(
            FieldError(
                "site", "type", Text("网址须以 http:// 或 https:// 开头", "an address that begins with https://")
            )
        )
    if len(note) > 500:
        errors.append(FieldError("note", "too_long", Text("备注不超过 500 字", "at most 500 characters")))
    if errors:
        raise ValidationFailed(errors=errors)
    try:
        with transaction.atomic():
            row = db.row(
                "insert into rivals_rival (name, site, note, active) values (%s, %s, %s, %s) returning id"
                if rival_id is None
                else "update rivals_rival set name = %s, site = %s, note = %s, active = %s where id = %s returning id",
                (label, site, note.strip(), active, *(() if rival_id is None else (rival_id,))),
            )
            if row is None:
                raise NotFound()
            audit.record(
                actor=actor, action="rivals.save", target_type="rival", target_id=row["id"],
                after={"name": label, "site": site, "active": active},
            )  # fmt: skip
    except IntegrityError as problem:
        raise ValidationFailed.one(
            "label", "taken", "已有同名的竞品店铺", "there is one of this name already"
        ) from problem
    return int(row["id"])


def record_prices(rival_id: int, rows: Sequence[Seen], *, actor: Actor) -> int:
    """Write down what a competitor asks, and judge what follows; how many SKUs call for an answer now. All or nothing.

    Opens its own transaction. Raises ValidationFailed naming the rows, NotFound, PermissionDenied.
    """
    _need(actor, RECORD)
    if not 1 <= len(rows) <= ROWS_MOST:
        raise ValidationFailed.one("rows", "count", f"一次 1 到 {ROWS_MOST} 条", f"1 to {ROWS_MOST} at once")
    today = clock.business_date()
    known = catalog.sku_codes([row.sku_id for row in rows])
    errors = [error for place, row in enumerate(rows) for error in _row_errors(row, place, today, known)]
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        if db.row("select id from rivals_rival where id = %s and active", (rival_id,)) is None:
            raise NotFound()
        stored = [{**asdict(row), "seen_on": row.seen_on.isoformat()} for row in rows]
        db.execute(
            "insert into rivals_seenprice (rival_id, sku_id, price, seen_on, link, note, by) select %s, r.sku_id, r.price,"
            " r.seen_on, r.link, r.note, %s from jsonb_to_recordset(%s) as r(sku_id bigint, price bigint, seen_on date,"
            " link text, note text)",
            (rival_id, actor.label[:200], db.Json(stored)),
        )
        audit.record(
            actor=actor, action="rivals.record", target_type="rival", target_id=rival_id, after={"prices": len(rows)}
        )
        return judge([row.sku_id for row in rows])


def _row_errors(row: Seen, place: int, today: object, known: dict[int, str]) -> list[FieldError]:
    errors, at = [], f"rows.{place}."
    if row.sku_id not in known:
        errors.append(FieldError(at + "sku", "unknown", Text("没有这个 SKU", "there is no such SKU")))
    if not 0 < row.price <= MOST:
        errors.append(FieldError(at + "price", "range", Text("价格须大于 0", "a price above 0")))
    if not clock.business_date() - OLDEST <= row.seen_on <= clock.business_date():
        errors.append(
            FieldError(
                at + "seen_on", "range", Text("日期须在一年之内，不晚于今天", "a day within a year, not after today")
            )
        )
    if len(row.link) > 500 or (row.link and not row.link.startswith(("http://", "https://"))):
        errors.append(
            FieldError(
                at + "link", "type", Text("链接须以 http:// 或 https:// 开头", "an address that begins with https://")
            )
        )
    if len(row.note) > 200:
        errors.append(FieldError(at + "note", "too_long", Text("备注不超过 200 字", "at most 200 characters")))
    return errors


def save_rule(rule: RuleView, *, actor: Actor) -> None:
    """How a category (0: everything) answers from now on; open findings are judged again at night. Opens its own transaction.

    Raises ValidationFailed, PermissionDenied.
    """
    _need(actor, RULES)
    errors = []
    if rule.category_id and rule.category_id not in {each.id for each in catalog.categories()}:
        errors.append(FieldError("category_id", "choice", Text("没有这个分类", "there is no such category")))
    if rule.answer not in ANSWERS:
        errors.append(FieldError("answer", "choice", Text("请选择应对方式", "choose an answer")))
    for name, low, high in (
        ("threshold", 0, 9_999),
        ("most_cut", 1, 9_999),
        ("fresh_days", 1, 365),
        ("undercut", 0, MOST),
    ):
        if not low <= getattr(rule, name) <= high:
            errors.append(FieldError(name, "range", Text("超出允许的范围", "out of range")))
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        db.execute(
            "insert into rivals_rule (category_id, answer, threshold, undercut, most_cut, fresh_days) values (%s, %s, %s, %s, %s, %s)"
            " on conflict (category_id) do update set answer = excluded.answer, threshold = excluded.threshold,"
            " undercut = excluded.undercut, most_cut = excluded.most_cut, fresh_days = excluded.fresh_days",
            (rule.category_id, rule.answer, rule.threshold, rule.undercut, rule.most_cut, rule.fresh_days),
        )
        audit.record(
            actor=actor, action="rivals.rule", target_type="category", target_id=rule.category_id, after=asdict(rule)
        )


def _need(actor: Actor, permission: str) -> None:
    if not actor.may(permission):
        raise PermissionDenied()
