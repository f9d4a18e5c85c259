"""What was done to one thing, as a timeline on its own page."""

from __future__ import annotations

from typing import Any

from zhanggui.kernel import audit
from zhanggui.ui.language import say, t

from . import trail

MOST, SHOWN = 30, 6  # entries of a page, and fields of an entry


def of(kind: str, target: object) -> list[dict[str, Any]]:
    """Newest first, as `c.timeline` takes it. One statement."""
    return [
        {
            "title": say(trail.action(row["action"])),
            "at": row["at"],
            "tone": "",
            "text": t("；", "; ").join(part for part in (row["reason"], _changed(row)) if part),
            "actor": row["actor_label"],
        }
        for row in audit.history(target_type=kind, target_id=str(target), limit=MOST)
    ]


def _changed(row: dict[str, Any]) -> str:
    changes = trail.changes(row["target_type"], row["before"], row["after"], trail.Names())[:SHOWN]
    return t("，", ", ").join(
        f"{each.name} {each.before} → {each.after}" if each.before else f"{each.name} {each.after}" for each in changes
    )
