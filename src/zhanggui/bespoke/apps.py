from django.apps import AppConfig


class BespokeConfig(AppConfig):
    name = "zhanggui.bespoke"
    label = "bespoke"
    verbose_name = "Made for the buyer"
    default_auto_field = "django.db.models.BigAutoField"
