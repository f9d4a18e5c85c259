"""The OpenAPI document: every shape has a name of its own, so that none is described in place of another."""

from __future__ import annotations

from collections import Counter

from zhanggui.api import urls
from zhanggui.api.fields import Answer, Body


def _all(kind: type) -> list[type]:
    direct: list[type] = kind.__subclasses__()
    return [found for below in direct for found in (below, *_all(below))]


def test_no_two_shapes_share_a_name() -> None:
    assert urls.api is not None
    twice = {name: n for name, n in Counter(kind.__name__ for kind in [*_all(Body), *_all(Answer)]).items() if n > 1}
    assert twice == {}


def test_every_operation_has_an_id_of_its_own_and_a_summary() -> None:
    document = urls.api.get_openapi_schema(path_prefix="/api/")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] for operation in operations)
