"""A mall in real processes: it opens, refuses a twin, survives kill -9, stops cleanly, and its backup is a mall again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import Mall, environment, eventually
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.database import embedded_cluster

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def opened(place: Path):
    """The data directory of a running mall, and what it said when it opened."""
    mall = Mall(place / "var")
    said = mall.wait_until_open()
    yield mall, said
    if mall.process.poll() is None:
        mall.stop()


def healthy(mall: Mall) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{mall.port}/healthz", timeout=5) as answer:
            return answer.status == 200 and json.load(answer)["status"] == "ok"
    except OSError:
        return False


def children(mall: Mall) -> dict[int, str]:
    """Every process below the mall's, by id."""
    found: dict[int, str] = {}
    parents = {mall.process.pid}
    rows = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            rows.append((int(entry.name), parent, (entry / "cmdline").read_text().replace("\0", " ")))
        except OSError:
            continue
    for _ in rows:
        for pid, parent, command in rows:
            if parent in parents and pid not in found:
                found[pid] = command
                parents.add(pid)
    return found


def alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def pid_of(mall: Mall, part: str) -> int:
    return min(pid for pid, command in children(mall).items() if part in command)


def test_it_says_where_everything_is(opened):
    mall, said = opened
    address = f"http://127.0.0.1:{mall.port}"
    for part in (f"{address}/", f"{address}/office", f"{address}/api/docs", "manager@zhanggui.local"):
        assert part in said
    assert healthy(mall)


def test_a_second_mall_on_its_directory_is_refused(opened, call):
    mall, _ = opened
    done = call("up", "--empty", data=mall.data)
    assert done.returncode == 1
    assert done.stderr == (
        f"zhanggui: a mall is already running on {mall.data} (process {mall.process.pid}, http://127.0.0.1:{mall.port})\n"
    )


def test_a_taken_port_is_refused(opened, call, place):
    mall, _ = opened
    done = call("up", "--empty", "--port", str(mall.port), data=place / "other")
    assert done.returncode == 1
    assert done.stderr.startswith(f"zhanggui: cannot listen on 127.0.0.1:{mall.port}: ")
    assert len(done.stderr.splitlines()) == 1


def test_commands_work_beside_it(opened, call):
    mall, _ = opened
    token = call("token", "--staff", "manager@zhanggui.local", data=mall.data)
    assert token.returncode == 0, token.stderr
    assert len(token.stdout.strip()) > 20
    doctor = call("doctor", data=mall.data)
    assert (doctor.returncode, doctor.stderr) == (0, ""), doctor.stdout
    assert healthy(mall)


def test_an_unknown_account_is_one_line_that_names_the_known_ones(opened, call):
    mall, _ = opened
    done = call("token", "--staff", "nobody@example.com", data=mall.data)
    assert done.returncode == 1
    assert "manager@zhanggui.local" in done.stderr
    assert "--create" in done.stderr
    assert len(done.stderr.splitlines()) == 1


SHOPIFY = """Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price
leaf,绿萝,<p>好养</p>,掌柜,绿植,,TRUE,Title,Default Title,LEAF-1,12.90
pot,陶盆,,掌柜,花盆,,TRUE,Title,Default Title,POT-1,not a price
"""


def test_an_import_answers_one_line_and_changes_nothing_the_second_time(opened, call, place):
    mall, _ = opened
    file, report = place / "products.csv", place / "rejected.csv"
    file.write_text(SHOPIFY)

    def run(*more: str) -> dict[str, float]:
        done = call("import", "shopify-products", str(file), *more, data=mall.data)
        assert done.returncode == 0, done.stderr
        (line,) = done.stdout.splitlines()
        summary = json.loads(line)
        assert set(summary) >= {"created", "updated", "skipped", "rejected", "seconds"}
        return dict(summary)

    assert run("--dry-run")["created"] == 1
    first = run("--report", str(report))
    assert (first["created"], first["rejected"]) == (1, 1)
    assert "not a price" in report.read_text()
    again = run()
    assert (again["created"], again["updated"]) == (0, 0)


