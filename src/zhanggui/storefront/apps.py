from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "zhanggui.storefront"
    label = "storefront"

    def ready(self) -> None:
        from zhanggui.kernel import picture_sizes
        from zhanggui.ui import environment

        from . import frame
        from .browse import addresses, cards, schema, seo

        environment.share("shop_frame", frame.current)
        environment.share("absolute", schema.absolute)
        environment.share("in_language", seo.in_language)
        environment.share("drawn", cards.drawn)
        environment.share("major", addresses.major)
        environment.share("srcset", picture_sizes.srcset)
        environment.share("sized", picture_sizes.sized)
