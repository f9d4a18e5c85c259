"""Files as they come: plain, gzip or zip; in UTF-8, UTF-16, GB18030 or a Western 8-bit code. Nothing is read whole."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from zhanggui.integrations.errors import UnreadableFile

CHUNK = 1 << 20
SAMPLE = 1 << 21
UNPACKED_LIMIT = 32 << 30  # bytes; beyond this a "compressed file" is an attack

_MAGIC: list[tuple[bytes, str]] = [
    (b"\xd0\xcf\x11\xe0", "Excel 97 (.xls)"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
]


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over a file tells: its SHA-256, its encoding, and whether its last line is ended."""

    digest: str
    encoding: str
    size: int
    ends_with_newline: bool
    truncated: bool


@dataclass(frozen=True, slots=True)
class Source:
    """One file of text, wherever it lies. `folder` is set when pictures may lie beside it."""

    name: str
    open: Callable[[], IO[bytes]]
    folder: Path | None = None


def from_bytes(name: str, data: bytes) -> Source:
    return Source(name, lambda: io.BytesIO(data))


def from_paths(paths: Iterable[str | Path]) -> list[Source]:
    """Sources for the files named; a zip gives one per file in it. Raises UnreadableFile."""
    found: list[Source] = []
    for path in map(Path, paths):
        try:
            with path.open("rb") as stream:
                head = stream.read(4)
        except OSError as error:
            raise UnreadableFile(file=path.name, reason=error.strerror or "error") from None
        if head == b"PK\x03\x04":
            found += _zip_members(path)
        else:
            opener = _gzip_opener(path) if head[:2] == b"\x1f\x8b" else _plain_opener(path)
            found.append(Source(path.name, opener, path.parent))
    return found


def _plain_opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _gzip_opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: gzip.open(path, "rb")  # type: ignore[return-value]


def _zip_members(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            if "[Content_Types].xml" in names:
                raise UnreadableFile(file=path.name, reason="Excel (.xlsx); save it as CSV")
            wanted = [n for n in names if n.lower().endswith((".csv", ".tsv", ".txt", ".gz")) and "__MACOSX" not in n]
            broken = archive.testzip() if sum(i.file_size for i in archive.infolist()) < SAMPLE * 32 else None
    except (zipfile.BadZipFile, OSError, zlib.error, EOFError) as error:
        raise UnreadableFile(file=path.name, reason=f"zip: {error}") from None
    if broken or not wanted:
        raise UnreadableFile(file=path.name, reason=f"zip: {broken}" if broken else "zip without CSV files")
    return [Source(f"{path.name}/{PurePosixPath(name).name}", _zip_opener(path, name)) for name in sorted(wanted)]


def _zip_opener(path: Path, name: str) -> Callable[[], IO[bytes]]:
    def open_member() -> IO[bytes]:
        stream = zipfile.ZipFile(path).open(name)  # noqa: SIM115  (closed with the stream)
        return gzip.open(stream, "rb") if name.endswith(".gz") else stream  # type: ignore[return-value]

    return open_member


BROKEN_STREAM = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


def survey(source: Source) -> Survey:
    """Read the file once: digest, encoding, last line. Raises UnreadableFile for what cannot be a table of text."""
    digest, size, sample, head, last, truncated = hashlib.sha256(), 0, bytearray(), b"", b"", False
    try:
        with source.open() as stream:
            try:
                # read1 gives what a cut-off archive still holds; read would lose it with the error
                while chunk := stream.read1(CHUNK):  # type: ignore[attr-defined]
                    head += chunk if len(head) < 65536 else b""
                    digest.update(chunk)
                    size += len(chunk)
                    last = chunk[-2:]
                    if len(sample) < SAMPLE and not chunk.isascii():
                        sample += chunk
                    if size > UNPACKED_LIMIT:
                        raise UnreadableFile(file=source.name, reason=f"> {UNPACKED_LIMIT >> 30} GiB")
            except BROKEN_STREAM:
                truncated = True
    except OSError as error:
        raise UnreadableFile(file=source.name, reason=error.strerror or str(error)) from None
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(file=source.name, reason="empty / 空文件")
    _refuse_binary(source.name, head)
    encoding = guess_encoding(head, bytes(sample))
    ended = last.endswith((b"\n", b"\r")) or (encoding.startswith("utf-16") and last in (b"\n\x00", b"\x00\n"))
    return Survey(digest.hexdigest(), encoding, size, ended, truncated)


def _refuse_binary(name: str, head: bytes) -> None:
    for magic, meaning in _MAGIC:
        if head.startswith(magic):
            raise UnreadableFile(file=name, reason=meaning)
    start = head[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise UnreadableFile(file=name, reason="HTML / XML")
    if re.match(rb'[{\[]\s*["{\[\]}]', start):
        raise UnreadableFile(file=name, reason="JSON")


def guess_encoding(head: bytes, sample: bytes) -> str:
    """The encoding of a file from its beginning and from parts of it that are not ASCII.

    A byte order mark decides. Without one: zero bytes at every second place mean UTF-16; otherwise the lines that are
    not ASCII vote. GB18030 reads almost anything, so it must also look like Chinese: its characters come as pairs of
    high bytes, while Western letters with accents stand alone.
    """
    if head.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    start = head[:4096]
    if start[1::2].count(0) * 10 > len(start):
        return "utf-16-le"
    if start[0::2].count(0) * 10 > len(start):
        return "utf-16-be"
    lines = [line for line in sample.splitlines() if not line.isascii()][:20_000]
    if not lines or _readable(lines, "utf-8") * 2 >= len(lines):  # other codes are hardly ever UTF-8 by chance
        return "utf-8"
    if _readable(lines, "gb18030") * 10 >= len(lines) * 9 and _looks_chinese(b"\n".join(lines)):
        return "gb18030"
    return "cp1252" if _readable(lines, "cp1252") == len(lines) else "latin-1"


def _readable(lines: list[bytes], encoding: str) -> int:
    count = 0
    for line in lines:
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            continue
        count += 1
    return count


def _looks_chinese(data: bytes) -> bool:
    runs = re.findall(rb"[\x80-\xff]+", data)
    high = sum(map(len, runs))
    paired = sum(len(run) for run in runs if len(run) >= 2)
    common = sum(1 for pair in re.findall(rb"[\xa1-\xf7][\xa1-\xfe]", data) if pair)
    return paired * 10 >= high * 8 and common * 2 * 10 >= high * 6
