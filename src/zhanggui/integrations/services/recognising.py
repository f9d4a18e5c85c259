"""Which platform's file it is, told from its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhanggui.integrations.errors import FormatsMixed, FormatUnclear, NothingUploaded, WrongFormat
from zhanggui.integrations.importers import Format, looks_like, recognised
from zhanggui.integrations.importers.sources import BROKEN_STREAM, Source, from_bytes, from_paths
from zhanggui.integrations.importers.text import Table

HEAD = 1 << 18  # bytes that tell a file's format


def told(paths: Sequence[Path], wanted: Format | None) -> Format:
    """The format that all of these files are of; `wanted`, where each of them can be that.

    Raises NothingUploaded, WrongFormat, FormatUnclear, FormatsMixed, UnreadableFile.
    """
    found: tuple[str, Format] | None = None
    for source in from_paths(paths):
        head = from_bytes(source.name, _beginning(source))
        if wanted is not None:
            _must_be(wanted, head)
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


def _must_be(form: Format, head: Source) -> None:
    """Raises WrongFormat, UnreadableFile."""
    table = Table(head, skip_to=form.module.recognises, loose=getattr(form.module, "LOOSE", False))
    if not form.module.recognises(table.header):
        raise WrongFormat(file=table.name, wanted=form.module.NAME, looks=looks_like(table))


def _beginning(source: Source) -> bytes:
    try:
        with source.open() as stream:
            return stream.read(HEAD)
    except (*BROKEN_STREAM, OSError):
        return b""
