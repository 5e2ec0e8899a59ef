"""How the API reads bodies and answers: JSON only, strict, whatever `Accept` says."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.metadata import BaseMetadata
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser, MultiPartParser

from pwa.errors import DomainError, DomainErrors
from pwa.legible import illegible

# A report's text has 4,000 characters at most; photos come as files.
MAX_JSON_BYTES = 512 * 1024


class TooLarge(APIException):
    status_code = 413
    default_detail = _("Das ist zu viel auf einmal. Bitte kürzen; Fotos als Datei senden.")


class StrictJSONParser(JSONParser):
    """One JSON object in UTF-8, of bounded size and depth, without NaN, NUL or half characters."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        raw = stream.read(MAX_JSON_BYTES + 1)
        if len(raw) > MAX_JSON_BYTES:
            raise TooLarge
        try:
            data = json.loads(raw.decode("utf-8-sig"), parse_constant=refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Der Inhalt ist kein gültiges JSON in UTF-8. Bitte die Anfrage prüfen.")) from error
        if not isinstance(data, dict):
            raise ParseError(_("Bitte ein JSON-Objekt senden, also {…}."))
        unreadable = [
            DomainError(_("Enthält ein unzulässiges Zeichen oder ist zu tief verschachtelt."), field=path)
            for path in illegible(data)
        ]
        if unreadable:
            raise DomainErrors(unreadable)
        return data


def refuse_constant(name: str) -> None:
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


class FormParts(MultiPartParser):
    """A form with files; what is wrong with it is said in the reader's language."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            message = _("Das Formular ist nicht lesbar. Bitte als multipart/form-data mit „boundary“ senden.")
            raise ParseError(message) from error


class OneMediaType(BaseContentNegotiation):
    """There is one form of every answer; nobody is refused for asking for another."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        from rest_framework.negotiation import DefaultContentNegotiation

        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class AllowedMethods(BaseMetadata):
    """The answer to OPTIONS."""

    def determine_metadata(self, request: Any, view: Any) -> dict[str, Any]:
        return {"allow": view.allowed_methods, "schema": "/api/schema/"}
