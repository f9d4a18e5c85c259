"""Imports asked for at the desk: files taken in, an import in the background, stopped, settled, forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from zhanggui.integrations import folders, guides, jobs
from zhanggui.integrations.errors import FilesForgotten, NothingUploaded, UploadTooLarge
from zhanggui.integrations.folders import Upload
from zhanggui.integrations.importers import format_named
from zhanggui.integrations.permissions import PERMISSIONS
from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, PermissionDenied, WrongState

from .recognising import told

MB = 1 << 20


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
        form = told(upload.paths, format_named(format) if format else None)
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
