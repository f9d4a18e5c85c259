"""What a first start says while the demo is made: one line after another, none of it silent for long."""

from __future__ import annotations

import pytest

from zhanggui.demo import __main__ as program
from zhanggui.demo.world import Tally


class Screen:
    """A stderr that is, or is no terminal."""

    def __init__(self, terminal: bool) -> None:
        self.said, self._terminal = "", terminal

    def write(self, text: str) -> int:
        self.said += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return self._terminal


def tell_all() -> None:
    with program._shown() as (faces, rest, lived, stage):
        for done in (0, 269):
            faces(done, 269)
        stage("putting the goods on sale")
        lived(1, 3, Tally())
        rest(460, 460)
        lived(3, 3, Tally())
        stage("adding up visits and sales")


def test_lines_come_in_the_order_of_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(terminal=False)
    monkeypatch.setattr("sys.stderr", screen)
    tell_all()
    assert screen.said.splitlines() == [
        "demo: drawing picture 0 of 269",
        "demo: drawing picture 269 of 269",
        "demo: putting the goods on sale ...",
        "demo: living day 1 of 3: 0 orders so far",
        "demo: drawing the last pictures: 460 of 460",
        "demo: living day 3 of 3: 0 orders so far",
        "demo: adding up visits and sales ...",
    ]


def test_a_terminal_shows_what_is_done_after_the_last_day_too(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(terminal=True)
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    tell_all()
    assert "adding up visits and sales" in screen.said
    assert "None" not in screen.said
