from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "zhanggui.storefront"
    label = "storefront"
