"""Write a consistent backup of the mall into one file: database, pictures, files of imports and keys. The mall may go on
selling meanwhile. The file holds secrets and personal data and is readable by its owner only."""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from .. import archive
from ..data_dir import DataDir
from ..database import embedded_cluster, is_external, open_database, tools
from ..errors import CommandFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the file to write; an older one is replaced")


def run(args: argparse.Namespace) -> int:
    data: DataDir = args.data
    target: Path = args.file.absolute()
    if not is_external() and not embedded_cluster(data).exists:
        raise CommandFailed(f"there is no mall in {data.root}")
    if target.is_dir() or not target.parent.is_dir():
        raise CommandFailed(f"cannot write {target}: {'it is a directory' if target.is_dir() else 'no such directory'}")
    with open_database(data) as database, tempfile.TemporaryDirectory(dir=target.parent, prefix=".zhanggui-") as folder:
        dump = Path(folder) / archive.DUMP
        # The database first: the files it names exist already. Pictures are only added, and an import whose files grow old
        # meanwhile is over.
        tools.dump(database.url, dump)
        facts = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgresql": tools.server_major(database.url),
        }
        manifest = archive.write(target, dump, data.root, facts)
    print(f"{target}: {target.stat().st_size} bytes, {len(manifest['files'])} files")
    return 0
