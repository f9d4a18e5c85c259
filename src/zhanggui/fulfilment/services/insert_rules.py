"""The rules by which parcels get small gifts."""

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from ..permissions import INSERTS, need
from ..types import InsertRuleDraft

_FIELDS = ("label", "note", "min_amount", "category_id", "first_order", "most", "active")


def save_insert_rule(draft: InsertRuleDraft, *, rule_id: int | None = None, actor: Actor) -> int:
    """A new rule, or other terms of one; its id. Opens its own transaction. Raises PermissionDenied, NotFound, ValidationFailed."""
    need(actor, INSERTS)
    errors = []
    label, note = draft.label.strip(), draft.note.strip()
    if not 0 < len(label) <= 100:
        errors.append(
            FieldError("label", "length", Text("请写明放什么，100 字以内", "say what goes in, in 100 characters"))
        )
    if len(note) > 200:
        errors.append(FieldError("note", "too_long", Text("最多 200 字", "at most 200 characters")))
    if not 0 <= draft.min_amount <= MAX_AMOUNT:
        errors.append(FieldError("min_amount", "range", Text("金额不能小于 0", "must not be negative")))
    if draft.most is not None and not 0 < draft.most <= 10**9:
        errors.append(FieldError("most", "range", Text("应大于 0，不限请留空", "must be above 0; empty for no limit")))
    if draft.category_id is not None and draft.category_id not in {each.id for each in catalog.categories()}:
        errors.append(FieldError("category_id", "unknown", Text("没有这个分类", "no such category")))
    if errors:
        raise ValidationFailed(errors=errors)
    values = (label, note, draft.min_amount, draft.category_id, draft.first_order, draft.most, draft.active)
    with transaction.atomic():
        if rule_id is None:
            row = db.row(
                f"insert into fulfilment_insertrule ({', '.join(_FIELDS)}) values (%s, %s, %s, %s, %s, %s, %s) returning id",
                values,
            )
        else:
            row = db.row(
                f"update fulfilment_insertrule set {', '.join(f'{name} = %s' for name in _FIELDS)} where id = %s returning id",
                (*values, rule_id),
            )
        if row is None:
            raise NotFound()
        audit.record(
            actor=actor, action="fulfilment.save_insert_rule", target_type="insert_rule", target_id=str(row["id"]),
            after=dict(zip(_FIELDS, values, strict=True)),
        )  # fmt: skip
    return int(row["id"])
