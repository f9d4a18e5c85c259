"""The web server: Granian with its worker processes, each serving `zhanggui.config.rsgi`.

`python -m zhanggui.config.web --host H --port P --workers N`, or forked by the nursery. The parent has loaded the mall and
its dictionaries and never serves; the workers are forked from it and share that memory.
"""

import argparse
import gc
import os
import resource
import sys
from typing import Any

from django.db import connections
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from zhanggui.cli.processes import die_with, wait_for_start, watch_parent

#: Connections per worker, most of them idle browsers; beyond it the kernel's queue holds new ones back.
CONNECTIONS = 4096
#: Objects made before the collector looks for cycles: requests leave few, and looking costs more than they do.
COLLECT_AFTER = (20_000, 20, 20)
#: Milliseconds a client may take over a request's head, or keep a connection without asking anything.
HEAD_TIMEOUT = 15_000


def load() -> Any:
    """The mall as an application, with everything a request will need."""
    from zhanggui.catalog import words

    words.load_dictionaries()
    from django.urls import get_resolver

    from zhanggui.ui import assets, environment

    from .rsgi import application

    _ = get_resolver().url_patterns
    environment.compile_all()
    assets.files()
    return application


def load_application(_target: str) -> Any:
    """In a worker process: never outlive the server; what the parent loaded is there already."""
    gc.set_threshold(*COLLECT_AFTER)
    die_with(int(os.environ["ZHANGGUI_WEB_PARENT"]))()
    watch_parent()
    return load()


def _room(connections: int) -> int:
    """As many of `connections` as the system lets one process have open, beside its files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 256
    if soft < wanted and soft != resource.RLIM_INFINITY:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(64, min(connections, soft - 256))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)


def load_before_forking() -> None:
    """Load all that forked processes shall share, and leave nothing behind that they must not share."""
    load()
    connections.close_all()
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every shared page


def serve(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    os.environ["ZHANGGUI_WEB_PARENT"] = str(os.getpid())
    Server(
        "zhanggui.config.rsgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        workers=args.workers,
        backpressure=_room(CONNECTIONS),
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIMEOUT),
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=6,
        websockets=False,
        process_name="zhanggui.config.web",  # what lists of processes show; its workers say which they are
    ).serve(target_loader=load_application)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args()
    watch_parent()
    if hasattr(os, "fork"):
        load_before_forking()
    wait_for_start()
    return serve(args)


if __name__ == "__main__":
    sys.exit(main())
