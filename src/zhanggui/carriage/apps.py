from django.apps import AppConfig


class CarriageConfig(AppConfig):
    name = "zhanggui.carriage"
    label = "carriage"
    verbose_name = "Carriage"
    default_auto_field = "django.db.models.BigAutoField"
