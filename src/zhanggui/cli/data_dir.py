"""The data directory of a mall: where everything lies that must survive, and who may work on it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import CommandFailed


@dataclass(frozen=True)
class DataDir:
    """`postgres/` the embedded database, `media/` pictures, `keys/` secrets, `logs/`, `run/` locks of live processes.

    A path need not exist before `make()`.
    """

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        return self.root / "run"

    def make(self) -> None:
        """Make what is missing. The keys are for the owner's eyes only."""
        try:
            for path in (self.root, self.media, self.logs, self.run):
                path.mkdir(parents=True, exist_ok=True)
            self.keys.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CommandFailed(f"cannot use {self.root} as data directory: {error.strerror}") from None

    def ensure_secret_key(self) -> None:
        """The key that signs tokens and cursors, made once."""
        path = self.keys / "secret_key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48) + "\n")

    @contextmanager
    def lock_for_up(self) -> Iterator[MallState]:
        """Be the one mall on this directory; the lock falls with the process, however it ends."""
        with open(self.run / "up.lock", "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                state = MallState(self.run / "up.json").read()
                where = f" (process {state['pid']}, {state['url']})" if state else ""
                raise CommandFailed(f"a mall is already running on {self.root}{where}") from None
            state_file = MallState(self.run / "up.json")
            try:
                yield state_file
            finally:
                state_file.clear()

    def running_mall(self) -> dict[str, Any] | None:
        """What the live mall on this directory says about itself, or None."""
        try:
            with open(self.run / "up.lock") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return MallState(self.run / "up.json").read() or {}
        except OSError:
            pass
        return None


@dataclass(frozen=True)
class MallState:
    """The note a running mall leaves for others: its process and its address."""

    path: Path

    def write(self, **state: Any) -> None:
        write_private(self.path, json.dumps(state))

    def read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read; complete or not at all, also across a power cut."""
    partial = path.with_name(path.name + ".partial")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
