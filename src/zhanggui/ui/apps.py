from django.apps import AppConfig


class UIConfig(AppConfig):
    name = "zhanggui.ui"
    label = "ui"
