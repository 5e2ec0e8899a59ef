"""One input per language for texts that a city writes in several (`pwa.translated.TranslatedField`)."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pwa.translated import FALLBACK

SEPARATOR = "__"
Texts = dict[str, Any]


class TranslatedWidget(forms.Widget):
    """An input per language of the settings; languages beyond those travel along hidden and are not lost.

    `rows`: a text area of that height instead of a line.
    """

    template_name = "pwa/widgets/translated.html"
    use_fieldset = True

    class Media:
        css = {"all": ["pwa/translated.css"]}

    def __init__(self, attrs: dict[str, Any] | None = None, *, rows: int = 0) -> None:
        super().__init__(attrs)
        self.rows = rows

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        texts: Texts = value if isinstance(value, dict) else {}
        base = context["widget"]["attrs"].get("id") or f"id_{name}"
        context["inputs"] = [
            self.input_of(name, base, code, label, texts.get(code, "")) for code, label in settings.LANGUAGES
        ]
        others = set(texts) - {code for code, _label in settings.LANGUAGES}
        context["others"] = [(f"{name}{SEPARATOR}{code}", texts[code]) for code in sorted(others)]
        context["rows"] = self.rows
        return context

    @staticmethod
    def input_of(name: str, base: str, code: str, label: Any, text: Any) -> dict[str, Any]:
        return {
            "name": f"{name}{SEPARATOR}{code}",
            "id": f"{base}{SEPARATOR}{code}",
            "code": code,
            "label": label,
            "value": text,
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Texts:
        prefix = name + SEPARATOR
        return {key[len(prefix) :]: data[key] for key in data if key.startswith(prefix)}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(name + SEPARATOR) for key in data)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}{SEPARATOR}{FALLBACK}" if id_ else ""


class TranslatedFormField(forms.Field):
    """{"de": "…", "en": "…"}; German is needed as soon as anything is written."""

    widget = TranslatedWidget
    default_error_messages = {
        "required": _("Bitte den deutschen Text eingeben."),
        "german_missing": _("Bitte auch den deutschen Text eingeben; er gilt, wo eine Übersetzung fehlt."),
    }

    def to_python(self, value: Any) -> Texts:
        given = value if isinstance(value, dict) else {}
        texts = {code: text.replace("\r\n", "\n").strip() for code, text in given.items() if isinstance(text, str)}
        return {code: text for code, text in texts.items() if text}

    def validate(self, value: Texts) -> None:
        super().validate(value)
        if value and FALLBACK not in value:
            raise forms.ValidationError(self.error_messages["german_missing"], code="german_missing")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class TranslatedWordsField(TranslatedFormField):
    """{"de": ["Loch", "Schlagloch"]}: words per language, written with commas between them."""

    default_error_messages = {"german_missing": _("Bitte auch deutsche Wörter eingeben.")}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {code: ", ".join(words) if isinstance(words, list) else words for code, words in value.items()}

    def to_python(self, value: Any) -> Texts:
        texts = super().to_python(self.prepare_value(value))
        split = {code: [word.strip() for word in text.split(",")] for code, text in texts.items()}
        return {code: [word for word in words if word] for code, words in split.items() if any(words)}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)
