"""Reading bodies that are no JSON: a photo as it is, and a form with photos."""

import json
from collections.abc import Sequence
from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from photos.spooling import spooled
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
    return fields, photos, data.getlist("photo_alts")


def read_json(data: dict[str, Any]) -> tuple[dict[str, Any], Sequence[Any], list[str]]:
    if data.get("photos"):
        message = _("In JSON gehen keine Fotos mit. Bitte als multipart/form-data senden oder ankündigen.")
        raise DomainErrors([DomainError(message, field="photos")])
    data.pop("photos", None)
    alts = data.pop("photo_alts", None) or []
    if not isinstance(alts, list):
        raise DomainErrors([DomainError(_("Bitte als Liste angeben."), field="photo_alts")])
    return data, (), [str(alt) for alt in alts]


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
