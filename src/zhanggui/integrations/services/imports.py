"""Imports of other platforms' files: batch by batch, each in a transaction, from any point on again."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from zhanggui.integrations.errors import CurrencyDiffers, ImportRunning
from zhanggui.integrations.importers import Format, format_named, open_tables
from zhanggui.integrations.importers.drafts import Remark
from zhanggui.integrations.importers.history import Buyer, Sale
from zhanggui.integrations.importers.products import Product
from zhanggui.integrations.importers.text import Table
from zhanggui.integrations.reading import Ready, beside
from zhanggui.integrations.report import Report, report_to
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import EN, ZH
from zhanggui.kernel.problems import Problem, ValidationFailed

from . import products, records, sales
from .records import Taken

MANY = 500
Progress = Callable[[int], None]
Entry = products.ProductEntry | sales.SaleEntry
Watch = Callable[[Sequence[Entry], Taken], None]


@dataclass
class _Import:
    """What one run carries along."""

    form: Format
    tables: list[Table]
    paths: Sequence[str | Path]
    currency: str
    dry_run: bool
    report: Report
    progress: Progress
    actor: Actor
    watch: Watch | None = None
    total: Taken = field(default_factory=Taken)
    handled: int = 0
    analysed: int = 0  # records written when the planner's statistics were last made

    @cached_property
    def digest(self) -> str:
        """Of all files together, whatever their order, and of the currency they are read in."""
        return sha256("\0".join([self.currency, *sorted(table.digest for table in self.tables)]).encode()).hexdigest()


def run_import(
    format: str,
    files: Sequence[str | Path],
    *,
    dry_run: bool = False,
    report: str | Path | Report | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
    currency: str = "",
    actor: Actor,
) -> dict[str, int | float]:
    """Import files in a named format; `{created, updated, skipped, rejected, seconds}` count records.

    Opens a transaction per batch, so a run that was cut off is finished by running it again, and a run repeated changes
    nothing. A bad row is told in the report and holds up nothing. `progress` hears the number of records handled; `watch`
    hears of each batch inside its transaction, of a dry run's after it. A dry run does everything and takes it back. Times
    without a zone are wall-clock time of the mall; history keeps its own currency unless `currency` says otherwise.

    Raises UnknownFormat, UnreadableFile, WrongFormat, ValidationFailed, CurrencyDiffers, ReportNotWritable, ImportRunning.
    """
    began = time.monotonic()
    form = format_named(format)
    own = mall_settings.refresh().get("mall.currency") or mall_settings.get("mall.currency")
    used = (currency or form.currency or own).upper()
    if not re.fullmatch("[A-Z]{3}", used):
        raise ValidationFailed.one(
            "currency", "invalid", "应为三个字母的货币代码", "should be a currency code of three letters"
        )
    if not form.currency and used != own:
        raise CurrencyDiffers(mall=own, asked=used)
    tables = open_tables(form, files)
    with report_to(report) as told:
        run = _Import(form, tables, files, used, dry_run, told, progress or (lambda _count: None), actor, watch)
        with _alone(run.form.name, run.digest):
            _begin(run)
            with _seldom_collecting():
                _all(run)
            summary: dict[str, int | float] = {
                "created": run.total.created,
                "updated": run.total.updated,
                "skipped": run.total.skipped + told.skipped,
                "rejected": told.rejected,
                "seconds": round(time.monotonic() - began, 3),
            }
            _end(run, summary)
    return summary


@contextmanager
def _alone(form: str, digest: str) -> Iterator[None]:
    """One process at a time imports certain files; the lock goes with the connection of a process that dies."""
    key = (f"integrations.import:{form}:{digest}",)
    held = db.row("select pg_try_advisory_lock(hashtextextended(%s, 0)) as held", key)
    if not held or not held["held"]:
        raise ImportRunning()
    try:
        yield
    finally:
        db.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", key)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """A batch makes a hundred thousand objects without a cycle among them; looking for cycles all the time costs a tenth."""
    usual = gc.get_threshold()
    gc.set_threshold(1_000_000, usual[1], usual[2])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _begin(run: _Import) -> None:
    if not run.dry_run:
        db.execute(
            "insert into integrations_importrun (format, digest, files, actor_label) values (%s, %s, %s, %s)"
            " on conflict (format, digest) do update set status = 'running', attempts = integrations_importrun.attempts + 1,"
            " started_at = kernel_now(), finished_at = null",
            (run.form.name, run.digest, db.Json([table.name for table in run.tables]), run.actor.label[:200]),
        )


def _end(run: _Import, summary: dict[str, int | float]) -> None:
    if not run.dry_run:
        db.execute(
            "update integrations_importrun set status = 'finished', finished_at = %s, summary = %s where format = %s and digest = %s",
            (clock.now(), db.Json(summary), run.form.name, run.digest),
        )


def _fresh_statistics() -> None:
    """Tables that have grown much are analysed now, not at the next autovacuum.

    Until then plans are made for the empty tables of a new mall, and an import that reads what it wrote grows quadratic.
    """
    db.execute("select pg_stat_force_next_flush()")
    grown = db.rows(
        "select format('%%I', relname) as name from pg_stat_user_tables"
        " where schemaname = current_schema() and n_mod_since_analyze > 200 + n_live_tup / 5"
    )
    if grown:
        db.execute("set default_statistics_target = 10")  # rough ones do, and the server makes better ones by itself
        db.execute(f"analyze {', '.join(row['name'] for row in grown)}")
        db.execute("reset default_statistics_target")


def _all(run: _Import) -> None:
    size = mall_settings.get("imports.batch")
    files = {table.name: table for table in run.tables}
    batch: list[Entry] = []
    for file, item in beside(run.form, run.tables, run.paths, clock.zone(), run.currency, partial(_known, run)):
        if isinstance(item, Remark):
            run.report.add(item)
            continue
        entry = _entry(run, files[file], item)
        if batch and (len(batch) >= size or type(batch[0]) is not type(entry)):
            _take(run, batch)
            batch = []
        batch.append(entry)
    if batch:
        _take(run, batch)


def _known(run: _Import) -> list[str]:
    """What was taken before and needs no more than reading."""
    return records.digests("product", run.form.module.SOURCE)


def _entry(run: _Import, table: Table, item: Product | Ready | Buyer | Sale) -> Entry:
    digest = run.digest if run.form.several else table.digest
    if isinstance(item, Ready):
        return products.ProductEntry(table.name, digest, table.source.folder, item.product, item.clean)
    if isinstance(item, Product):
        return products.ProductEntry(table.name, digest, table.source.folder, item)
    return sales.SaleEntry(table.name, digest, item, run.form.module.SOURCE)


def _take(run: _Import, batch: list[Entry]) -> None:
    taken = _in_transaction(run, batch)
    run.total += Taken(taken.created, taken.updated, taken.skipped)
    run.handled += len(batch)
    for remark in taken.remarks:
        run.report.add(remark)
    run.progress(run.handled)
    written = run.total.created + run.total.updated
    if written >= max(MANY, run.analysed * 5) and not run.dry_run:
        run.analysed = written
        _fresh_statistics()


def _in_transaction(run: _Import, batch: list[Entry]) -> Taken:
    """One transaction; when it fails as a whole, its halves, down to the one record that is refused alone."""
    try:
        with transaction.atomic():
            # Nobody waits for the disk but the end of the run. A machine that fails before loses whole batches, the last
            # ones, and the next run brings them.
            db.execute("set local synchronous_commit = off")
            taken = _write(batch, run.actor)
            if run.dry_run:
                transaction.set_rollback(True)
            else:
                db.execute(
                    "update integrations_importrun set handled = greatest(handled, %s) where format = %s and digest = %s",
                    (run.handled + len(batch), run.form.name, run.digest),
                )
                if run.watch:
                    run.watch(batch, taken)
        if run.dry_run and run.watch:
            run.watch(batch, taken)
        return taken
    except (DataError, IntegrityError, Problem, UnicodeError) as error:
        if len(batch) == 1:
            return Taken(remarks=[_refused(batch[0], error)])
        middle = len(batch) // 2
        first = _in_transaction(run, batch[:middle])
        first += _in_transaction(run, batch[middle:])
        return first


def _write(batch: list[Entry], actor: Actor) -> Taken:
    if isinstance(batch[0], products.ProductEntry):
        return products.take([entry for entry in batch if isinstance(entry, products.ProductEntry)], actor=actor)
    return sales.take([entry for entry in batch if isinstance(entry, sales.SaleEntry)], actor=actor)


def _refused(entry: Entry, error: Exception) -> Remark:
    item = entry.product if isinstance(entry, products.ProductEntry) else entry.item
    if isinstance(error, Problem):
        first = error.errors[0].as_dict(ZH)["message"] if error.errors else error.detail(ZH)
        params = {
            "reason": first,
            "reason_en": error.errors[0].as_dict(EN)["message"] if error.errors else error.detail(EN),
        }
        return Remark(entry.file, item.line, error.code, external_id=item.external_id, params=params)
    reason = str(error).splitlines()[0][:200]
    return Remark(
        entry.file, item.line, "not_taken", external_id=item.external_id, params={"reason": reason, "reason_en": reason}
    )
