import pytest

from tests.factories.shop import open_shop
from zhanggui.presale import selectors


@pytest.fixture(autouse=True)
def _open(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    if marker:
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
        open_shop()
        selectors.forget()
