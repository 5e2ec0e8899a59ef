"""`/entwurf/`: every part of our pages in every state it can be in, for those who work on the look. Only with DEBUG.

`?farben=dunkel` (or `hell`) instead of the device's, `?sprache=ar` for right to left.
"""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from mangel.catalogue import Catalogue
from mangel.questions import Asked, Option
from mangel.states import State
from mangel.views.qr import qr_code
from mangel.views.showing import Card, Event, Picture
from photos.querysets import PublicPhoto
from photos.states import Role
from pwa.translated import Text

PICTURE = "/static/pwa/icons/app-512.png"
# States of sending, as the outbox of the phone shows them: CSS class and word.
WAYS = [("waiting", "wartet"), ("sending", "wird gesendet"), ("photos", "Foto folgt"), ("refused", "abgelehnt")]


class SampleForm(forms.Form):
    """One field of each kind."""

    text = forms.CharField(label="Ein Textfeld", help_text="Was hilft, steht zwischen Name und Feld.")
    long = forms.CharField(label="Ein langer Text", widget=forms.Textarea, required=False)
    choice = forms.ChoiceField(label="Eine Auswahl", choices=[("", "Bitte wählen"), ("a", "Eins"), ("b", "Zwei")])
    file = forms.FileField(label="Eine Datei", required=False)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    language = request.GET.get("sprache", "")
    if language not in dict(settings.LANGUAGES):
        language = translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        return render(request, "mangel/design.html", samples() | {"colours": request.GET.get("farben", "")})


def samples() -> dict[str, Any]:
    wrong = SampleForm({"text": "", "long": "", "choice": ""})
    wrong.is_valid()
    return {
        "states": list(State.values),
        "ways": WAYS,
        "form": SampleForm(),
        "wrong": wrong,
        "problems": [("id_text", "Bitte füllen Sie das Textfeld aus."), ("", "Das Foto ist größer als 25 MB.")],
        "questions": questions(),
        "categories": tiles(),
        "cards": cards(),
        "pictures": pictures(),
        "events": events(),
        "reason": "Im Park an der Ilm ist die Klassik Stiftung zuständig.",
        "qr": qr_code("https://example.org/", title="QR-Code"),
        "empty_map": {"style": "none", "bounds": [11.2, 50.93, 11.42, 51.03]},
    }


def text(words: str) -> Text:
    return Text(words, "de")


def questions() -> list[Asked]:
    deep, many, missing = ([Option("a", "Ja", f"{at}-a", False), Option("b", "Nein", f"{at}-b", True)] for at in "123")
    return [
        Asked("tiefe", "single", text("Ist es tiefer als eine Hand?"), options=deep, required=True),
        Asked("wo", "multi", text("Was ist betroffen?"), options=many, help=text("Mehreres geht.")),
        Asked("fehlt", "single", text("Ohne Antwort"), options=missing, required=True, error="Bitte antworten Sie."),
        Asked("nummer", "text", text("Nummer am Mast"), help=text("Steht auf dem Schild."), value="L 1234"),
        Asked("tag", "date", text("Seit wann?"), error="Dieser Tag liegt in der Zukunft."),
        Asked("hinweis", "notice", text("Für Fundsachen gibt es das Fundbüro.")),
    ]


def tiles() -> list[dict[str, str]]:
    leaves = [leaf for group in Catalogue.current().groups() for leaf in Catalogue.current().children(group)][:6]
    return [{"code": leaf.code, "name": leaf.name, "icon": leaf.icon, "words": "", "lang": ""} for leaf in leaves]


def cards() -> list[Card]:
    now = timezone.now()
    category = next(iter(Catalogue.current().categories.values()))
    return [
        Card(
            report=SimpleNamespace(  # type: ignore[arg-type]  # as much of a report as a card shows
                public_id="417203858", state=state, category=category, place="Marktstraße 3", get_absolute_url="#karten"
            ),
            since=now - dt.timedelta(days=3 * number),
            photo=photo() if number % 2 else None,
            icon=category.icon or "asterisk",
            distance_m=40 * number or None,
        )
        for number, state in enumerate(State.values)
    ]


def photo() -> PublicPhoto:
    return PublicPhoto(small=PICTURE, large=PICTURE, role=Role.BEFORE, alt="Ein Beispielbild")


def pictures() -> list[Picture]:
    """Shown, only for its reporter, being prepared."""
    return [
        Picture(photo(), Role.BEFORE),
        Picture(photo(), Role.AFTER, waiting=True),
        Picture(None, Role.BEFORE, waiting=True),
    ]


def events() -> list[Event]:
    now = timezone.now()
    return [
        Event(at=now, title="Erledigt", text="Die Platte liegt wieder fest.", by="Tiefbau und Straßen"),
        Event(at=now - dt.timedelta(days=2), title="In Arbeit"),
        Event(at=now - dt.timedelta(days=4), title="Eingegangen"),
    ]
