"""The shop's pages in this process."""

from __future__ import annotations

import pytest

from zhanggui.checkout import services
from zhanggui.checkout.types import PlaceCommand, Purchase


@pytest.fixture(autouse=True)
def _at_one_till(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Purchases in the test's own transaction: the till's thread would not see what the test has not committed."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or marker.kwargs.get("transaction"):
        return

    def buy(command: PlaceCommand) -> Purchase:
        answer = services.place_orders([command])[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(services, "buy", buy)
