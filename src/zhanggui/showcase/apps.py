from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    name = "zhanggui.showcase"
    label = "showcase"
