"""Promotion spend, which no system of ours can know by itself."""

from datetime import date

from django.db import transaction

from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed

LARGEST = 10**15


def record_spend(*, day: date, source: str, amount: int, note: str = "", currency: str = "", actor: Actor) -> int:
    """Record what a day's promotion cost (minor units; negative takes an earlier record back); opens its own transaction.

    `source` is a traffic source as in the report (`ad:spring`), or any name. Returns the record's id. Raises ValidationFailed.
    """
    if not source.strip() or len(source) > 40:
        raise ValidationFailed.one("source", "length", "来源应为 1 到 40 字", "must have 1 to 40 characters")
    if len(note) > 200:
        raise ValidationFailed.one("note", "length", "备注不超过 200 字", "must have at most 200 characters")
    if isinstance(amount, bool) or not 0 < abs(amount) < LARGEST:
        raise ValidationFailed.one(
            "amount", "range", "金额应为非零整数（分）", "must be a non-zero whole number of minor units"
        )
    values = {"day": day.isoformat(), "source": source.strip(), "amount": amount, "note": note}
    with transaction.atomic():
        made = db.row(
            "insert into analytics_spend (day, source, amount, currency, note) values (%s, %s, %s, %s, %s) returning id",
            (day, source.strip(), amount, currency or mall_settings.get("mall.currency"), note),
        )
        assert made is not None
        audit.record(
            actor=actor, action="reports.record_spend", target_type="spend", target_id=made["id"], after=values
        )
    return int(made["id"])
