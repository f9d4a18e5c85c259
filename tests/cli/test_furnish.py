"""When `up` loads the demo, and what it remembers of it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from zhanggui.cli import furnish as demo
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.errors import CommandFailed


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    made = DataDir(tmp_path / "mall")
    made.make()
    return made


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the loader ends with next, and what it was called with."""
    calls: list[Any] = []
    answers = {"code": 0}

    def run(_command: list[str], *, env: dict[str, str], **_more: Any) -> subprocess.CompletedProcess[bytes]:
        calls.append(env["ZHANGGUI_DEMO_PASSWORD"])
        return subprocess.CompletedProcess([], answers["code"])

    monkeypatch.setattr(demo.subprocess, "run", run)
    calls.append(answers)
    return calls


def begin(data: DataDir, *, wanted: bool = False, empty: bool = False) -> dict[str, Any]:
    return demo.furnish(data, {}, demo=wanted, empty=empty)


def test_a_first_start_loads_once_and_keeps_the_password(data, loader):
    note = begin(data)
    assert note["state"] == "loaded"
    assert begin(data) == begin(data, wanted=True) == begin(data, empty=True) == note
    assert loader[1:] == [note["password"]]
    lines = "\n".join(demo.sign_ins(note))
    assert note["password"] in lines
    assert all(name in lines for _, name in demo.SIGN_INS)


def test_an_empty_start_decides_until_the_demo_is_asked_for(data, loader):
    assert begin(data, empty=True) == {"state": "none"}
    assert begin(data) == {"state": "none"}
    assert demo.sign_ins(begin(data)) == []
    assert len(loader) == 1
    assert begin(data, wanted=True)["state"] == "loaded"


def test_a_mall_with_something_in_it_is_left_alone(data, loader, capsys):
    loader[0]["code"] = demo.NOT_EMPTY
    assert begin(data, wanted=True) == {"state": "none"}
    assert "not loaded over it" in capsys.readouterr().err
    assert begin(data) == {"state": "none"}
    assert len(loader) == 2, "it was asked once"


@pytest.mark.parametrize(("code", "trouble"), [(1, CommandFailed), (demo.INTERRUPTED, KeyboardInterrupt)])
def test_what_was_interrupted_begins_anew_with_the_same_password(data, loader, code, trouble):
    loader[0]["code"] = code
    with pytest.raises(trouble):
        begin(data)
    loader[0]["code"] = 0
    assert begin(data)["state"] == "loaded"
    assert loader[1] == loader[2]


def test_the_sign_ins_are_those_of_the_demo():
    from zhanggui.demo import clerks

    theirs = [email for _, email, _, _ in clerks.STAFF] + [clerks.MEMBER_MOBILE]
    assert [name for _, name in demo.SIGN_INS] == theirs
