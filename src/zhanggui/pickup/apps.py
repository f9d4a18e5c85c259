from django.apps import AppConfig


class PickupConfig(AppConfig):
    name = "zhanggui.pickup"
    label = "pickup"
    verbose_name = "Pickup points"
    default_auto_field = "django.db.models.BigAutoField"
