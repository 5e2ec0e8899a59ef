"""What residents would read in German although they chose another language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import trans_real

from pwa.marked import Marked, read_by_residents
from pwa.translated import FALLBACK, TranslatedField


@dataclass(frozen=True)
class Gap:
    language: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.language}  {self.where}: {self.text}"


def other_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != FALLBACK]


def in_catalogues() -> list[Gap]:
    """Texts of templates and code that the compiled catalogues lack: missing, empty, fuzzy, a plural form short."""
    texts = read_by_residents()
    return [
        Gap(language, files[0], text.one)
        for language in other_languages()
        for text, files in texts.items()
        if not is_translated(text, language)
    ]


def is_translated(text: Marked, language: str) -> bool:
    catalogue = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
    if not text.many:
        return bool(catalogue.get(text.key))
    return all(catalogue.get((text.key, form)) for form in range(PLURAL_FORMS[language]))


# English "1 report, 2 reports"; Ukrainian "1 звернення, 2 звернення, 5 звернень"; Arabic also for none, two, few, many.
PLURAL_FORMS = {"en": 2, "uk": 3, "ar": 6, "de-simple": 2}


def in_database() -> list[Gap]:
    """Texts of this city that have no translation."""
    return [
        Gap(language, where, texts[FALLBACK])
        for where, texts in texts_of_the_city()
        for language in other_languages()
        if not texts.get(language)
    ]


def texts_of_the_city() -> Iterator[tuple[str, dict[str, str]]]:
    """("mangel.category STR1 names", {"de": "Schlagloch", …}): every such table in rows that have a TranslatedField."""
    for model in apps.get_models():
        fields = model._meta.get_fields()
        if any(isinstance(field, TranslatedField) for field in fields):
            columns = [field.name for field in fields if isinstance(field, models.JSONField)]
            for row in current(model).order_by("pk"):
                name = getattr(row, "code", None) or getattr(row, "key", None) or row.pk
                for column in columns:
                    for texts in tables_in(getattr(row, column)):
                        yield f"{model._meta.label_lower} {name} {column}", texts


def current(model: type[models.Model]) -> "models.QuerySet[Any]":
    """Rows in use: not switched off, not an older version of a zone."""
    names = {field.name for field in model._meta.get_fields()}
    rows = model._default_manager.all()
    if "active" in names:
        rows = rows.filter(active=True)
    return rows.filter(valid__upper_inf=True) if "valid" in names else rows


def tables_in(value: Any) -> Iterator[dict[str, str]]:
    """Every {"de": "…", …} below a JSON value."""
    if isinstance(value, dict) and isinstance(value.get(FALLBACK), str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from tables_in(item)
