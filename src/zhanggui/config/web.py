"""The web server: Granian with its worker processes, each serving `zhanggui.config.wsgi`.

`python -m zhanggui.config.web --host H --port P --workers N`. Granian's parent never imports Django.
"""

import argparse
import os
from importlib import import_module
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from zhanggui.cli.processes import die_with, watch_parent

#: Threads that may wait for the database at the same time; the group commit of orders lives from many of them.
THREADS = 32
#: Requests in flight per worker; beyond it the kernel's queue holds connections back.
BACKPRESSURE = 256


def load_application(_target: str) -> Any:
    """In a worker process: never outlive the server, then load the mall."""
    die_with(int(os.environ["ZHANGGUI_WEB_PARENT"]))()
    watch_parent()
    return import_module("zhanggui.config.wsgi").application


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    watch_parent()
    os.environ["ZHANGGUI_WEB_PARENT"] = str(os.getpid())
    Server(
        "zhanggui.config.wsgi:application",
        address=args.host,
        port=args.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=args.workers,
        blocking_threads=THREADS,
        backpressure=BACKPRESSURE,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=6,
        websockets=False,
    ).serve(target_loader=load_application)


if __name__ == "__main__":
    main()
