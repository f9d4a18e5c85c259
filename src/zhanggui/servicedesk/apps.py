from django.apps import AppConfig


class ServicedeskConfig(AppConfig):
    name = "zhanggui.servicedesk"
    label = "servicedesk"
    verbose_name = "Service desk"
    default_auto_field = "django.db.models.BigAutoField"
