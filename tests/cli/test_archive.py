"""The file of a backup: whole, or refused with a reason."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from pathlib import Path

import pytest

from zhanggui.cli import archive
from zhanggui.cli.errors import CommandFailed


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    for name, content in {
        "media/a/绿萝.jpg": b"\xff\xd8" * 5000,
        "media/empty": b"",
        "imports/k3/goods.csv": b"Handle,Title\n",
        "keys/secret_key": b"s" * 64,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    dump = tmp_path / "dump"
    dump.write_bytes(bytes(range(256)) * 200)
    target = tmp_path / "mall.backup"
    archive.write(target, dump, root, {"made_at": "2026-11-11T00:00:00+00:00"})
    return target


def refused(path: Path) -> str:
    with pytest.raises(CommandFailed) as error:
        archive.read(path, into=None)
    return str(error.value)


def test_what_was_written_is_read_back(backup, tmp_path):
    manifest = archive.read(backup, into=tmp_path / "out")
    assert sorted(manifest["files"]) == [
        "database.dump", "imports/k3/goods.csv", "keys/secret_key", "media/a/绿萝.jpg", "media/empty",
    ]  # fmt: skip
    assert (tmp_path / "out" / "media" / "a" / "绿萝.jpg").read_bytes() == b"\xff\xd8" * 5000
    for private in ("keys/secret_key", "imports/k3/goods.csv"):
        assert (tmp_path / "out" / private).stat().st_mode & 0o777 == 0o600


def test_a_file_that_goes_while_it_is_written_is_left_out(tmp_path, monkeypatch):
    there, gone = tmp_path / "data" / "imports" / "a.csv", tmp_path / "data" / "imports" / "b.csv"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"a")
    (tmp_path / "dump").write_bytes(b"dump")
    monkeypatch.setattr(archive, "_files", lambda _root: [("imports/a.csv", there), ("imports/b.csv", gone)])
    archive.write(tmp_path / "b", tmp_path / "dump", tmp_path / "data", {"made_at": "now"})
    assert sorted(archive.read(tmp_path / "b", into=None)["files"]) == ["database.dump", "imports/a.csv"]


def test_it_is_for_its_owners_eyes_only(backup):
    assert backup.stat().st_mode & 0o777 == 0o600


def test_cut_anywhere_it_is_refused(backup, tmp_path):
    whole = backup.read_bytes()
    end = len(whole.rstrip(b"\0"))
    cut = tmp_path / "cut"
    for length in [0, 1, 511, 512, *range(1024, end, 3333), end - 1]:
        cut.write_bytes(whole[:length])
        assert str(cut) in refused(cut)


def test_one_changed_byte_is_found(backup, tmp_path):
    whole = bytearray(backup.read_bytes())
    at = whole.index(bytes(range(256))) + 300
    whole[at] ^= 1
    changed = tmp_path / "changed"
    changed.write_bytes(whole)
    assert "database.dump is not what was backed up" in refused(changed)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b" + b"\0" * 600, b"\0" * 10240])
def test_a_foreign_file_is_refused(tmp_path, content):
    path = tmp_path / "foreign"
    path.write_bytes(content)
    assert "foreign" in refused(path)


def test_a_foreign_tar_is_refused(tmp_path):
    path = tmp_path / "foreign.tar"
    with tarfile.open(path, "w") as tar:
        member = tarfile.TarInfo("readme")
        member.size = 3
        tar.addfile(member, io.BytesIO(b"hey"))
    assert "is not a backup" in refused(path)


def test_no_file_leaves_its_place(backup, tmp_path):
    evil = tmp_path / "evil"
    with tarfile.open(backup) as good, tarfile.open(evil, "w") as bad:
        for member in good:
            content = good.extractfile(member)
            if member.name == "media/empty":
                member.name = "media/../../../etc/passwd"
            bad.addfile(member, content)
    with pytest.raises(CommandFailed, match="is not a backup"):
        archive.read(evil, into=tmp_path / "out")


def test_a_database_file_in_use_is_copied_whole(tmp_path):
    root = tmp_path / "data"
    (root / "gateway").mkdir(parents=True)
    books = sqlite3.connect(root / "gateway" / "books.sqlite")
    books.execute("pragma journal_mode=wal")
    books.execute("create table t (x int)")
    books.execute("insert into t values (42)")
    books.commit()
    (tmp_path / "dump").write_bytes(b"dump")
    archive.write(tmp_path / "b", tmp_path / "dump", root, {"made_at": "now"})
    archive.read(tmp_path / "b", into=tmp_path / "out")
    copied = sqlite3.connect(tmp_path / "out" / "gateway" / "books.sqlite")
    assert copied.execute("select x from t").fetchall() == [(42,)]
    books.close()
    copied.close()
