"""A mall that a command can work on: its database running, its tables current, Django ready."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager

from .data_dir import DataDir
from .database import Database, open_database
from .prepare import prepare_database, prepare_django


def environment(data: DataDir, database: Database) -> dict[str, str]:
    """What a process of this mall must find in its environment."""
    mine = {
        "ZHANGGUI_DATA": str(data.root),
        "DATABASE_URL": database.url,
        "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings",
    }
    running = data.running_mall() or {}
    if running.get("url"):
        mine["ZHANGGUI_PUBLIC_URL"] = running["url"]
    if running.get("gateway"):
        mine["ZHANGGUI_GATEWAY_URL"] = running["gateway"]
    return mine


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Database]:
    """The mall on `args.data`, beside a running one or alone; made first where there is none yet."""
    data: DataDir = args.data
    data.make()
    with open_database(data) as database:
        os.environ.update(environment(data, database))
        data.ensure_secret_key()
        if not prepare_database(database.url, data):
            prepare_django()
        from django.db import connections

        try:
            yield database
        finally:
            connections.close_all()
