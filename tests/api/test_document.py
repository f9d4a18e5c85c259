"""The OpenAPI document: every shape has a name of its own, so that none is described in place of another."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

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


def test_the_key_of_a_program_is_described_where_it_is_looked_at() -> None:
    document = urls.api.get_openapi_schema(path_prefix="/api/")
    scheme = document["components"]["securitySchemes"]["ClientKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Client-Key")
    asks = {
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if any("ClientKey" in way for way in operation.get("security", []))
    }
    assert {
        ("get", "/api/store/v1/products"),
        ("post", "/api/store/v1/carts"),
        ("post", "/api/store/v1/orders"),
    } <= asks
    assert not any(path.startswith(("/api/ops", "/api/payments")) for _, path in asks)
    buying = document["paths"]["/api/store/v1/orders"]["post"]["security"]
    assert {} in buying
    assert {"ClientKey": []} in buying
    assert {"Bearer": [], "ClientKey": []} in buying


@pytest.mark.django_db
def test_what_is_described_to_take_a_key_refuses_one_that_is_not_good() -> None:
    client = Client(headers={"X-Client-Key": "nobody"})
    for path in ("/api/store/v1/products", "/api/store/v1/products/x"):
        assert client.get(path).json()["code"] == "client_unknown"
    assert client.post("/api/store/v1/carts", {}, content_type="application/json").json()["code"] == "client_unknown"
