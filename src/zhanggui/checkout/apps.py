from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "zhanggui.checkout"
    label = "checkout"
    verbose_name = "Checkout"
