from collections.abc import Iterator

import pytest

from tests.factories.shop import open_shop
from zhanggui.kernel import invariants


@pytest.fixture(autouse=True)
def _open(request: pytest.FixtureRequest) -> Iterator[None]:
    """A shop; and after every test the books of procurement and of stock are right."""
    marker = request.node.get_closest_marker("django_db")
    if not marker:
        yield
        return
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    open_shop()
    yield
    if "unguarded" in request.fixturenames:
        return
    ours = [each for each in invariants.registered() if each.name.startswith(("procurement.", "inventory."))]
    assert invariants.check(ours) == []
