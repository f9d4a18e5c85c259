from django.apps import AppConfig


class DrawsConfig(AppConfig):
    name = "zhanggui.draws"
    label = "draws"
    verbose_name = "Lucky draws"
    default_auto_field = "django.db.models.BigAutoField"
