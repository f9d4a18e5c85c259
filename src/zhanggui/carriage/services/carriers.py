"""Who carries parcels, where to, how fast and for how much."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.kernel.provinces import PROVINCES, province_key

from .. import locks, usual
from ..carriers import PICKUP
from ..permissions import MANAGE, need
from ..selectors import VERSION, book, names
from ..types import Lane

_CODE = re.compile(r"[A-Z0-9]{2,20}")
MAX_FEE = 100_000_00
MAX_GRAMS = 1_000_000
MAX_DAYS = 90


def save_carrier(
    *,
    code: str,
    name: str,
    name_en: str = "",
    phone: str = "",
    position: int = 100,
    active: bool = True,
    score: int | None = None,
    actor: Actor,
) -> None:
    """Create or change a carrier by its code. Opens its own transaction. Raises PermissionDenied, ValidationFailed."""
    need(actor, MANAGE)
    code, name = code.strip().upper(), name.strip()
    if not _CODE.fullmatch(code):
        raise ValidationFailed.one("code", "invalid", "应为 2 到 20 位字母或数字", "must be 2 to 20 letters or digits")
    if not name or len(name) > 60:
        raise ValidationFailed.one("name", "invalid", "应为 1 到 60 个字符", "must be 1 to 60 characters")
    if len(name_en) > 60:
        raise ValidationFailed.one("name_en", "too_long", "最多 60 个字符", "at most 60 characters")
    if len(phone) > 20:
        raise ValidationFailed.one("phone", "too_long", "最多 20 个字符", "at most 20 characters")
    if not 0 <= position <= 9999:
        raise ValidationFailed.one("position", "range", "应在 0 到 9999 之间", "must be between 0 and 9999")
    if score is not None and not 0 <= score <= 100:
        raise ValidationFailed.one("score", "range", "应在 0 到 100 之间", "must be between 0 and 100")
    with transaction.atomic():
        after = db.row(
            "insert into carriage_carrier (code, name, name_en, phone, position, active, score) values (%s, %s, %s, %s, %s, %s, %s)"
            " on conflict (code) do update set name = excluded.name, name_en = excluded.name_en, phone = excluded.phone,"
            " position = excluded.position, active = excluded.active, score = excluded.score"
            " returning name, name_en, phone, position, active, score",
            (code, name, name_en, phone, position, active, score),
        )
        versions.bump(VERSION)
        audit.record(actor=actor, action="carriage.save_carrier", target_type="carrier", target_id=code, after=after)


def save_lanes(carrier: str, lanes: Sequence[Lane], *, actor: Actor) -> int:
    """The carrier's lanes are these from now on; how many changed. Opens its own transaction.

    Raises PermissionDenied, ValidationFailed with `lanes.<place>.<field>` for each fault; then nothing has changed.
    """
    need(actor, MANAGE)
    lanes = _checked(carrier, lanes)
    with transaction.atomic():
        locks.hold_lanes(carrier)
        return _replace(carrier, lanes, actor)


def fill_usual(carriers: Iterable[str], *, actor: Actor) -> int:
    """Usual lanes for those of these carriers that have none yet, and the rule that far provinces go by SF where there is no
    rule yet; how many lanes were put in. What the mall has entered stays. Opens its own transaction. Raises PermissionDenied."""
    need(actor, MANAGE)
    made = 0
    with transaction.atomic():
        locks.hold_lanes("")
        known = book()
        have = {code for code, _ in known.lanes}
        for code in dict.fromkeys(carriers):
            lanes = usual.lanes(code)
            if lanes and code not in have:
                made += _replace(code, lanes, actor)
        label, carrier = usual.REMOTE_RULE
        if made and not known.rules:
            db.execute(
                "insert into carriage_rule (label, carrier, position, remote) select %s, %s, 100, true"
                " where not exists (select 1 from carriage_rule)",
                (label, carrier),
            )
            audit.record(
                actor=actor,
                action="carriage.save_rule",
                target_type="carrier",
                target_id=carrier,
                after={"label": label},
            )
            versions.bump(VERSION)
    return made


@db.needs_transaction
def _replace(carrier: str, lanes: Sequence[Lane], actor: Actor) -> int:
    rows = [asdict(lane) for lane in lanes]
    gone = db.execute(
        "delete from carriage_lane where carrier = %s and province <> all(%s)",
        (carrier, [lane.province for lane in lanes]),
    )
    changed = db.execute(
        "insert into carriage_lane (carrier, province, served, days_min, days_max, remote, first_g, first_fee, step_g, step_fee,"
        " surcharge) select %s, r.province, r.served, r.days_min, r.days_max, r.remote, r.first_g, r.first_fee, r.step_g,"
        " r.step_fee, r.surcharge from jsonb_to_recordset(%s) as r(province text, served bool, days_min int, days_max int,"
        " remote bool, first_g int, first_fee bigint, step_g int, step_fee bigint, surcharge bigint)"
        " on conflict (carrier, province) do update set served = excluded.served, days_min = excluded.days_min,"
        " days_max = excluded.days_max, remote = excluded.remote, first_g = excluded.first_g, first_fee = excluded.first_fee,"
        " step_g = excluded.step_g, step_fee = excluded.step_fee, surcharge = excluded.surcharge"
        " where (carriage_lane.served, carriage_lane.days_min, carriage_lane.days_max, carriage_lane.remote,"
        " carriage_lane.first_g, carriage_lane.first_fee, carriage_lane.step_g, carriage_lane.step_fee, carriage_lane.surcharge)"
        " is distinct from (excluded.served, excluded.days_min, excluded.days_max, excluded.remote, excluded.first_g,"
        " excluded.first_fee, excluded.step_g, excluded.step_fee, excluded.surcharge)",
        (carrier, db.Json(rows)),
    )
    if changed or gone:
        versions.bump(VERSION)
        audit.record(
            actor=actor, action="carriage.save_lanes", target_type="carrier", target_id=carrier,
            after={"lanes": len(lanes), "changed": changed, "removed": gone},
        )  # fmt: skip
    return changed + gone


def _checked(carrier: str, lanes: Sequence[Lane]) -> list[Lane]:
    """The lanes with their provinces as short names. Raises ValidationFailed."""
    if carrier == PICKUP or carrier not in names():
        raise ValidationFailed.one("carrier", "unknown", "没有这个承运商", "no such carrier")
    errors: list[FieldError] = []
    found: dict[str, Lane] = {}
    for i, lane in enumerate(lanes):
        key = province_key(lane.province)
        wrong = _lane_wrong(lane, key)
        if key in found:
            wrong["province"] = ("twice", Text("这个省份写了两次", "this province stands there twice"))
        errors += [FieldError(f"lanes.{i}.{name}", code, text) for name, (code, text) in wrong.items()]
        found[key] = Lane(**{**asdict(lane), "carrier": carrier, "province": key})
    if errors:
        raise ValidationFailed(errors=errors)
    return list(found.values())


def _lane_wrong(lane: Lane, key: str) -> dict[str, tuple[str, Text]]:
    wrong: dict[str, tuple[str, Text]] = {}
    if key and key not in PROVINCES:
        text = Text("没有这个省份；留空表示其他各省", "no such province; empty means everywhere else")
        wrong["province"] = ("unknown", text)
    for name in ("days_min", "days_max"):
        if not 0 <= getattr(lane, name) <= MAX_DAYS:
            wrong[name] = ("range", Text(f"应在 0 到 {MAX_DAYS} 天之间", f"must be 0 to {MAX_DAYS} days"))
    if lane.days_max < lane.days_min:
        wrong.setdefault("days_max", ("range", Text("不能小于最快天数", "must not be less than the shortest time")))
    for name in ("first_g", "step_g"):
        if not 0 < getattr(lane, name) <= MAX_GRAMS:
            wrong[name] = ("range", Text(f"应在 1 到 {MAX_GRAMS} 克之间", f"must be 1 to {MAX_GRAMS} g"))
    for name in ("first_fee", "step_fee", "surcharge"):
        if not 0 <= getattr(lane, name) <= MAX_FEE:
            wrong[name] = ("range", Text("应在 0 到 100000 元之间", "must be between 0 and 100,000"))
    return wrong
