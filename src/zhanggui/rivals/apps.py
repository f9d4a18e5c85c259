from django.apps import AppConfig


class RivalsConfig(AppConfig):
    name = "zhanggui.rivals"
    label = "rivals"
    verbose_name = "Rivals"
    default_auto_field = "django.db.models.BigAutoField"
