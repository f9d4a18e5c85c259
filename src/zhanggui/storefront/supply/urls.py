"""Addresses of suppliers' pages; the last part is the secret of the link."""

from django.urls import URLPattern, URLResolver, path

from . import desk, orders, tenders

urlpatterns: list[URLPattern | URLResolver] = [
    path("supply/desk/<int:supplier_id>/<str:secret>", desk.desk),
    path("supply/desk/<int:supplier_id>/<str:secret>/stock", desk.stock),
    path("supply/desk/<int:supplier_id>/<str:secret>/orders/<str:number>", desk.order),
    path("supply/orders/<str:number>/<str:secret>", orders.order),
    path("supply/orders/<str:number>/<str:secret>/pdf", orders.paper),
    path("supply/tenders/<int:invitation_id>/<str:secret>", tenders.tender),
]
