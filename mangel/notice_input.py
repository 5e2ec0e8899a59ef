"""What somebody objects to, read from form or API: the same rules and words for both."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from mangel import noticing
from mangel.drafts import Reader
from pwa.errors import DomainErrors
from threads.models import Notice

FIELDS = ("piece", "which", "reason", "words", "mail")
PIECES = (noticing.TEXT, noticing.PHOTO, noticing.NOTE)


def read_notice(data: Mapping[str, Any]) -> dict[str, str]:
    """The clean fields of a notice, from API or form. Raises DomainErrors naming each that needs mending."""
    reader = Reader(data)
    for name in data:
        if name not in FIELDS:
            reader.refuse(str(name)[:60], _("Dieses Feld gibt es nicht. Bitte weglassen."), "unknown_field")
    kind = reader.choice("piece", PIECES, "")
    reason = reader.choice("reason", Notice.Reason.values, "")
    if not kind and not reader.errors:
        reader.refuse("piece", _("Bitte wählen, worum es geht."), "required")
    if not reason and not any(error.field == "reason" for error in reader.errors):
        reader.refuse("reason", _("Bitte wählen Sie einen Grund."), "required")
    found = {
        "kind": kind,
        "reason": reason,
        "which": reader.text("which", 300),
        "words": reader.text("words", noticing.WORDS_MAX),
        "mail": reader.text("mail", 254),
    }
    if found["mail"]:
        try:
            validate_email(found["mail"])
        except ValidationError:
            reader.refuse("mail", _("Diese E-Mail-Adresse ist nicht vollständig. Beispiel: name@example.org"))
    if reader.errors:
        raise DomainErrors(reader.errors)
    return found
