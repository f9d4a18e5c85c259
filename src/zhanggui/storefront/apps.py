from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "zhanggui.storefront"
    label = "storefront"

    def ready(self) -> None:
        from zhanggui.ui import environment

        from . import frame

        environment.share("shop_frame", frame.current)
