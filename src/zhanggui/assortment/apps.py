from django.apps import AppConfig


class AssortmentConfig(AppConfig):
    name = "zhanggui.assortment"
    label = "assortment"
    verbose_name = "Assortment"
    default_auto_field = "django.db.models.BigAutoField"
