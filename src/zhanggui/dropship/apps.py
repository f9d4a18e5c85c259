from django.apps import AppConfig


class DropshipConfig(AppConfig):
    name = "zhanggui.dropship"
    label = "dropship"
    verbose_name = "Dropship"
    default_auto_field = "django.db.models.BigAutoField"
