"""What every test gets: Hypothesis profiles and a database of its own per worker process (by pytest-django)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, settings

from tests.support import scheduling
from zhanggui.accounts.hashers import Argon2
from zhanggui.kernel import mall_settings

settings.register_profile(
    "default",
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Tests sign hundreds of people in; what makes guessing passwords dear would be a tenth of their time.
Argon2.time_cost, Argon2.memory_cost, Argon2.parallelism = 1, 8, 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    scheduling.longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> scheduling.ByFile:
    return scheduling.ByFile(config, log)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """A test's changes are rolled back; what the process kept in memory of them must go as well."""
    forget_everything()
    yield
    forget_everything()


def forget_everything() -> None:
    mall_settings.forget()
    if apps.is_installed("zhanggui.accounts"):
        from zhanggui.accounts import selectors

        selectors.forget_tokens()
    if apps.is_installed("zhanggui.content"):
        from zhanggui.content import selectors as content

        content.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The gates' threads live as long as the process and keep their connections; the database goes away without them."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
