from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeoConfig(AppConfig):
    name = "geo"
    verbose_name = _("Karte und Gebiete")

    def ready(self) -> None:
        from geo import checks  # noqa: F401  registers itself
