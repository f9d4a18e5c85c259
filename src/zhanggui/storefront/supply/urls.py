"""Addresses of suppliers' pages; the last part is the secret of the link."""

from django.urls import URLPattern, URLResolver, path

from . import orders, tenders

urlpatterns: list[URLPattern | URLResolver] = [
    path("supply/orders/<str:number>/<str:secret>", orders.order),
    path("supply/orders/<str:number>/<str:secret>/pdf", orders.paper),
    path("supply/tenders/<int:invitation_id>/<str:secret>", tenders.tender),
]
