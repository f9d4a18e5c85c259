"""Pickup points are set up, changed and closed."""

import re
from collections.abc import Iterator
from dataclasses import asdict

from django.db import transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.kernel.provinces import PROVINCES, province_key

from ..permissions import MANAGE, need
from ..selectors import VERSION, all_points, point
from ..types import PickupPoint, PointDraft

MAX_POINTS = 2_000
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_LONGEST = {
    "name": 60,
    "name_en": 120,
    "province": 40,
    "city": 40,
    "district": 40,
    "address": 120,
    "hours": 120,
    "phone": 40,
}
_NEEDED = ("name", "province", "city", "address")


def save_point(code: str, draft: PointDraft, *, actor: Actor) -> PickupPoint:
    """Set up or change a point; closed (`active` False) it is offered no more, and what lies there is still handed over.

    Opens its own transaction. Raises PermissionDenied, ValidationFailed naming the fields.
    """
    need(actor, MANAGE)
    errors = list(_faults(code, draft))
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        before = point(code)
        values = asdict(draft) | {"staff": list(draft.staff)}
        names = list(values)
        db.execute(
            f"insert into pickup_point (code, {', '.join(names)}) values ({', '.join(['%s'] * (len(names) + 1))})"
            f" on conflict (code) do update set {', '.join(f'{name} = excluded.{name}' for name in names)},"
            " updated_at = kernel_now()",
            (code, *(value.strip() if isinstance(value, str) else value for value in values.values())),
        )
        versions.bump(VERSION)
        audit.record(
            actor=actor, action="pickup.save_point", target_type="pickup_point", target_id=code,
            before=asdict(before) if before else None, after=values,
        )  # fmt: skip
    made = point(code)
    assert made is not None
    return made


def _faults(code: str, draft: PointDraft) -> Iterator[FieldError]:
    if not _CODE.fullmatch(code):
        yield FieldError("code", "invalid", Text("1 到 40 位字母、数字、- 或 _", "1 to 40 letters, digits, - or _"))
    elif point(code) is None and len(all_points()) >= MAX_POINTS:
        yield FieldError("code", "too_many", Text(f"最多 {MAX_POINTS} 个自提点", f"at most {MAX_POINTS} points"))
    for name, most in _LONGEST.items():
        value = getattr(draft, name).strip()
        if name in _NEEDED and not value:
            yield FieldError(name, "required", Text("请填写此项", "needed"))
        if len(value) > most:
            yield FieldError(name, "too_long", Text(f"最多 {most} 个字符", f"at most {most} characters"))
    if draft.province.strip() and province_key(draft.province) not in PROVINCES:
        yield FieldError("province", "unknown", Text("没有这个省份", "no such province"))
    if not 1 <= draft.keep_days <= 90:
        yield FieldError("keep_days", "range", Text("应在 1 到 90 天之间", "must be between 1 and 90 days"))
    if len(draft.staff) > 100:
        yield FieldError("staff", "too_many", Text("最多 100 人", "at most 100"))
