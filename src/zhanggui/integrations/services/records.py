"""Which outside records are known, and what became of them: read and written a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from zhanggui.integrations.importers.drafts import Remark
from zhanggui.kernel import db


class Entry(Protocol):
    """What products and sales have in common."""

    @property
    def source(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Known:
    digest: str
    target_id: int | None
    file: str
    line: int
    stated: dict[str, list[int | None]]


@dataclass(slots=True)
class Taken:
    """What became of a batch."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def __iadd__(self, other: Taken) -> Taken:
        self.created += other.created
        self.updated += other.updated
        self.skipped += other.skipped
        self.remarks += other.remarks
        return self


def known(kind: str, entries: Sequence[Entry]) -> dict[tuple[str, str], Known]:
    """The records of these entries, by (source, external_id)."""
    found = db.rows(
        "select r.source, r.external_id, r.digest, r.target_id, r.file, r.line, r.stated"
        " from jsonb_to_recordset(%s) as w(source text, external_id text)"
        " join integrations_importrecord r on r.kind = %s and r.source = w.source and r.external_id = w.external_id",
        (db.Json([{"source": e.source, "external_id": e.external_id} for e in entries]), kind),
    )
    return {
        (r["source"], r["external_id"]): Known(r["digest"], r["target_id"], r["file"], r["line"], r["stated"])
        for r in found
    }


def digests(kind: str, source: str, most: int = 200_000) -> list[str]:
    """The digests of all that came from a source, as far as they are not more than one wants to hold."""
    found = db.rows(
        "select digest from integrations_importrecord where kind = %s and source = %s limit %s",
        (kind, source, most + 1),
    )
    return [row["digest"] for row in found] if len(found) <= most else []


def repeated(entries: Sequence[tuple[str, Entry]], records: dict[tuple[str, str], Known]) -> dict[int, int]:
    """Positions of entries whose name came before in the same file, each with the line where it came first.

    `entries` are (digest of the file, entry). Within a batch the first counts; across batches and runs the record tells,
    because it keeps the place it was taken from.
    """
    first: dict[tuple[str, str, str], int] = {}
    again: dict[int, int] = {}
    for position, (file, entry) in enumerate(entries):
        name = (entry.source, entry.external_id)
        record = records.get(name)
        line = first.setdefault((file, *name), entry.line)
        if line != entry.line:
            again[position] = line
        elif record and record.file == file and record.line < entry.line:
            again[position] = record.line
    return again


def put(kind: str, rows: Iterable[dict[str, Any]]) -> None:
    """Remember records: {source, external_id, digest, target_id, file, line, extras, stated}."""
    batch = list(rows)
    if batch:
        db.send(
            "insert into integrations_importrecord (kind, source, external_id, digest, target_id, file, line, extras, stated)"
            " select %s, r.source, r.external_id, r.digest, r.target_id, r.file, r.line, r.extras, r.stated"
            " from jsonb_to_recordset(%s) as r(source text, external_id text, digest text, target_id bigint, file text,"
            " line int, extras jsonb, stated jsonb) order by r.source, r.external_id"
            " on conflict (kind, source, external_id) do update set digest = excluded.digest, target_id = excluded.target_id,"
            " file = excluded.file, line = excluded.line, extras = excluded.extras, stated = excluded.stated",
            (kind, db.Json(batch)),
        )


def moved(kind: str, rows: Sequence[tuple[str, str, str, int]]) -> None:
    """Unchanged records that stand elsewhere now: (source, external id, file, line)."""
    if rows:
        db.execute(
            "update integrations_importrecord t set file = r.file, line = r.line"
            " from jsonb_to_recordset(%s) as r(source text, external_id text, file text, line int)"
            " where t.kind = %s and t.source = r.source and t.external_id = r.external_id",
            (db.Json([dict(zip(("source", "external_id", "file", "line"), row, strict=True)) for row in rows]), kind),
        )


def targets(kind: str, source: str, external_ids: Sequence[str]) -> dict[str, int]:
    """What records of one source became, by external id."""
    found = db.rows(
        "select external_id, target_id from integrations_importrecord"
        " where kind = %s and source = %s and external_id = any(%s::text[]) and target_id is not null",
        (kind, source, list(external_ids)),
    )
    return {row["external_id"]: row["target_id"] for row in found}
