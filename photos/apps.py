from django.apps import AppConfig


class PhotosConfig(AppConfig):
    name = "photos"
    verbose_name = "Fotos"

    def ready(self) -> None:
        from photos import formats

        formats.register()
