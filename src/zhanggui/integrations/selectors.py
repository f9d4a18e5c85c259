"""Reads of imports asked for at the desk."""

from __future__ import annotations

from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page, decode, page
from zhanggui.kernel.problems import NotFound

from . import guides
from .types import FormatView, ImportFile, ImportView, RemarkView, SampleFile

_JOB = """
select id, format, files, folder <> '' as has_files, dry_run, status, stop, attempts, lines, line, handled, created, updated,
    greatest(0, unchanged - carried) + left_out as skipped, left_out, rejected, noted, failure, actor_label, asked_at, started_at,
    finished_at, settled_at is not null as settled
from integrations_importjob
"""
_OPEN = "settled_at is null and not dry_run and (status = 'failed' or (status = 'finished' and rejected > 0))"
#: A list's tab → which of the imports it shows.
STATES = {"": "true", "open": _OPEN, "running": "status in ('waiting', 'running')"}


def formats() -> list[FormatView]:
    """Every format, those for products first."""
    return list(guides.GUIDES.values())


def sample(name: str) -> SampleFile:
    """A small file of this format that imports as it is. Raises NotFound."""
    if name not in guides.GUIDES:
        raise NotFound()
    return guides.sample(name)


def imports(*, state: str = "", cursor: str = "", limit: int = 50) -> Page[ImportView]:
    """Imports, newest first; `state` is one of STATES. One statement. Raises NoSuchPage."""
    before = decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"{_JOB} where {STATES[state]} and (%s::bigint is null or id < %s) order by id desc limit %s",
        (before, before, limit + 1),
    )
    return page([_view(row) for row in rows], limit, lambda view: view.id)


def import_job(job_id: int) -> ImportView:
    """Raises NotFound."""
    row = db.row(f"{_JOB} where id = %s", (job_id,))
    if row is None:
        raise NotFound()
    return _view(row)


def remarks(job_id: int, *, outcome: str = "", cursor: str = "", limit: int = 50) -> Page[RemarkView]:
    """The report of an import in the order of its files. One statement. Raises NoSuchPage."""
    after = decode(cursor, int)[0] if cursor else 0
    rows = db.rows(
        "select id, outcome, file, line, external_id, field, code, message, message_en from integrations_importremark"
        " where job_id = %s and id > %s and (%s = '' or outcome = %s) order by id limit %s",
        (job_id, after, outcome, outcome, limit + 1),
    )
    views = [RemarkView(message=Text(row.pop("message"), row.pop("message_en")), **row) for row in rows]
    return page(views, limit, lambda view: view.id)


def open_counts(most: int = 1000) -> dict[str, int]:
    """Imports nobody has dealt with: `failed`, and `rejected` (finished, but some rows were not taken). One statement."""
    row = db.row(
        "select count(*) filter (where status = 'failed')::int as failed, count(*) filter (where status = 'finished')::int as rejected"
        f" from (select status from integrations_importjob where {_OPEN} limit %s) o",
        (most,),
    )
    return row or {"failed": 0, "rejected": 0}


def _view(row: dict[str, Any]) -> ImportView:
    failure = row.pop("failure")
    files = tuple(ImportFile(file["name"], file["size"]) for file in row.pop("files"))
    return ImportView(files=files, failure=Text(failure["zh"], failure["en"]) if failure else None, **row)
