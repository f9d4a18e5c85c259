from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    name = "zhanggui.clearance"
    label = "clearance"
    verbose_name = "Clearance"
    default_auto_field = "django.db.models.BigAutoField"
