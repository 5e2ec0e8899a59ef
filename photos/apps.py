from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PhotosConfig(AppConfig):
    name = "photos"
    verbose_name = _("Fotos")

    def ready(self) -> None:
        from photos import checks, formats  # noqa: F401 - checks register themselves

        formats.register()
