"""Reading JSON bodies: strict UTF-8 JSON by content type, no NUL characters."""

from typing import Any

import orjson
from django.http import HttpRequest
from ninja.parser import Parser

from .errors import InvalidCharacters, InvalidJson, UnsupportedMediaType


class JsonParser(Parser):
    """orjson: invalid UTF-8, lone surrogates, NaN and over-deep nesting are refused by it."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises UnsupportedMediaType, InvalidJson, InvalidCharacters."""
        return parse_json(request)


def parse_json(request: HttpRequest) -> Any:
    """The request's body as JSON; for views outside ninja as well."""
    return decode(request.content_type or "", request.body)


def decode(content_type: str, body: bytes) -> Any:
    """A body as JSON. Raises UnsupportedMediaType, InvalidJson, InvalidCharacters."""
    if content_type != "application/json":
        raise UnsupportedMediaType(expected="application/json")
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidJson() from None
    # PostgreSQL keeps no NUL; an escaped one is the only way it can come through a JSON parser.
    if b"\\u0000" in body and _has_nul(data):
        raise InvalidCharacters()
    return data


def _has_nul(data: Any) -> bool:
    pending = [data]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "\0" in item:
                return True
        elif isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False
