"""Scores of carriers, as whoever sends parcels has found them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from ..permissions import MANAGE, need
from ..selectors import VERSION, names


def set_scores(scores: Mapping[str, int], *, actor: Actor) -> int:
    """Keep scores (0 to 100) by carrier; how many are others now. Opens its own transaction. Raises PermissionDenied, ValidationFailed."""
    need(actor, MANAGE)
    known = names()
    wrong = [
        FieldError(f"scores.{code}", "range", Text("应为已有承运商的 0 到 100 分", "0 to 100 of a carrier there is"))
        for code, score in scores.items()
        if code not in known or not 0 <= score <= 100
    ]
    if wrong:
        raise ValidationFailed(errors=wrong)
    changed = {code: score for code, score in scores.items() if known[code].score != score}
    if not changed:
        return 0
    rows = [
        {
            "code": code, "name": known[code].name, "name_en": known[code].name_en, "phone": known[code].phone,
            "position": known[code].position, "active": known[code].active, "score": score,
        }
        for code, score in sorted(changed.items())
    ]  # fmt: skip
    with transaction.atomic():
        db.execute(
            "insert into carriage_carrier (code, name, name_en, phone, position, active, score)"
            " select * from jsonb_to_recordset(%s) as r(code text, name text, name_en text, phone text, position int, active boolean,"
            " score int) on conflict (code) do update set score = excluded.score",
            (db.Json(rows),),
        )
        versions.bump(VERSION)
        audit.record(
            actor=actor, action="carriage.set_scores", target_type="carrier", target_id="*",
            before={code: known[code].score for code in changed}, after=changed,
        )  # fmt: skip
    return len(changed)
