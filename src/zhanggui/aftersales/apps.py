from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "zhanggui.aftersales"
    label = "aftersales"
    verbose_name = "After-sales"
    default_auto_field = "django.db.models.BigAutoField"
