"""The file a backup is: a tar of the database's dump and the data directory's files, closed by a manifest of digests.

First member `zhanggui-backup.json` (format, when), then `database.dump` and the files, last `manifest.json` with the
size and SHA-256 of each: a file without a manifest was cut short.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .errors import CommandFailed

FORMAT = 1
HEADER, MANIFEST, DUMP = "zhanggui-backup.json", "manifest.json", "database.dump"
FOLDERS = ("media", "private", "imports", "keys", "gateway")
CHUNK = 1 << 20


class _Hashing(io.RawIOBase):
    """Passes reads through and keeps their digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def write(target: Path, dump: Path, root: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Write the backup of a data directory; it appears under its name only when complete. Answers the manifest."""
    partial = target.with_name(target.name + ".partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add_json(tar, HEADER, {"format": FORMAT, **facts})
                files = {DUMP: _add_file(tar, DUMP, dump)}
                for name, path in _files(root):
                    with suppress(FileNotFoundError):  # the files of an import may have grown old this moment
                        files[name] = _add_file(tar, name, path)
                manifest = {"format": FORMAT, **facts, "files": files}
                _add_json(tar, MANIFEST, manifest)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.endswith(("-wal", "-shm", ".partial")):
                yield path.relative_to(root).as_posix(), path


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        if path.suffix in (".sqlite", ".sqlite3", ".db"):
            path = _copy_sqlite(path, Path(folder) / "copy")
        with open(path, "rb") as file:
            member = tarfile.TarInfo(name)
            member.size = os.fstat(file.fileno()).st_size
            member.mode = 0o600
            member.mtime = os.fstat(file.fileno()).st_mtime
            hashing = _Hashing(file)
            try:
                tar.addfile(member, hashing)
            except OSError as error:
                raise CommandFailed(
                    f"cannot back up {path}: {error.strerror or 'it changed while it was read'}"
                ) from None
    return {"bytes": member.size, "sha256": hashing.digest.hexdigest()}


def _copy_sqlite(path: Path, copy: Path) -> Path:
    """A consistent copy of a database that may be written to right now."""
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy


def _add_json(tar: tarfile.TarFile, name: str, content: dict[str, Any]) -> None:
    data = json.dumps(content, ensure_ascii=False).encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))


def read(source: Path, into: Path | None) -> dict[str, Any]:
    """Check a backup from first to last byte, and unpack it below `into` when given. Answers the manifest.

    Raises CommandFailed: not a backup, cut short, or damaged.
    """
    seen: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    ours = False
    try:
        with open(source, "rb") as raw, tarfile.open(fileobj=raw, mode="r|") as tar:
            for position, member in enumerate(tar):
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or (position == 0) != (member.name == HEADER):
                    raise CommandFailed(f"{source} is not a backup made by `zhanggui backup`")
                if member.name == HEADER:
                    _check_format(source, json.load(content))
                    ours = True
                elif member.name == MANIFEST:
                    manifest = json.load(content)
                else:
                    seen[member.name] = _take(source, member, content, into)
    except OSError as error:
        if isinstance(error, tarfile.TarError):
            raise
        raise CommandFailed(f"cannot read {source}: {error.strerror}") from None
    except (tarfile.TarError, ValueError, EOFError):
        if not ours:
            raise CommandFailed(f"{source} is not a backup made by `zhanggui backup`") from None
        raise CommandFailed(f"{source} is cut short or damaged") from None
    if manifest is None:
        raise CommandFailed(f"{source} is cut short: its manifest is missing")
    if seen != manifest.get("files"):
        differing = sorted(set(seen) ^ set(manifest["files"])) or [n for n in seen if seen[n] != manifest["files"][n]]
        raise CommandFailed(f"{source} is damaged: {differing[0]} is not what was backed up")
    return manifest


def _check_format(source: Path, header: Any) -> None:
    found = header.get("format") if isinstance(header, dict) else None
    if found != FORMAT:
        raise CommandFailed(f"{source} has backup format {found}, this version reads format {FORMAT}")


def _take(source: Path, member: tarfile.TarInfo, content: IO[bytes], into: Path | None) -> dict[str, Any]:
    """Digest one file, and write it when wanted."""
    path = PurePosixPath(member.name)
    known = member.name == DUMP or (path.parts[0] in FOLDERS and len(path.parts) > 1)
    if not known or path.is_absolute() or ".." in path.parts:
        raise CommandFailed(f"{source} is not a backup made by `zhanggui backup`: it holds {member.name!r}")
    hashing = _Hashing(content)
    if into is None:
        while hashing.read(CHUNK):
            pass
    else:
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        private = path.parts[0] != "media"
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644), "wb") as file:
            shutil.copyfileobj(hashing, file, CHUNK)
    return {"bytes": member.size, "sha256": hashing.digest.hexdigest()}
