"""The addresses of the API. Hot ones stand first and outside ninja; the document describes them all the same."""

from django.urls import URLPattern, URLResolver, path

from . import openapi, payments
from .frame import answer
from .openapi import MallAPI
from .ops import router as ops
from .parsing import JsonParser
from .store import router as store
from .store.listing import product_list
from .store.product import product_detail

api = MallAPI(
    title="掌柜 Zhanggui API",
    version="1",
    description="商城接口:商店 (store)、运营 (ops)、支付通知。金额为整数分;错误为 RFC 9457 problem+json。",
    parser=JsonParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
for kind in (Exception, *api._exception_handlers):
    api.add_exception_handler(kind, answer)  # type: ignore[arg-type]
api.add_router("/store/v1", store)
api.add_router("/payments", payments.router, tags=["payments"])
api.add_router("/ops/v1", ops)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/store/v1/products", product_list),
    path("api/store/v1/products/<str:slug>", product_detail),
    path("api/openapi.json", openapi.document),
    path("api/docs", openapi.docs),
    path("api/docs/<str:name>", openapi.asset),
    path("api/", api.urls),
]
