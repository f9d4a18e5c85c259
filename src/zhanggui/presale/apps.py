from django.apps import AppConfig


class PresaleConfig(AppConfig):
    name = "zhanggui.presale"
    label = "presale"
    verbose_name = "Presales"
    default_auto_field = "django.db.models.BigAutoField"
