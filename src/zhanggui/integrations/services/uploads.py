"""Imports asked for at the desk: files taken in, an import in the background, its progress and its report kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction

from zhanggui.integrations import folders, guides, jobs
from zhanggui.integrations.errors import (
    FilesForgotten,
    FormatsMixed,
    FormatUnclear,
    InterruptedTooOften,
    NothingUploaded,
    UploadTooLarge,
    WrongFormat,
)
from zhanggui.integrations.folders import Upload
from zhanggui.integrations.importers import Format, format_named, looks_like, recognised
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.sources import BROKEN_STREAM, Source, from_bytes, from_paths
from zhanggui.integrations.importers.text import Table
from zhanggui.integrations.permissions import PERMISSIONS
from zhanggui.integrations.report import Report
from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.kernel.problems import NotFound, PermissionDenied, Problem, WrongState

from . import products
from .imports import Entry, run_import
from .records import Taken

log = structlog.get_logger(__name__)
MB = 1 << 20
HEAD = 1 << 18  # bytes that tell a file's format
REMARKS_MOST = 100_000  # lines of a report that are kept
ATTEMPTS_MOST = 20  # a worker may die under an import; this often, it is the import
PART = 500


def start_upload(upload: Upload, *, format: str = "", dry_run: bool = False, actor: Actor) -> int:
    """Ask for an import of these files, which from now on belong to it; its id. `format` "" is told from the headers.

    What is refused at once is gone at once. Raises NothingUploaded, UploadTooLarge, UnreadableFile, UnknownFormat,
    WrongFormat, FormatUnclear, FormatsMixed, PermissionDenied (order history is for those who may import it).
    """
    try:
        sizes = {path.name: path.stat().st_size for path in upload.paths}
        size, limit = sum(sizes.values()), mall_settings.get("imports.upload_mb")
        if not size:
            raise NothingUploaded()
        if size > limit * MB:
            raise UploadTooLarge(size=-(-size // MB), limit=limit)
        form = _told(upload.paths, format_named(format) if format else None)
        _must_may(form.name, actor)
        files = [{"name": name, "size": size} for name, size in sizes.items()]
        return _ask(form.name, files, upload.folder, dry_run, actor)
    except BaseException:
        upload.discard()
        raise


def run_again(job_id: int, *, dry_run: bool = False, actor: Actor) -> int:
    """Ask for the same import of the same files once more; its id. What went wrong before counts as dealt with.

    Raises NotFound, WrongState (it is not over yet), FilesForgotten.
    """
    with transaction.atomic():
        row = db.row("select format, files, folder, status from integrations_importjob where id = %s", (job_id,))
        if row is None:
            raise NotFound()
        if row["status"] in ("waiting", "running"):
            raise WrongState(state=row["status"])
        _must_may(row["format"], actor)
        names = [file["name"] for file in row["files"]]
        if len(folders.paths_in(row["folder"], names)) < len(names):
            raise FilesForgotten()
        db.execute(
            "update integrations_importjob set settled_at = kernel_now() where id = %s and settled_at is null",
            (job_id,),
        )
        return _ask(row["format"], row["files"], row["folder"], dry_run, actor)


def stop_import(job_id: int, *, actor: Actor) -> None:
    """Let an import end after the batch it is at; what was taken stays. Raises NotFound, WrongState (it is over)."""
    with transaction.atomic():
        row = db.row(
            "update integrations_importjob set stop = true,"
            " status = case status when 'waiting' then 'stopped' else status end,"
            " finished_at = case status when 'waiting' then kernel_now() end"
            " where id = %s and status in ('waiting', 'running') returning id",
            (job_id,),
        )
        if row is None:
            _must_exist(job_id)
        _record("integrations.stop_import", job_id, actor)


def settle_import(job_id: int, *, actor: Actor) -> None:
    """Nobody has to look at what failed or was refused any more. Raises NotFound, WrongState (it is not over yet)."""
    with transaction.atomic():
        if not db.execute(
            "update integrations_importjob set settled_at = coalesce(settled_at, kernel_now())"
            " where id = %s and status in ('finished', 'failed', 'stopped')",
            (job_id,),
        ):
            _must_exist(job_id)
        _record("integrations.settle_import", job_id, actor)


def forget_imports(*, actor: Actor) -> int:
    """Remove the files and row reports of imports that have grown old; that they took place stays known. How many."""
    del actor  # what grows old is nobody's decision
    before = clock.now() - timedelta(days=mall_settings.get("imports.keep_days"))
    old = db.rows(
        "select id, folder from integrations_importjob j where asked_at < %s and folder <> '' and status not in ('waiting', 'running')"
        " and not exists (select 1 from integrations_importjob k where k.folder = j.folder and k.asked_at >= %s)",
        (before, before),
    )
    for row in old:
        with transaction.atomic():
            db.execute("delete from integrations_importremark where job_id = %s", (row["id"],))
            db.execute("update integrations_importjob set folder = '' where id = %s", (row["id"],))
        folders.remove(row["folder"])
    return len(old)


def _must_exist(job_id: int) -> None:
    row = db.row("select status from integrations_importjob where id = %s", (job_id,))
    if row is None:
        raise NotFound()
    raise WrongState(state=row["status"])


def _must_may(format: str, actor: Actor) -> None:
    needed = guides.GUIDES[format].permission
    if needed and not actor.may(needed):
        meaning = PERMISSIONS[needed]
        said = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=said, extra={"permission": needed})


def _record(action: str, job_id: int, actor: Actor, after: Any = None) -> None:
    audit.record(actor=actor, action=action, target_type="import", target_id=job_id, after=after)


def _ask(format: str, files: list[dict[str, Any]], folder: str, dry_run: bool, actor: Actor) -> int:
    with transaction.atomic():
        row = db.row(
            "insert into integrations_importjob (format, files, folder, dry_run, actor_id, actor_label)"
            " values (%s, %s, %s, %s, %s, %s) returning id",
            (format, db.Json(files), folder, dry_run, actor.id, actor.label[:200]),
        )
        job_id = int(row["id"]) if row else 0
        after = {"format": format, "files": [file["name"] for file in files], "dry_run": dry_run}
        _record("integrations.start_import", job_id, actor, after)
        transaction.on_commit(jobs.import_soon)
    return job_id


# which format


def _told(paths: Sequence[Path], wanted: Format | None) -> Format:
    """The format that all of these files are of, told from their beginnings."""
    found: tuple[str, Format] | None = None
    for source in from_paths(paths):
        head = from_bytes(source.name, _beginning(source))
        if wanted is not None:
            open_beginning(wanted, head)
            continue
        table = Table(head)
        form = recognised(table)
        if form is None:
            raise FormatUnclear(file=table.name, looks=looks_like(table))
        if found and found[1] is not form:
            raise FormatsMixed(first=found[0], one=found[1].module.NAME, second=source.name, other=form.module.NAME)
        found = found or (source.name, form)
    form = wanted or (found[1] if found else None)
    if form is None:
        raise NothingUploaded()
    return form


def open_beginning(form: Format, head: Source) -> None:
    """Raises WrongFormat, UnreadableFile."""
    table = Table(head, skip_to=form.module.recognises, loose=getattr(form.module, "LOOSE", False))
    if not form.module.recognises(table.header):
        raise WrongFormat(file=table.name, wanted=form.module.NAME, looks=looks_like(table))


def _beginning(source: Source) -> bytes:
    try:
        with source.open() as stream:
            return stream.read(HEAD)
    except BROKEN_STREAM:
        return b""
    except OSError:
        return b""


# the work


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
            while chunk := stream.read(MB):
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
            _record(
                "integrations.end_import",
                job_id,
                actor,
                {"status": status, **row, **({"failure": failure["code"]} if failure else {})},
            )


def _actor(row: dict[str, Any]) -> Actor:
    """Whoever asked; takes the two columns out of the row."""
    number, label = row.pop("actor_id"), row.pop("actor_label")
    return Actor("staff" if number else "system", number, label)