def test_an_import_of_an_unknown_format_is_a_wrong_call(opened, call, place):
    mall, _ = opened
    (place / "x.csv").write_text("a,b")
    done = call("import", "no-such-format", str(place / "x.csv"), data=mall.data)
    assert done.returncode == 2
    assert "shopify-products" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("shape", "begins"), [("json", b"{"), ("html", b"<!"), ("xlsx", b"PK"), ("text", b"")])
def test_a_report_beside_it_comes_in_every_shape(opened, shape, begins):
    mall, _ = opened
    command = [sys.executable, "-m", "zhanggui.cli", "report", "daily", "--date", "2026-11-11", "--format", shape]
    done = subprocess.run([*command, "--data", str(mall.data)], env=environment(), capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(begins)
    if shape == "json":
        assert json.loads(done.stdout)["report"] == "daily"


@pytest.mark.parametrize(
    "victim",
    ["zhanggui.config.nursery", "zhanggui.config.web", "zhanggui.config.worker", "cli.simulators", "postgres -D"],
)
def test_a_killed_process_comes_back(opened, victim):
    mall, _ = opened
    killed = pid_of(mall, victim)
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: not alive(killed) and any(victim in c for c in children(mall).values()), 60)
    assert eventually(lambda: healthy(mall), 90)


def test_doctor_names_what_does_not_hold(opened, call):
    mall, _ = opened
    with psycopg.connect(embedded_cluster(DataDir(mall.data)).url) as connection:
        connection.execute(
            "insert into kernel_outboxevent (name, version, aggregate, payload, parked_at, error)"
            " select 'test.broken', 1, 'test:' || n, '{}', now(), 'no such reaction' from generate_series(1, 7) n"
        )
    done = call("doctor", data=mall.data)
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("BROKEN kernel.outbox_not_stuck: ")
    assert "7 row(s)" in line
    assert line.count("test.broken") == 5
    with psycopg.connect(embedded_cluster(DataDir(mall.data)).url) as connection:
        connection.execute("delete from kernel_outboxevent where name = 'test.broken'")
    assert call("doctor", data=mall.data).returncode == 0


def test_a_backup_beside_it_is_the_same_mall_elsewhere(opened, call, place):
    mall, _ = opened
    assert call("token", "--member", "13800002222", "--create", data=mall.data).returncode == 0
    (mall.data / "media" / "leaf.txt").write_text("绿萝")
    file = place / "mall.backup"
    assert call("backup", str(file), data=mall.data).returncode == 0

    refused = call("restore", str(file), data=mall.data)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)

    elsewhere = place / "elsewhere"
    done = call("restore", str(file), data=elsewhere)
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "media" / "leaf.txt").read_text() == "绿萝"
    assert (elsewhere / "keys" / "secret_key").read_bytes() == (mall.data / "keys" / "secret_key").read_bytes()
    assert call("token", "--member", "13800002222", data=elsewhere).returncode == 0
    assert call("doctor", data=elsewhere).returncode == 0


def test_a_broken_backup_restores_nothing(opened, call, place):
    mall, _ = opened
    file = place / "broken.backup"
    assert call("backup", str(file), data=mall.data).returncode == 0
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    untouched = place / "untouched"
    done = call("restore", str(file), data=untouched)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "cut short" in done.stderr
    assert not untouched.exists()


def test_a_killed_mall_leaves_nothing_behind_and_opens_again(opened):
    mall, _ = opened
    left = children(mall)
    mall.kill()
    assert eventually(lambda: not any(alive(pid) for pid in left), 15)

    again = Mall(mall.data, mall.port)
    try:
        said = again.wait_until_open()
        assert "as shown at the first start" in said
        assert healthy(again)
        left = children(again)
    finally:
        assert again.stop() == 0
    assert not any(alive(pid) for pid in left)
