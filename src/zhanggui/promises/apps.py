from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "zhanggui.promises"
    label = "promises"
    verbose_name = "Ship or tell"
    default_auto_field = "django.db.models.BigAutoField"
