"""One OpenAPI document for everything under /api, completed with what every operation can answer; its page, no CDN."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import ninja
import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from zhanggui.kernel.problems import NotFound

from .auth import CLIENT_KEY
from .fields import Problem
from .frame import PROBLEM

_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>掌柜 API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/api/docs/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({url: "/api/openapi.json", dom_id: "#swagger-ui", deepLinking: true})</script></body></html>
"""


class MallAPI(NinjaAPI):
    """NinjaAPI whose document says what is true of every operation: the problems, and who may call without a token."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        components = schema["components"]
        schemas = components.setdefault("schemas", {})
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(own.pop("$defs"))
        schemas["Problem"] = own
        components["securitySchemes"] = {
            "Bearer": {"type": "http", "scheme": "bearer"},
            "ClientKey": {
                "type": "apiKey",
                "in": "header",
                "name": CLIENT_KEY,
                "description": "渠道程序的钥匙（渠道客户端页面或 POST /api/ops/v1/clients 发放）：价格、活动和订单按其渠道；"
                "不带即为商城自有渠道，无效的钥匙返回 client_unknown。/ The key of a program that sells for the mall: prices, offers"
                " and orders are those of its channel. Without one a call is the shop's own; one that is not good is refused.",
            },
        }
        components["responses"] = {
            "Problem": {
                "description": "RFC 9457 problem details",
                "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        }
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _complete(operation)
                if by_channel(method, path):
                    operation["security"] = _with_key(operation.get("security", [{}]))
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        """`store_products_list`: the module under api, then the function."""
        view = operation.view_func
        return "_".join([*view.__module__.split(".")[2:], view.__name__])


#: What depends on the channel a call comes through: what goods cost, and what is bought.
_BY_CHANNEL = ("/api/store/v1/products", "/api/store/v1/carts")


def by_channel(method: str, path: str) -> bool:
    """Whether the operation looks at the caller's `X-Client-Key`."""
    return path.startswith(_BY_CHANNEL) or (method, path) == ("post", "/api/store/v1/orders")


def _with_key(ways: list[dict[str, list[str]]]) -> list[dict[str, list[str]]]:
    """Each way to call an operation, without and with the key of a program."""
    keys: tuple[dict[str, list[str]], ...] = ({}, {"ClientKey": []})
    return [way | key for key in keys for way in ways]


def _complete(operation: dict[str, Any]) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        # A body that may be left out is not one that may be null.
        options = content["schema"].get("anyOf", ())
        if {"type": "null"} in options:
            content["schema"] = next(option for option in options if option != {"type": "null"})
    operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    kinds = {name for need in operation.get("security", []) for name in need}
    if kinds:
        operation["security"] = [{"Bearer": []}, {}] if "Visitor" in kinds else [{"Bearer": []}]


@lru_cache(maxsize=1)
def _document() -> bytes:
    from .urls import api

    return orjson.dumps(dict(api.get_openapi_schema(path_prefix="/api/")), option=orjson.OPT_NON_STR_KEYS)


def document(request: HttpRequest) -> HttpResponse:
    """`/api/openapi.json`."""
    return HttpResponse(_document(), content_type="application/json")


def docs(request: HttpRequest) -> HttpResponse:
    """`/api/docs`."""
    return HttpResponse(_PAGE)


def asset(request: HttpRequest, name: str) -> HttpResponse:
    """The page's script and style, from the installed package."""
    if name not in _ASSETS:
        raise NotFound()
    file = Path(ninja.__file__).parent / "static" / "ninja" / name
    response = HttpResponse(file.read_bytes(), content_type=_ASSETS[name])
    patch_cache_control(response, public=True, max_age=86_400)
    return response
