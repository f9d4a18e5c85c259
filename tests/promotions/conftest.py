"""Nothing compiled for one test may serve the next: version rows roll back with the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from zhanggui.promotions import selectors


@pytest.fixture(autouse=True)
def _fresh_rules() -> Iterator[None]:
    selectors.forget()
    yield
    selectors.forget()
