from django.apps import AppConfig


class TrialsConfig(AppConfig):
    name = "zhanggui.trials"
    label = "trials"
    verbose_name = "Free trials"
    default_auto_field = "django.db.models.BigAutoField"
