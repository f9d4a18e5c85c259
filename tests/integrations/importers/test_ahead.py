"""Reading ahead gives the same, also when somebody fails or leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from zhanggui.integrations.ahead import PART, WAITING, ahead


def test_everything_comes_in_order() -> None:
    assert list(ahead(range(PART * WAITING * 3 + 7))) == list(range(PART * WAITING * 3 + 7))
    assert list(ahead([])) == []


def test_what_came_before_a_failure_comes_and_then_the_failure() -> None:
    def failing() -> Iterator[int]:
        yield from range(PART + 5)
        raise ValueError("torn")

    seen: list[int] = []
    with pytest.raises(ValueError, match="torn"):
        for item in ahead(failing()):
            seen.append(item)
    assert seen == list(range(PART + 5))


def test_leaving_early_ends_the_reader() -> None:
    def endless() -> Iterator[int]:
        number = 0
        while True:
            yield number
            number += 1

    before = threading.active_count()
    items = ahead(endless())
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    items.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
