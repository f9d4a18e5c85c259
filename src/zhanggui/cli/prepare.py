"""Brings the database to this version's tables, and makes what a mall cannot do without, before anybody works on it.

A stamp in the database names the migrations, functions and requirements it was prepared with; while it is current,
preparing costs one query and no Django. `python -m zhanggui.cli.prepare` is the step of `up`, so that the
supervisor itself stays small.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .data_dir import DataDir, write_private
from .errors import CommandFailed, explained

PACKAGE = Path(__file__).parents[1]
OLDEST_SERVER = 150000
ADVISORY_LOCK = 7_211_000  # two processes preparing one database take turns
STAMP_TABLE = "create table if not exists zhanggui_prepared (id boolean primary key default true, stamp text not null)"
PUT_STAMP = "insert into zhanggui_prepared (stamp) values (%s) on conflict (id) do update set stamp = excluded.stamp"


def current_stamp() -> str:
    """A digest of everything a prepared database depends on."""
    digest = hashlib.sha256()
    files = [*PACKAGE.glob("*/migrations/*.py"), *PACKAGE.glob("*/sql/*.sql"), *PACKAGE.glob("*/permissions.py")]
    for path in [*sorted(files), PACKAGE.parents[1] / "requirements.lock"]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def prepare_database(url: str, data: DataDir, *, patience: float = 0) -> bool:
    """Migrate and set up where the stamp is not current; whether Django was set up on the way.

    `patience`: seconds to wait for a server that does not answer yet.
    """
    import psycopg

    connection = _connect(url, patience)
    with connection:
        if connection.info.server_version < OLDEST_SERVER:
            major = connection.info.server_version // 10000
            raise CommandFailed(f"the database is PostgreSQL {major}; 15 or newer is needed")
        stamp = current_stamp()
        if _stamp_of(connection) == stamp:
            return False
        connection.execute("select pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        if _stamp_of(connection) == stamp:
            return False
        prepare_django()
        _migrate()
        _set_up(data)
        try:
            connection.execute(STAMP_TABLE)
            connection.execute(PUT_STAMP, (stamp,))
        except psycopg.Error as error:
            raise CommandFailed(f"cannot write to the database: {error}") from None
    return True


def _connect(url: str, patience: float) -> Any:
    import psycopg

    deadline = time.monotonic() + patience
    while True:
        try:
            return psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="zhanggui prepare")
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise CommandFailed(f"cannot reach the database: {error}") from None
        except psycopg.Error as error:
            raise CommandFailed(f"DATABASE_URL is not usable: {error}") from None
        time.sleep(0.5)


def _stamp_of(connection: Any) -> str | None:
    if connection.execute("select to_regclass('zhanggui_prepared')").fetchone()[0] is None:
        return None
    found = connection.execute("select stamp from zhanggui_prepared").fetchone()
    return found[0] if found else None


def prepare_django() -> None:
    """Set Django up in this process; the environment must already name the mall."""
    import django

    django.setup()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _set_up(data: DataDir) -> None:
    """What every mall has from its first day: roles and a first manager, whose password its owner can read."""
    from django.db import connections

    from zhanggui.accounts import services as accounts
    from zhanggui.kernel import mall_settings
    from zhanggui.kernel.actor import SYSTEM

    first = accounts.ensure_first_manager()
    if first is not None:
        write_private(first_manager_file(data), json.dumps({"email": first.email, "password": first.password}))
        if os.environ.get("ZHANGGUI_GATEWAY_URL"):
            # A new mall is tried out first: while its gateways are simulated, paying may be, too.
            mall_settings.put("payments.simulator_enabled", True, actor=SYSTEM)
    connections.close_all()


def first_manager_file(data: DataDir) -> Path:
    return data.keys / "first_manager.json"


def main() -> int:
    """Prepare the database the environment names; one line on stderr and 1 when that fails."""
    data = DataDir(Path(os.environ["ZHANGGUI_DATA"]))
    try:
        prepare_database(os.environ["DATABASE_URL"], data, patience=10)
    except Exception as error:  # `up` shows this line to a person
        if os.environ.get("ZHANGGUI_DEBUG"):
            raise
        print(" ".join(explained(error).split()), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
