from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "zhanggui.pledges"
    label = "pledges"
    verbose_name = "Pledges"
    default_auto_field = "django.db.models.BigAutoField"
