from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "zhanggui.pricing"
    label = "pricing"
    verbose_name = "Pricing"
    default_auto_field = "django.db.models.BigAutoField"
