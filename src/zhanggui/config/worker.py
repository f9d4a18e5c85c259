"""The job worker: timers and background jobs (procrastinate), and the relay that delivers announcements.

One process, `python -m zhanggui.config.worker` or forked by the nursery. Where the database goes away for good it ends,
and is started again.
"""

import asyncio
import os
import signal
import sys
import threading
import time

import django
import structlog

from zhanggui.cli.processes import wait_for_start, watch_parent

log = structlog.get_logger("worker")

PAUSE, IDLE_LONGEST = 0.1, 0.5  # seconds between two looks at the outbox: in use, and long empty
FULL = 1000  # events a round takes at most
NICE = 10  # what may be late gives way to buyers
CONCURRENT_JOBS = 4
GRACE_SECONDS = 5.0  # for running jobs when told to stop
STALLED_CHECK_SECONDS = 30


def relay(stop: threading.Event) -> None:
    """Deliver announcements as they come, until told to stop.

    It looks instead of listening: NOTIFY takes a lock over all committing transactions, which the sale should not pay.
    Between rounds it waits a little, so that a round has something to share its cost among.
    """
    from django.db import DatabaseError, InterfaceError, connection

    from zhanggui.kernel import db, outbox

    pause = PAUSE
    while not stop.is_set():
        began = time.monotonic()
        try:
            db.plan_each_time()
            taken = outbox.relay_once(FULL)
            # Rest four times as long as the round took: what may be late takes a fifth of a processor at most.
            rest = max(PAUSE, 4 * (time.monotonic() - began))
            pause = rest if taken else min(max(pause, PAUSE) * 1.5, IDLE_LONGEST)
        except (DatabaseError, InterfaceError):
            log.warning("relay_without_database", exc_info=True)
            connection.close()
            pause = IDLE_LONGEST * 2
        stop.wait(pause)
    connection.close()


async def take_over_stalled_jobs() -> None:
    """Jobs whose worker was killed go back to the queue."""
    from procrastinate.contrib.django import app

    while True:
        for job in await app.job_manager.get_stalled_jobs():
            log.warning("stalled_job", task=job.task_name, job_id=job.id)
            await app.job_manager.retry_job(job)
        await asyncio.sleep(STALLED_CHECK_SECONDS)


async def work() -> None:
    """Run jobs until SIGINT or SIGTERM."""
    from procrastinate.contrib.django import app

    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with app.open_async():
        running = [
            asyncio.create_task(told.wait()),
            asyncio.create_task(take_over_stalled_jobs()),
            asyncio.create_task(
                app.run_worker_async(
                    concurrency=CONCURRENT_JOBS,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=GRACE_SECONDS,
                    install_signal_handlers=False,
                )
            ),
        ]
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        end_soon()
        for task in running:
            task.cancel()
        await asyncio.wait(running)
        for task in done:
            task.result()


def end_soon() -> None:
    """Whatever still hangs (a database that does not answer) when the grace is over ends with the process."""
    last = threading.Timer(GRACE_SECONDS + 1, os._exit, args=(1,))
    last.daemon = True
    last.start()


def run() -> int:
    """Until told to stop: 0; when the database went away: 1."""
    from procrastinate.contrib.django import app

    if hasattr(os, "nice"):
        os.nice(NICE)
    stop = threading.Event()
    relaying = threading.Thread(target=relay, args=(stop,), name="relay")
    relaying.start()
    try:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            asyncio.run(work())
    except Exception:
        log.error("worker_failed", exc_info=True)
        return 1
    finally:
        stop.set()
        relaying.join(GRACE_SECONDS)
    return 0


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    watch_parent()
    django.setup()
    wait_for_start()
    return run()


if __name__ == "__main__":
    sys.exit(main())
