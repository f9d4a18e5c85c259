"""A caller of the API as a program is one: JSON in, JSON out, a bearer token or none."""

from __future__ import annotations

from typing import Any

import orjson
from django.test import Client


class Caller:
    """Speaks to the application in this process, through all of its middleware."""

    def __init__(self, token: str = "", language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"accept-language": language}
        if token:
            self.headers["authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response; `path` below `/api/`. A body that is not bytes is sent as JSON; `_` in header names is `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = more.pop("content-type", "application/json")
        options: dict[str, Any] = {"headers": self.headers | more}
        if body is not None:
            data = body if isinstance(body, bytes) else orjson.dumps(body)
            options |= {"data": data, "content_type": content_type}
        return self.client.generic(method.upper(), f"/api/{path}", **options)

    def get(self, path: str, **headers: str) -> Any:
        return self("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("post", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("put", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("patch", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("delete", path, **headers)


def ok(response: Any, status: int = 200) -> Any:
    """The JSON of an answer that must have this status (None where it has no body)."""
    assert response.status_code == status, (response.status_code, response.content[:2000].decode())
    return response.json() if response.content else None


def refused(response: Any, status: int, code: str) -> Any:
    """The problem of a refusal: its media type, status and code are asserted."""
    assert response.status_code == status, (response.status_code, response.content[:2000].decode())
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == code, problem
    assert problem["status"] == status
    return problem
