"""The imports that were asked for, carried out one after another: their progress and their report kept."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction

from zhanggui.integrations import folders
from zhanggui.integrations.errors import FilesForgotten, InterruptedTooOften
from zhanggui.integrations.importers import Format, format_named
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.sources import BROKEN_STREAM, Source, from_paths
from zhanggui.integrations.report import Report
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.kernel.problems import Problem

from . import products
from .imports import Entry, run_import
from .records import Taken

log = structlog.get_logger(__name__)
REMARKS_MOST = 100_000  # lines of a report that are kept
ATTEMPTS_MOST = 20  # a worker may die under an import; this often, it is the import
PART = 500
CHUNK = 1 << 20  # bytes


class _Stopped(Exception):
    """Somebody asked for it."""


class _KeptReport(Report):
    """Keeps each line with the import."""

    def __init__(self, job_id: int) -> None:
        super().__init__(None, as_csv=False)
        self._job_id = job_id
        self._waiting: list[dict[str, Any]] = []
        self._kept = 0

    def add(self, remark: Remark) -> None:
        super().add(remark)
        self._waiting.append(_storable(remark))
        if len(self._waiting) >= PART:
            self.flush()

            if self._asked_to_stop():
                raise _Stopped()

    def flush(self) -> None:
        """Keep what is not kept yet, and the counts. One statement."""
        self._asked_to_stop()

    def _asked_to_stop(self) -> bool:
        batch, self._waiting = self._waiting[: max(0, REMARKS_MOST - self._kept)], []
        self._kept += len(batch)
        row = db.row(_KEEP, (self._job_id, db.Json(batch), self.rejected, self.skipped, self._job_id))
        return row is None or row["stop"]


_KEEP = """
with put as (
    insert into integrations_importremark
        (job_id, outcome, file, line, external_id, field, code, message, message_en, digest)
    select %s, r.outcome, r.file, r.line, r.external_id, r.field, r.code, r.message, r.message_en, decode(r.digest, 'hex')
    from jsonb_to_recordset(%s) as r(outcome text, file text, line int, external_id text, field text, code text,
        message text, message_en text, digest text)
    on conflict (job_id, digest) do nothing
    returning outcome
)
update integrations_importjob set rejected = %s, left_out = %s,
    noted = noted + (select count(*) from put where outcome = 'noted')
