"""Where the files of an upload lie: a folder of their own below `imports/` of the data directory."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path
from typing import IO

from django.conf import settings

from zhanggui.kernel import ids

from .errors import UploadNotStored

NAME_BYTES = 200


def path_of(folder: str) -> Path:
    return Path(settings.DATA_DIR) / "imports" / folder


def paths_in(folder: str, names: list[str]) -> list[Path]:
    """The files in the order in which they came; only those that are there."""
    return [path for name in names if folder and (path := path_of(folder) / name).is_file()]


def remove(folder: str) -> None:
    if folder:
        shutil.rmtree(path_of(folder), ignore_errors=True)


def safe_name(given: str) -> str:
    """A name fit for our disk and for the report: the last part of what was given, its ending kept."""
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", given)[-1])
    name = re.sub(r"\s+", " ", "".join(c for c in name if c.isprintable() and c not in '<>:"|?*')).strip(" .")
    name = name.encode("utf-8", "replace").decode()
    _stem, dot, ending = name.rpartition(".")
    if len(name.encode()) > NAME_BYTES:
        tail = f".{ending}" if dot and len(ending) < 10 else ""
        name = name.encode()[: NAME_BYTES - len(tail.encode())].decode(errors="ignore") + tail
    return name or "file"


class Upload:
    """Files on their way in. Whoever opens one either starts an import on it or discards it."""

    def __init__(self) -> None:
        self.folder = ids.token(12)
        self.names: list[str] = []

    @property
    def path(self) -> Path:
        return path_of(self.folder)

    @property
    def paths(self) -> list[Path]:
        return [self.path / name for name in self.names]

    def add_file(self, given: str) -> IO[bytes]:
        """A new file to write to, under (nearly) the name given. Raises UploadNotStored."""
        name, n = safe_name(given), 1
        while name.casefold() in (taken.casefold() for taken in self.names):
            n += 1
            name = f"{n}-{safe_name(given)}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            stream = (self.path / name).open("xb")
        except OSError as error:
            raise UploadNotStored(reason=error.strerror or "error") from None
        self.names.append(name)
        return stream

    def discard(self) -> None:
        remove(self.folder)
