from django.apps import AppConfig


class RedressConfig(AppConfig):
    name = "zhanggui.redress"
    label = "redress"
    verbose_name = "Redress"
    default_auto_field = "django.db.models.BigAutoField"
