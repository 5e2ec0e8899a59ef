"""How the reporter of a report may be reached: asked after delivery, stored unconfirmed, one row a report."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Contact
from mangel.drafts import Reader
from mangel.models import Report
from pwa.errors import DomainError, DomainErrors

FIELDS = frozenset(["channel", "mail", "phone", "name", "postal_address", "language"])
CHANNELS = (Contact.Channel.MAIL, Contact.Channel.LETTER, Contact.Channel.CALL)
NEEDS = {Contact.Channel.MAIL: "mail", Contact.Channel.LETTER: "postal_address", Contact.Channel.CALL: "phone"}
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def read_contact(data: dict[str, Any]) -> dict[str, str]:
    """The clean fields of a contact. Raises DomainErrors naming each that needs mending."""
    reader = Reader(data)
    for name in data:
        if name not in FIELDS:
            reader.refuse(str(name)[:60], _("Dieses Feld gibt es nicht. Bitte weglassen."), "unknown_field")
    if not data.get("channel"):
        reader.refuse("channel", _("Bitte wählen: mail, letter oder call."), "required")
    values = {
        "channel": reader.choice("channel", CHANNELS, Contact.Channel.MAIL),
        "mail": reader.text("mail", 254),
        "phone": reader.text("phone", 40),
        "name": reader.text("name", 120),
        "postal_address": reader.text("postal_address", 400),
        "language": reader.choice("language", LANGUAGES, "de"),
    }
    if values["mail"]:
        try:
            validate_email(values["mail"])
        except ValidationError:
            reader.refuse("mail", _("Diese E-Mail-Adresse ist nicht vollständig. Beispiel: name@example.org"))
    needed = NEEDS[Contact.Channel(values["channel"])]
    if not values[needed] and not any(isinstance(e, DomainError) and e.field == needed for e in reader.errors):
        reader.refuse(needed, _("Bitte angeben, damit wir Sie so erreichen."), "required")
    if reader.errors:
        raise DomainErrors(reader.errors)
    return values


@transaction.atomic
def keep_contact(*, report: Report, values: dict[str, str]) -> tuple[Contact, bool]:
    """Store or replace the reporter's contact; (contact, whether it is new). A changed one is unconfirmed again."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.contact_id is None:
        contact = Contact.objects.create(purpose="report", **values)
        Report.objects.filter(pk=report.pk).update(contact=contact)
        return contact, True
    contact = Contact.objects.select_for_update().get(pk=report.contact_id)
    if any(getattr(contact, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(contact, name, value)
        contact.verified_at = None
        contact.save()
    return contact, False
