"""Where numbers come from: accounts at label services, ranges bought from carriers, and the rules of choice."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.kernel.provinces import PROVINCES, province_key

from .. import locks
from ..carriers import PICKUP
from ..permissions import MANAGE, need
from ..providers.keys import NAMES
from ..selectors import VERSION, names
from ..types import ChoiceRuleView

MAX_GRAMS = 1_000_000
MAX_AMOUNT = 10**12


def _known(carrier: str) -> None:
    if carrier == PICKUP or carrier not in names():
        raise ValidationFailed.one("carrier", "unknown", "没有这个承运商", "no such carrier")


def save_account(*, carrier: str, service: str, active: bool = True, actor: Actor) -> None:
    """A carrier's numbers come from this service ("": nowhere). Opens its own transaction. Raises PermissionDenied, ValidationFailed."""
    need(actor, MANAGE)
    _known(carrier)
    if service and service not in NAMES:
        raise ValidationFailed.one("service", "unknown", "没有这个面单服务", f"one of {', '.join(NAMES)}")
    with transaction.atomic():
        if service:
            db.execute(
                "insert into carriage_account (carrier, service, active) values (%s, %s, %s) on conflict (carrier) do update set"
                " service = excluded.service, active = excluded.active",
                (carrier, service, active),
            )
        else:
            db.execute("delete from carriage_account where carrier = %s", (carrier,))
        versions.bump(VERSION)
        audit.record(
            actor=actor, action="carriage.save_account", target_type="carrier", target_id=carrier,
            after={"service": service, "active": active},
        )  # fmt: skip


def add_numbers(*, carrier: str, first: str, last: str, actor: Actor) -> None:
    """A range of numbers bought from the carrier, by its first and last number. Opens its own transaction.

    Raises PermissionDenied, ValidationFailed (no digits at the end, unlike beginnings, backwards, or it overlaps another).
    """
    need(actor, MANAGE)
    _known(carrier)
    first, last = first.strip().upper(), last.strip().upper()
    prefix = first.rstrip("0123456789")
    digits = first[len(prefix) :]
    if not 5 <= len(digits) <= 18 or len(prefix) > 10 or not first.isascii() or not first.isalnum():
        raise ValidationFailed.one("first", "invalid", "应以 5 到 18 位数字结尾", "must end in 5 to 18 digits")
    tail = last[len(prefix) :]
    if not last.startswith(prefix) or len(last) != len(first) or not tail.isdigit():
        raise ValidationFailed.one(
            "last", "invalid", "应与起始号同样开头、同样长", "must begin like the first number and be as long"
        )
    begin, end = int(digits), int(tail)
    if end < begin or end - begin >= 10_000_000:
        raise ValidationFailed.one(
            "last", "range", "应不小于起始号，一段最多一千万个", "must not be below the first; at most ten million"
        )
    with transaction.atomic():
        locks.hold_lanes(carrier)
        if db.row(
            "select 1 from carriage_numbers where carrier = %s and prefix = %s and width = %s and last >= %s and next <= %s",
            (carrier, prefix, len(digits), begin, end),
        ):
            raise ValidationFailed.one("first", "overlaps", "与已有号段重叠", "overlaps a range there is")
        db.execute(
            "insert into carriage_numbers (carrier, prefix, width, next, last) values (%s, %s, %s, %s, %s)",
            (carrier, prefix, len(digits), begin, end),
        )
        audit.record(
            actor=actor, action="carriage.add_numbers", target_type="carrier", target_id=carrier,
            after={"first": first, "last": last},
        )  # fmt: skip


def save_rule(rule: ChoiceRuleView, *, actor: Actor) -> int:
    """Create (id 0) or change a rule; its id. Opens its own transaction. Raises PermissionDenied, ValidationFailed, NotFound."""
    need(actor, MANAGE)
    provinces = sorted({province_key(name) for name in rule.provinces if name.strip()}, key=_place)
    errors = _rule_wrong(rule, provinces)
    if errors:
        raise ValidationFailed(errors=errors)
    values = (
        rule.label.strip(), rule.carrier, rule.position, provinces, rule.remote, rule.min_g, rule.max_g, rule.min_amount,
        rule.max_amount, rule.within_hours, rule.active,
    )  # fmt: skip
    columns = "label, carrier, position, provinces, remote, min_g, max_g, min_amount, max_amount, within_hours, active"
    marks = ", ".join(["%s"] * len(values))
    with transaction.atomic():
        if rule.id:
            row = db.row(
                f"update carriage_rule set ({columns}) = row({marks}) where id = %s returning id", (*values, rule.id)
            )
            if row is None:
                raise NotFound()
        else:
            row = db.row(f"insert into carriage_rule ({columns}) values ({marks}) returning id", values)
            assert row is not None
        versions.bump(VERSION)
        audit.record(
            actor=actor, action="carriage.save_rule", target_type="carrier", target_id=rule.carrier,
            after={"label": rule.label.strip(), "active": rule.active, "position": rule.position},
        )  # fmt: skip
    return int(row["id"])


def delete_rule(rule_id: int, *, actor: Actor) -> None:
    """Remove a rule. Opens its own transaction. Raises PermissionDenied, NotFound."""
    need(actor, MANAGE)
    with transaction.atomic():
        row = db.row("delete from carriage_rule where id = %s returning label, carrier", (rule_id,))
        if row is None:
            raise NotFound()
        versions.bump(VERSION)
        audit.record(
            actor=actor, action="carriage.delete_rule", target_type="carrier", target_id=row["carrier"],
            before={"label": row["label"]},
        )  # fmt: skip


def _place(province: str) -> int:
    return PROVINCES.index(province) if province in PROVINCES else len(PROVINCES)


def _rule_wrong(rule: ChoiceRuleView, provinces: Sequence[str]) -> list[FieldError]:
    errors = []
    if not 0 < len(rule.label.strip()) <= 100:
        errors.append(
            FieldError("label", "required", Text("请填写名称（最多 100 字）", "name it, in up to 100 characters"))
        )
    if rule.carrier == PICKUP or rule.carrier not in names():
        errors.append(FieldError("carrier", "unknown", Text("没有这个承运商", "no such carrier")))
    if not 0 <= rule.position <= 9999:
        errors.append(FieldError("position", "range", Text("应在 0 到 9999 之间", "must be between 0 and 9999")))
    unknown = [name for name in provinces if name not in PROVINCES]
    if unknown:
        text = Text(f"没有这些省份：{'、'.join(unknown[:5])}", f"no such province: {', '.join(unknown[:5])}")
        errors.append(FieldError("provinces", "unknown", text))
    for name, most in (
        ("min_g", MAX_GRAMS),
        ("max_g", MAX_GRAMS),
        ("min_amount", MAX_AMOUNT),
        ("max_amount", MAX_AMOUNT),
    ):
        value = getattr(rule, name)
        if value is not None and not 0 <= value <= most:
            errors.append(FieldError(name, "range", Text("数值超出允许范围", "is out of range")))
    for low, high in (("min_g", "max_g"), ("min_amount", "max_amount")):
        least, most_ = getattr(rule, low), getattr(rule, high)
        if least is not None and most_ is not None and least > most_:
            errors.append(FieldError(high, "range", Text("不能小于下限", "must not be below the lower bound")))
    if rule.within_hours is not None and not 0 <= rule.within_hours <= 720:
        errors.append(FieldError("within_hours", "range", Text("应在 0 到 720 小时之间", "must be 0 to 720 hours")))
    return errors
