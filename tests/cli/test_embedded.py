"""The embedded database lives exactly as long as somebody uses it, whatever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from tests.cli.conftest import environment, eventually
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.database import Cluster, binaries, embedded_cluster, owner
from zhanggui.cli.errors import CommandFailed

pytestmark = pytest.mark.process

HOLD = """
import sys, time
from pathlib import Path
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.database import embedded_cluster
with embedded_cluster(DataDir(Path(sys.argv[1])), durable=False).held() as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def cluster(place: Path) -> Cluster:
    """A cluster that is not running, with one row in it."""
    cluster = embedded_cluster(DataDir(place), durable=False)
    with cluster.held() as url, psycopg.connect(url) as connection:
        connection.execute("create table kept as select 42 as x")
    return cluster


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


def value(connection: psycopg.Connection[tuple[Any, ...]], sql: LiteralString) -> Any:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def kept(url: str) -> int:
    with psycopg.connect(url) as connection:
        return int(value(connection, "select x from kept"))


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def running(cluster: Cluster) -> bool:
    return (cluster.data / "postmaster.pid").exists()


def holder(cluster: Cluster) -> subprocess.Popen[str]:
    """Another process that uses the database."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(cluster.run.parent)], env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    return process


def test_it_stops_with_its_last_user(cluster):
    first = holder(cluster)
    with cluster.held() as url:
        first.kill()
        first.communicate()
        time.sleep(0.3)
        assert kept(url) == 42
    assert not running(cluster)


def test_it_stops_after_its_user_was_killed(cluster):
    user = holder(cluster)
    user.kill()
    user.communicate()
    assert eventually(lambda: not running(cluster))


def test_a_killed_server_is_started_again_and_keeps_what_it_had(cluster):
    with cluster.held() as url:
        assert kept(url) == 42
        killed = postmaster(cluster)
        os.kill(killed, signal.SIGKILL)

        def another_one_runs() -> bool:
            cluster.ensure_running()
            return postmaster(cluster) != killed

        assert eventually(another_one_runs)
        assert kept(url) == 42


def test_a_stale_pid_file_that_names_a_living_process_does_no_harm(cluster):
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n{cluster.socket_dir}\n\n\nready\n")
    with cluster.held() as url:
        assert kept(url) == 42


def test_two_starters_make_one_server(cluster):
    users = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(cluster.run.parent)], env=environment(), stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    try:
        for user in users:
            assert user.stdout is not None
            assert user.stdout.readline().startswith(b"postgresql://")
        assert kept(cluster.url) == 42
    finally:
        for user in users:
            user.kill()
            user.communicate()
    assert eventually(lambda: not running(cluster))


def test_a_path_too_long_for_a_socket_is_no_obstacle(place):
    deep = place / ("x" * 60) / ("y" * 60)
    cluster = embedded_cluster(DataDir(deep), durable=False)
    with cluster.held() as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert cluster.socket_dir != cluster.home
    cluster.socket_dir.rmdir()


def test_chinese_words_have_trigrams(cluster):
    """The locale is C.UTF-8, not C: in C no Chinese character is a letter, and nothing would be found."""
    with cluster.held() as url, psycopg.connect(url) as connection:
        connection.execute("create extension if not exists pg_trgm")
        assert value(connection, "select cardinality(show_trgm('华为手机'))") > 0


def test_commits_survive_a_power_cut_by_default(place):
    durable = embedded_cluster(DataDir(place / "durable"))
    with durable.held() as url, psycopg.connect(url) as connection:
        shown = [value(connection, sql) for sql in ("show fsync", "show synchronous_commit", "show full_page_writes")]
    assert shown == ["on", "on", "on"]


def test_nobody_on_the_network_can_reach_it(cluster):
    with cluster.held() as url, psycopg.connect(url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700


def test_a_cluster_of_another_version_is_refused_in_words(place, monkeypatch):
    data = DataDir(place / "old")
    (data.postgres / "data").mkdir(parents=True)
    (data.postgres / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(CommandFailed, match="made by PostgreSQL 9, found"):
        embedded_cluster(data).binaries  # noqa: B018


def test_no_postgresql_at_all_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHANGGUI_PG_BIN", str(tmp_path))
    with pytest.raises(CommandFailed, match=r"no PostgreSQL 15 or newer .* set DATABASE_URL"):
        binaries.find_server()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_root_keeps_the_database_elsewhere_when_its_user_cannot_walk_there(place, monkeypatch):
    monkeypatch.setattr(owner, "SAFE_PLACE", place / "safe")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    cluster = embedded_cluster(DataDir(closed), durable=False)
    with cluster.held() as url, psycopg.connect(url) as connection:
        connection.execute("create table kept as select 42 as x")
    again = embedded_cluster(DataDir(closed), durable=False)
    with again.held() as url:
        assert kept(url) == 42
    assert again.home.parent == place / "safe"
    again.destroy()
    assert not again.home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_root_copies_programs_its_user_cannot_walk_to(place, monkeypatch):
    """The environment may lie in root's own home: the programs run from a copy, with the libraries they need."""
    monkeypatch.setattr(owner, "SAFE_PLACE", place / "programs")
    found = binaries.find_server()
    user = owner.owner_of_cluster(None)
    monkeypatch.setattr(owner.Owner, "reaches", lambda self, path: False)
    copied = owner.reachable_binaries(found, user)
    assert copied.folder.is_relative_to(place / "programs")
    shown = subprocess.run(
        [copied.program("postgres"), "--version"], capture_output=True, text=True, preexec_fn=user.become
    )
    assert shown.returncode == 0, shown.stderr
    assert owner.reachable_binaries(found, user) == copied


@pytest.mark.skipif(not Path("/usr/lib/postgresql").exists(), reason="no system PostgreSQL")
def test_a_system_postgresql_does_as_well(place, monkeypatch):
    folder = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    monkeypatch.setenv("ZHANGGUI_PG_BIN", str(folder))
    cluster = embedded_cluster(DataDir(place / "system"), durable=False)
    with cluster.held() as url, psycopg.connect(url) as connection:
        assert connection.info.server_version // 10000 == binaries.find_server().major
