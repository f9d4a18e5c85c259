"""Exit codes and the one line of a wrong call."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["up", "--port", "eighty"],
        ["up", "--port", "0"],
        ["up", "--port", "99999"],
        ["up", "--workers", "0"],
        ["up", "--demo", "--empty"],
        ["up", "--no-such-flag"],
        ["up", "--data", ""],
        ["token"],
        ["token", "--staff", "a@example.com", "--member", "13800000000"],
        ["token", "--member", "13800000000", "--role", "manager"],
        ["report", "daily"],
        ["report", "monthly", "--date", "2026-11-11"],
        ["report", "daily", "--date", "2026-13-01"],
        ["report", "daily", "--date", "11.11."],
        ["import", "shopify-products"],
        ["backup"],
        ["restore"],
        ["bench", "no-such-benchmark"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_2_and_one_line(call, arguments):
    done = call(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("zhanggui: ")


@pytest.mark.parametrize("command", ["up", "test", "import", "report", "token", "bench", "backup", "restore", "doctor"])
def test_every_command_explains_itself(call, command):
    done = call(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: ./zhanggui {command}")


def test_a_data_directory_that_cannot_be_one_is_one_line(call, tmp_path):
    file = tmp_path / "file"
    file.write_text("no directory")
    done = call("doctor", data=file)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "cannot use" in done.stderr


def test_a_database_that_does_not_answer_is_one_line(call, tmp_path):
    done = call("doctor", data=tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "cannot reach the database" in done.stderr


def test_a_database_url_that_is_none_is_one_line(call, tmp_path):
    done = call("doctor", data=tmp_path, DATABASE_URL="mysql://what")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "Traceback" not in done.stderr
