"""Restore a backup into an empty data directory (or the empty database of DATABASE_URL). The file is checked from first to
last byte before anything is written; what fails half-way leaves nothing behind."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import archive
from ..data_dir import DataDir
from ..database import embedded_cluster, is_external, open_database, tools
from ..errors import CommandFailed

STAGE = ".restore"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a file written by `backup`")


def run(args: argparse.Namespace) -> int:
    data: DataDir = args.data
    source: Path = args.file.absolute()
    _need_empty(data)
    manifest = archive.read(source, into=None)
    with _stage(data) as stage:
        archive.read(source, into=stage.root)
        with open_database(stage) as database:
            if not tools.is_empty(database.url):
                raise CommandFailed("the database of DATABASE_URL is not empty; restore into an empty one")
            tools.load(database.url, stage.root / archive.DUMP)
        _move_in(stage, data)
    print(f"{data.root}: restored the backup of {manifest['made_at']}, {len(manifest['files'])} files")
    return 0


def _need_empty(data: DataDir) -> None:
    if data.running_mall() is not None:
        raise CommandFailed(f"a mall is running on {data.root}; restore into an empty data directory")
    filled = [name for name in (*archive.FOLDERS, "postgres") if _filled(data.root / name)]
    if filled:
        raise CommandFailed(
            f"{data.root} is not empty (it has {', '.join(filled)}); restore into an empty data directory"
        )


def _filled(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())


@contextmanager
def _stage(data: DataDir) -> Iterator[DataDir]:
    """A data directory inside the data directory, removed again with its database when the restore fails."""
    fresh = not data.root.exists()
    stage = DataDir(data.root / STAGE)
    if stage.root.exists():  # an earlier restore was killed
        embedded_cluster(stage).destroy()
        shutil.rmtree(stage.root, ignore_errors=True)
    stage.make()
    try:
        yield stage
    except BaseException:
        embedded_cluster(stage).destroy()
        shutil.rmtree(data.root if fresh else stage.root, ignore_errors=True)
        raise
    shutil.rmtree(stage.root, ignore_errors=True)


def _move_in(stage: DataDir, data: DataDir) -> None:
    """Give everything its name; the database last, because it makes the directory a mall."""
    names = [*archive.FOLDERS] if is_external() else [*archive.FOLDERS, "postgres"]
    for name in names:
        here = stage.root / name
        if here.exists():
            there = data.root / name
            if there.exists():
                there.rmdir()
            here.rename(there)
