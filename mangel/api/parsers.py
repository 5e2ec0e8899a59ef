"""Reading bodies that are no JSON: a photo as it is, and a form with photos."""

import json
from collections.abc import Sequence
from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from photos.spooling import spooled
from photos.uploads import ALT_LENGTH, MAX_PHOTOS
from pwa.errors import DomainError, DomainErrors

# Fields of a form that may come several times.
LISTS = {"photos", "photo_alts", "photos_expected"}


class ImageParser(BaseParser):
    """The body is a photo. What it really is, `photos` finds out from its bytes."""

    media_type = "image/*"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Raises PhotoRefused (413) as soon as there is one byte too many, StorageFull, StorageUnavailable."""
        return {"file": spooled(stream)}


class BytesParser(ImageParser):
    media_type = "application/octet-stream"


def read_body(request: Request) -> tuple[dict[str, Any], Sequence[Any], list[str]]:
    """(fields, photos, their descriptions) of a new report, from JSON or a form. Raises DomainErrors."""
    data = request.data
    if not isinstance(data, QueryDict):
        return read_json(dict(data))
    photos = request.FILES.getlist("photos")
    errors = [
        DomainError(_("Fotos bitte als Datei im Feld „photos“ senden."), field=name[:60])
        for name in [*request.FILES, *(["photos"] if any(map(is_text, data.getlist("photos"))) else [])]
        if name != "photos" or "photos" not in request.FILES
    ]
    fields: dict[str, Any] = {name: data.get(name) for name in data if name not in LISTS and name not in request.FILES}
    errors += [
        DomainError(_("Bitte nur einmal angeben."), field=name[:60]) for name in fields if len(data.getlist(name)) > 1
    ]
    if expected := data.getlist("photos_expected"):
        fields["photos_expected"] = expected if len(expected) > 1 else read_list(expected[0])
    if errors:
        raise DomainErrors(errors)
    return fields, photos, read_alts(data.getlist("photo_alts"))


def read_json(data: dict[str, Any]) -> tuple[dict[str, Any], Sequence[Any], list[str]]:
    if data.get("photos"):
        message = _("In JSON gehen keine Fotos mit. Bitte als multipart/form-data senden oder ankündigen.")
        raise DomainErrors([DomainError(message, field="photos")])
    data.pop("photos", None)
    return data, (), read_alts(data.pop("photo_alts", None))


def read_alts(alts: Any) -> list[str]:
    """Descriptions of photos, in their order. Raises DomainErrors."""
    alts = [] if alts is None else alts
    if (
        not isinstance(alts, list)
        or len(alts) > MAX_PHOTOS
        or not all(is_text(a) and len(a) <= ALT_LENGTH for a in alts)
    ):
        message = _("Bitte höchstens %(n)s Beschreibungen von höchstens %(length)s Zeichen.")
        raise DomainErrors([DomainError(message % {"n": MAX_PHOTOS, "length": ALT_LENGTH}, field="photo_alts")])
    return alts


def as_fields(data: Any) -> dict[str, Any]:
    """The fields of a small body, JSON or form."""
    return {name: data.get(name) for name in data}


def read_list(text: str) -> Any:
    """A list written as JSON, or the one value that it is. What is wrong with it, `drafts` says."""
    if not text.startswith("["):
        return [text] if text else []
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def is_text(value: Any) -> bool:
    return isinstance(value, str)