where id = %s returning stop
"""


def _storable(remark: Remark) -> dict[str, Any]:
    held = {
        name: value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for name, value in remark.as_dict().items()
    }
    said = "\0".join(str(held[name]) for name in ("file", "line", "code", "field", "external_id", "message"))
    return held | {"digest": blake2b(said.encode(), digest_size=16).hexdigest()}


class _Reader:
    """How far the taking is, in lines over all files: readers may look at a whole file before they give its first record."""

    def __init__(self, form: Format, paths: Sequence[Path]) -> None:
        self.line = self.lines = 0
        self._before: dict[str, int] = {}
        if form.several:  # they are read across one another
            return
        for source in from_paths(paths):
            self._before[source.name] = self.lines
            self.lines += _lines(source)

    def place(self, file: str, line: int) -> int:
        return self._before[file] + line if file in self._before else 0


def _lines(source: Source) -> int:
    count = 0
    try:
        with source.open() as stream:
            while chunk := stream.read(CHUNK):
                count += chunk.count(b"\n")
    except (*BROKEN_STREAM, OSError):
        pass
    return count


def run_waiting() -> int:
    """Carry out what waits, the oldest first, until nothing does; how many. Outside transactions.

    One process at a time does so. What it finds begun was left behind by one that died, and is begun again: an import
    knows what it has taken.
    """
    db.drop_dead_connection()
    if not _taken("select pg_try_advisory_lock(hashtextextended('integrations.imports', 0)) as held"):
        return 0
    done = 0
    try:
        while row := db.row(
            "select id from integrations_importjob where status in ('waiting', 'running') order by id limit 1"
        ):
            _carry_out(row["id"])
            done += 1
    finally:
        _taken("select pg_advisory_unlock(hashtextextended('integrations.imports', 0)) as held")
    return done


def _taken(sql: str) -> bool:
    row = db.row(sql)
    return bool(row and row["held"])


def _carry_out(job_id: int) -> None:
    job = db.row(
        "update integrations_importjob set status = 'running', attempts = attempts + 1, carried = created + updated,"
        " unchanged = 0, left_out = 0, rejected = 0, handled = 0, line = 0, started_at = coalesce(started_at, kernel_now())"
        " where id = %s returning format, files, folder, dry_run, stop, attempts, actor_id, actor_label",
        (job_id,),
    )
    if job is None:
        return
    try:
        if job["dry_run"]:  # nothing of an earlier attempt has stayed
            db.execute(
                "update integrations_importjob set created = 0, updated = 0, carried = 0 where id = %s", (job_id,)
            )
        _import(job_id, job)
    except _Stopped:
        _over(job_id, "stopped")
    except Problem as problem:
        _over(job_id, "failed", {"code": problem.code, "zh": _reason(problem, ZH), "en": _reason(problem, EN)})
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next worker goes on with it
    except Exception as error:
        log.error("import_failed", job_id=job_id, exc_info=True)
        name = type(error).__name__
        said = Text(f"程序出错（{name}），详情见日志", f"The program failed ({name}); the log has the details")
        _over(job_id, "failed", {"code": "failed", "zh": said.zh, "en": said.en})
    else:
        _over(job_id, "finished")


def _reason(problem: Problem, lang: str) -> str:
    told = [error.as_dict(lang)["message"] for error in problem.errors]
    return " ".join([problem.detail(lang), *told])[:1000]


def _import(job_id: int, job: dict[str, Any]) -> None:
    if job["stop"]:
        raise _Stopped()
    if job["attempts"] > ATTEMPTS_MOST:
        raise InterruptedTooOften(times=job["attempts"] - 1)
    form = format_named(job["format"])
    names = [file["name"] for file in job["files"]]
    paths = folders.paths_in(job["folder"], names)
    if len(paths) < len(names):
        raise FilesForgotten()
    reader = _Reader(form, paths)
    db.execute("update integrations_importjob set lines = %s where id = %s", (reader.lines, job_id))
    report = _KeptReport(job_id)

    def watch(batch: Sequence[Entry], taken: Taken) -> None:
        last = batch[-1]
        line = last.product.line if isinstance(last, products.ProductEntry) else last.item.line
        reader.line = max(reader.line, reader.place(last.file, line))
        row = db.row(
            "update integrations_importjob set handled = handled + %s, created = created + %s, updated = updated + %s,"
            " unchanged = unchanged + %s, line = greatest(line, %s) where id = %s returning stop",
            (len(batch), taken.created, taken.updated, taken.skipped, reader.line, job_id),
        )
        if row is None or row["stop"]:
            raise _Stopped()

    try:
        run_import(form.name, paths, dry_run=job["dry_run"], report=report, watch=watch, actor=_actor(job))
    finally:
        report.flush()


def _over(job_id: int, status: str, failure: dict[str, str] | None = None) -> None:
    with transaction.atomic():
        row = db.row(
            "update integrations_importjob set status = %s, failure = %s, finished_at = kernel_now(),"
            " line = case %s when 'finished' then lines else line end where id = %s"
            " returning actor_id, actor_label, created, updated, rejected, dry_run",
            (status, db.Json(failure) if failure else None, status, job_id),
        )
        if row:
            actor = _actor(row)
            after = {"status": status, **row, **({"failure": failure["code"]} if failure else {})}
            audit.record(
                actor=actor, action="integrations.end_import", target_type="import", target_id=job_id, after=after
            )


def _actor(row: dict[str, Any]) -> Actor:
    """Whoever asked; takes the two columns out of the row."""
    number, label = row.pop("actor_id"), row.pop("actor_label")
    return Actor("staff" if number else "system", number, label)
