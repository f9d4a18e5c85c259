"""Reads of replays."""

from typing import Any

from zhanggui.kernel import db, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound

from .proposals import view_of
from .types import Figures, ReplayView

_COLUMNS = """id, status, stop, attempts, first, last, note, currency, total, done, left_out, corridor_low, corridor_high, failure,
    actor_label, asked_at, started_at, finished_at"""


def replay(replay_id: int) -> ReplayView:
    """One replay with its proposal and its figures. Raises NotFound. One statement."""
    row = db.row(f"select {_COLUMNS}, proposal, figures from planning_replay where id = %s", (replay_id,))
    if row is None:
        raise NotFound()
    proposal, figures = row.pop("proposal"), row.pop("figures")
    return _view(row, tuple(view_of(entry) for entry in proposal), Figures.of(figures) if figures else None)


def replays(*, cursor: str = "", limit: int = 50) -> paging.Page[ReplayView]:
    """Replays, newest first, with neither proposal nor figures. One statement. Raises NoSuchPage."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_COLUMNS} from planning_replay where (%s::bigint is null or id < %s) order by id desc limit %s",
        (before, before, limit + 1),
    )
    return paging.page([_view(row) for row in rows], limit, lambda view: view.id)


def _view(row: dict[str, Any], entries: tuple[Any, ...] = (), figures: Figures | None = None) -> ReplayView:
    failure = row.pop("failure")
    return ReplayView(
        **{name: value for name, value in row.items() if not name.startswith("corridor")},
        corridor=(row["corridor_low"], row["corridor_high"]),
        failure=Text(failure["zh"], failure["en"]) if failure else None,
        promotions=entries,
        figures=figures,
    )
