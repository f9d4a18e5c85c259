"""What integrations show of imports asked for at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhanggui.kernel.i18n import Text

#: States that are over, whatever came of it.
OVER = ("finished", "failed", "stopped")
OUTCOMES = ("rejected", "skipped", "noted")


@dataclass(frozen=True, slots=True)
class FormatView:
    """A format as it is offered. `brings` what comes out of it, `columns` what it wants; `permission` beside `catalog.import`."""

    name: str
    label: Text
    brings: Text
    columns: Text
    several: bool = False
    permission: str = ""


@dataclass(frozen=True, slots=True)
class ImportFile:
    name: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import: `skipped` are records that were unchanged, and rows that a stated rule has left out."""

    id: int
    format: str
    files: tuple[ImportFile, ...]
    has_files: bool
    dry_run: bool
    status: str
    stop: bool
    attempts: int
    lines: int
    line: int
    handled: int
    created: int
    updated: int
    skipped: int
    left_out: int
    rejected: int
    noted: int
    failure: Text | None
    actor_label: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    settled: bool

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def took(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.finished_at and self.started_at else None

    @property
    def needs_a_look(self) -> bool:
        """Failed, or some rows were refused, and nobody has dealt with it."""
        wrong = self.status == "failed" or (self.status == "finished" and self.rejected > 0)
        return wrong and not self.settled and not self.dry_run


@dataclass(frozen=True, slots=True)
class RemarkView:
    """A line of the report."""

    id: int
    outcome: str
    file: str
    line: int
    external_id: str
    field: str
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A small file that imports as it is."""

    name: str
    content_type: str
    content: bytes
