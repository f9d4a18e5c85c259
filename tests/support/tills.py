"""The group commits of this process keep threads with database connections of their own."""

from __future__ import annotations

from zhanggui.kernel import db


def close_tills() -> None:
    """Hang up every other connection to the test's database, so that it can be dropped; whoever needs one opens it anew."""
    db.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle'"
        " and pid <> pg_backend_pid()"
    )
