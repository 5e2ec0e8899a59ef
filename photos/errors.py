"""Why a photo could not be taken: sentences for residents, each with what to do next."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pwa.errors import DomainError


class PhotoRefused(DomainError):
    """The photo itself cannot be taken. `code` tells programs why."""

    code = "photo_refused"

    def __init__(self, message: Any, *, code: str, field: str = "photos") -> None:
        super().__init__(message, field=field, code=code)


class StorageFull(DomainError):
    """The disk for photos is full. Nothing was kept."""

    status = 507
    code = "storage_full"

    def __init__(self) -> None:
        super().__init__(
            _("Gerade können wir keine Fotos speichern. Bitte melden Sie ohne Foto oder versuchen Sie es später."),
            field="photos",
        )


class StorageUnavailable(DomainError):
    """The folder for photos cannot be written to. Nothing was kept."""

    status = 503
    code = "storage_unavailable"

    def __init__(self) -> None:
        super().__init__(
            _("Fotos können gerade nicht angenommen werden. Bitte versuchen Sie es in ein paar Minuten noch einmal."),
            field="photos",
        )


def too_large() -> PhotoRefused:
    """More than MAX_BYTES."""
    return PhotoRefused(
        _("Das Foto ist größer als 25 MB. Bitte wählen Sie ein kleineres."),
        code="photo_too_large",
    )


def empty() -> PhotoRefused:
    """A file of 0 bytes."""
    return PhotoRefused(
        _("Die Datei ist leer. Bitte wählen Sie das Foto noch einmal aus."),
        code="photo_empty",
    )


def not_a_photo() -> PhotoRefused:
    """None of the formats we read, whatever its name says."""
    return PhotoRefused(
        _("Diese Datei ist kein Foto, das wir lesen können. Bitte senden Sie JPEG, PNG, WebP oder HEIC."),
        code="photo_not_an_image",
    )


def damaged() -> PhotoRefused:
    """The right format, but broken or cut off."""
    return PhotoRefused(
        _("Das Foto ist beschädigt oder unvollständig. Bitte senden Sie es noch einmal oder wählen Sie ein anderes."),
        code="photo_damaged",
    )


def too_many_pixels() -> PhotoRefused:
    """More than MAX_PIXELS by the header."""
    return PhotoRefused(
        _("Das Foto hat mehr als 100 Megapixel. Bitte wählen Sie ein kleineres."),
        code="photo_too_many_pixels",
    )


def too_much_memory() -> PhotoRefused:
    """Few enough pixels, but packed in a way that decoding would take more memory than we give."""
    return PhotoRefused(
        _("Dieses Foto ist in dieser Form zu groß. Bitte senden Sie es kleiner oder als gewöhnliches JPEG."),
        code="photo_too_much_memory",
    )


def too_many() -> PhotoRefused:
    """More than MAX_PHOTOS at once."""
    return PhotoRefused(
        _("Mehr als 5 Fotos sind nicht möglich. Bitte wählen Sie die aussagekräftigsten aus."),
        code="too_many_photos",
    )
