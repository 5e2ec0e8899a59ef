"""/fotos/<token>/<size>.<ext>: included by config at the root."""

from django.urls import path, register_converter

from photos import views
from photos.sizes import SIDES_PX


class TokenConverter:
    """128 bits in URL-safe base64."""

    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SideConverter:
    """The sizes there are, in pixels."""

    regex = "|".join(str(side) for side in SIDES_PX)

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class ExtensionConverter(TokenConverter):
    """The formats there are."""

    regex = "|".join(views.CONTENT_TYPES)


register_converter(TokenConverter, "photo_token")
register_converter(SideConverter, "photo_side")
register_converter(ExtensionConverter, "photo_extension")

urlpatterns = [
    path(
        "fotos/<photo_token:token>/<photo_side:side>.<photo_extension:extension>",
        views.rendition,
        name="photo-rendition",
    ),
]
