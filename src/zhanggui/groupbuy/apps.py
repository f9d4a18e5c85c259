from django.apps import AppConfig


class GroupBuyConfig(AppConfig):
    name = "zhanggui.groupbuy"
    label = "groupbuy"
    verbose_name = "Group buying"
    default_auto_field = "django.db.models.BigAutoField"
