from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "zhanggui.backoffice"
    label = "backoffice"
