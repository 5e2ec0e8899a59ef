"""Texts that a city writes in several languages: {"de": "Schlagloch", "en": "Pothole"}.

German is required, for it is the language of the administration; other languages fall back to it, marked as such.
Leichte Sprache ("de-simple") falls back to it as well, but is German itself: there is nothing to mark.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FALLBACK = "de"


class Text(str):
    """A text that knows its language (BCP 47), so that a page can mark a fallback with `lang`."""

    lang: str

    def __new__(cls, value: str, lang: str) -> "Text":
        text = super().__new__(cls, value)
        text.lang = lang
        return text


def pick(value: dict[str, str] | None, language: str | None = None) -> Text:
    """The text in `language` (default: the reader's), else in German, else empty."""
    language = (language or get_language() or FALLBACK).lower()
    for candidate in (language, main_part(language), FALLBACK):
        if value and value.get(candidate):
            return Text(value[candidate], candidate)
    return Text("", FALLBACK)


def foreign(text: Text) -> str:
    """The language to mark a fallback with (`lang="de"`); empty where the text is in the reader's language."""
    return "" if main_part(text.lang) == main_part(get_language() or FALLBACK) else text.lang


def main_part(language: str) -> str:
    """ "de" of "de-simple"."""
    return language.split("-")[0]


def check_translated(value: Any) -> None:
    """Refuse what is not a table of language → text with German in it."""
    if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        raise ValidationError(_("Bitte als Sprache → Text angeben, zum Beispiel de und en."), code="not_translated")
    if value and not value.get(FALLBACK, "").strip():
        raise ValidationError(_("Der deutsche Text (de) fehlt."), code="german_missing")


class TranslatedField(models.JSONField):
    """A JSON column {language: text}."""

    default_validators = [check_translated]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("blank"):
            kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """One input per language, everywhere a model form shows it."""
        from pwa.translated_forms import TranslatedFormField

        field = models.Field.formfield(self, **{"form_class": TranslatedFormField, **kwargs})  # type: ignore[arg-type]
        if field is not None:
            field.show_hidden_initial = False  # the default is a callable, and that would ask for it
        return field
