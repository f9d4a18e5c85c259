"""A small process that runs the server for as long as anybody uses it.

Users hold a shared lock on `users_lock`; the keeper waits for the exclusive one, which it gets when the last user is
gone, however that user ended. Then it stops the server and ends. If the keeper itself is killed, the server stops too.
Run by file path with a bare interpreter (it must stay small), so it imports nothing of ours.
"""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PATIENCE = 20.0  # seconds for a fast shutdown; after that an immediate one, which recovers at the next start


def run_server(command: list[str], user: list[int] | None) -> int:
    """Start the server as `user`; its process id."""
    keeper = os.getpid()
    die_with_parent = prctl()
    pid = os.fork()
    if pid:
        return pid
    try:
        if user:
            os.setgroups([])
            os.setgid(user[1])
            os.setuid(user[0])
        die_with_parent(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() == keeper:
            os.execv(command[0], command)
    except OSError as error:
        os.write(2, f"FATAL: cannot run {command[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def prctl() -> Callable[..., object]:
    """Linux' prctl, loaded while we may still read Python's own libraries; elsewhere nothing happens."""
    if sys.platform != "linux":
        return lambda *_: None
    import ctypes

    return ctypes.CDLL(None).prctl


def stop_when_unused(users_lock: str, server: int) -> None:
    """Wait until nobody uses the server, then stop it; the lock is kept until it is gone."""
    users = os.open(users_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(users, fcntl.LOCK_EX)
    os.kill(server, signal.SIGINT)
    time.sleep(PATIENCE)
    os.kill(server, signal.SIGQUIT)


def main() -> None:
    order = json.loads(sys.argv[1])
    server = run_server(order["command"], order["user"])
    signal.signal(signal.SIGTERM, lambda *_: os.kill(server, signal.SIGINT))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=stop_when_unused, args=(order["users_lock"], server), daemon=True).start()
    _, status = os.waitpid(server, 0)
    os._exit(0 if os.waitstatus_to_exitcode(status) == 0 else 1)


if __name__ == "__main__":
    main()
