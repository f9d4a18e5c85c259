"""Every address of the shop, one list per part."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zhanggui.storefront.browse.urls")),
    path("", include("zhanggui.storefront.buying.urls")),
    path("", include("zhanggui.storefront.account.urls")),
    path("", include("zhanggui.storefront.supply.urls")),
]
