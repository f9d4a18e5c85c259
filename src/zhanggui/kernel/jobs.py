"""Timers and background work on procrastinate; a module's `jobs.py` registers three-line entries that call services."""

from procrastinate.contrib.django import app
from procrastinate.tasks import Task

__all__ = ["Task", "app", "periodic"]


def periodic(cron: str, *, name: str):  # type: ignore[no-untyped-def]
    """Decorator: run `function(timestamp)` on a cron schedule, one run at a time across all workers."""

    def register(function):  # type: ignore[no-untyped-def]
        task = app.task(name=name, queueing_lock=name, lock=name, pass_context=False)(function)
        return app.periodic(cron=cron, periodic_id=name)(task)

    return register
