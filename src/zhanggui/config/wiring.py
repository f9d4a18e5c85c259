"""The composition root: reactions, ports and providers are bound here and nowhere else."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "zhanggui.config"
    label = "config"

    def ready(self) -> None:
        """Bind everything once the modules are loaded."""
