"""Places that hold stock."""

from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed

from .. import locks
from ..types import OWN

DEFAULT_CODE = "main"


def ensure_default_warehouse(*, actor: Actor) -> int:
    """The id of the warehouse that stock goes to when none is named: the first active one; made when there is none."""
    first = _first()
    if first is None:
        save_warehouse(code=DEFAULT_CODE, name="主仓库", actor=actor)
        first = _first()
    assert first is not None
    return first


def _first() -> int | None:
    found = db.row("select id from inventory_warehouse where active and kind = 'own' order by priority, id limit 1")
    return None if found is None else int(found["id"])


def save_warehouse(
    *, code: str, name: str, region: str = "", priority: int = 100, active: bool = True, kind: str = OWN, actor: Actor
) -> int:
    """Create or change a warehouse by its code; its id. Switching it on or off announces the SKUs that come or go.

    `kind` is said when it is made and stays. Raises ValidationFailed.
    """
    code, name = code.strip(), name.strip()
    if not code or len(code) > 40 or not code.isprintable():
        raise ValidationFailed.one(
            "code", "invalid", "仓库编码应为 1 到 40 个可见字符", "must be 1 to 40 printable characters"
        )
    if not name or len(name) > 120:
        raise ValidationFailed.one("name", "invalid", "仓库名称应为 1 到 120 个字符", "must be 1 to 120 characters")
    if len(region) > 60:
        raise ValidationFailed.one("region", "too_long", "地区最多 60 个字符", "must be at most 60 characters")
    if not 0 <= priority <= 9999:
        raise ValidationFailed.one("priority", "range", "优先级应在 0 到 9999 之间", "must be between 0 and 9999")
    with transaction.atomic():
        before = locks.warehouse(code)
        after = db.row(
            "insert into inventory_warehouse (code, name, region, priority, active, kind) values (%s, %s, %s, %s, %s, %s)"
            " on conflict (code) do update set name = excluded.name, region = excluded.region,"
            " priority = excluded.priority, active = excluded.active returning id, code, name, region, priority, active, kind",
            (code, name, region, priority, active, kind),
        )
        assert after is not None
        if before is not None and before["active"] != active:
            db.execute("select inventory_announce_warehouse(%s, %s)", (after["id"], active))
        if before != after:
            audit.record(
                actor=actor,
                action="inventory.save_warehouse",
                target_type="warehouse",
                target_id=after["id"],
                before=before,
                after=after,
            )
    return int(after["id"])
