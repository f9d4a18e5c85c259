"""Addresses of this part of the shop."""

from django.urls import URLPattern, URLResolver, path

from . import delivery, policy, seo, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home_page, name="home"),
    path("c/<str:slug>", views.category, name="category"),
    path("brands/<str:slug>", views.brand, name="brand"),
    path("p/<str:slug>", views.product_page, name="product"),
    path("p/<str:slug>/reviews", views.product_reviews, name="product_reviews"),
    path("p/<str:slug>/delivery", delivery.of_product, name="product_delivery"),
    path("delivery", delivery.table, name="delivery"),
    path("after-sales", policy.table, name="after_sales"),
    path("search", views.search, name="search"),
    path("search/suggest", views.suggest, name="suggest"),
    path("flash", views.flash_hall, name="flash"),
    path("activity/<str:slug>", views.activity, name="activity"),
    path("articles", views.articles, name="articles"),
    path("articles/<str:slug>", views.article, name="article"),
    path("help", views.help_index, name="help"),
    path("help/<str:slug>", views.help_page, name="help_page"),
    path("preview", views.preview, name="preview"),
    path("seen", views.seen, name="seen"),
    path("offline", views.offline, name="offline"),
    path("sitemap.xml", seo.sitemap),
    path("sitemap-pages.xml", seo.sitemap_pages),
    path("sitemap-products-<int:start>.xml", seo.sitemap_products),
    path("robots.txt", seo.robots),
    path("manifest.webmanifest", seo.manifest),
    path("sw.js", views.worker),
    path("icon-<int:size>.png", views.icon),
]
