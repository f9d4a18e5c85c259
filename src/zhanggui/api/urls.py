"""The addresses of the API. Hot ones stand first and outside ninja; the document describes them all the same."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from ninja.operation import Operation

from . import carriers, openapi, payments
from .frame import answer, problem
from .openapi import MallAPI
from .ops import router as ops
from .parsing import JsonParser
from .store import router as store
from .store.listing import product_list
from .store.product import product_detail
from .validation import unknown_parameters

api = MallAPI(
    title="掌柜 Zhanggui API",
    version="1",
    description="商城接口：商店 (store)、运营 (ops)、支付通知。金额为整数分；错误为 RFC 9457 problem+json。"
    "渠道程序（小程序、App 等）每次调用商店接口都带上请求头 X-Client-Key，价格、活动和订单即按其渠道。",
    parser=JsonParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
for kind in (Exception, *api._exception_handlers):
    api.add_exception_handler(kind, answer)  # type: ignore[arg-type]
api.add_router("/store/v1", store)
api.add_router("/payments", payments.router, tags=["payments"])
api.add_router("/carriers", carriers.router, tags=["carriers"])
api.add_router("/ops/v1", ops)


def _strict(operation: Operation) -> None:
    """Refuse query parameters the operation does not have."""
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }
    run = operation.run

    def guarded(request: HttpRequest, **path: Any) -> HttpResponseBase:
        unknown = [name for name in request.GET if name not in known] if request.META.get("QUERY_STRING") else ()
        return problem(request, unknown_parameters(unknown)) if unknown else run(request, **path)

    operation.run = guarded  # type: ignore[method-assign]


for bound in api._get_bound_routers():
    for view in bound.path_operations.values():
        for operation in view.operations:
            _strict(operation)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/store/v1/products", product_list),
    path("api/store/v1/products/<str:slug>", product_detail),
    path("api/openapi.json", openapi.document),
    path("api/docs", openapi.docs),
    path("api/docs/<str:name>", openapi.asset),
    path("api/", api.urls),
]
