"""Fields of the administration for what is stored as JSON: written as people write it, one thing a line."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


class OptionsField(forms.CharField):
    """Answers of a question: "tief | tief | deep | глибока" a line (code, then the languages in their order)."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60})
    languages = tuple(code for code, _name in settings.LANGUAGES)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        lines = []
        for option in value:
            texts = option.get("text") or {}
            parts = [str(option.get("code", "")), *(texts.get(code, "") for code in self.languages)]
            lines.append(" | ".join(parts).rstrip(" |"))
        return "\n".join(lines)

    def to_python(self, value: Any) -> list[dict[str, Any]]:  # type: ignore[override]
        options = []
        for line in (super().to_python(value) or "").splitlines():
            if not line.strip():
                continue
            code, *texts = [part.strip() for part in line.split("|")]
            if not CODE.fullmatch(code) or not texts or not texts[0]:
                raise forms.ValidationError(
                    _("„%(line)s“ verstehen wir nicht. Bitte je Zeile: kürzel | Deutsch | Englisch | …"),
                    params={"line": line[:60]},
                )
            named = zip(self.languages, texts, strict=False)
            options.append({"code": code, "text": {language: text for language, text in named if text}})
        codes = [option["code"] for option in options]
        if len(codes) != len(set(codes)):
            raise forms.ValidationError(_("Ein Kürzel kommt doppelt vor. Bitte jedes nur einmal."))
        return options

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(self.prepare_value(initial) or "") != self.to_python(data)
        except forms.ValidationError:
            return True


class ConditionField(forms.CharField):
    """When a question is shown: "tiefe = tief, sehr_tief"; empty: always."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return f"{value['question']} = {', '.join(value.get('options', []))}" if value.get("question") else ""

    def to_python(self, value: Any) -> dict[str, Any]:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return {}
        question, _equals, options = text.partition("=")
        codes = [code.strip() for code in options.split(",") if code.strip()]
        if not codes or not all(CODE.fullmatch(code) for code in [question.strip(), *codes]):
            raise forms.ValidationError(_("Bitte so schreiben: frage = antwort, antwort"))
        return {"question": question.strip(), "options": codes}

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(self.prepare_value(initial) or "") != self.to_python(data)
        except forms.ValidationError:
            return True


class LinesField(forms.CharField):
    """{"mail": "…"} as "mail: …" a line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{key}: {text}" for key, text in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        found = {}
        for line in (super().to_python(value) or "").splitlines():
            key, colon, text = line.partition(":")
            if not line.strip():
                continue
            if not colon or not text.strip() or not CODE.fullmatch(key.strip()):
                raise forms.ValidationError(
                    _("„%(line)s“ verstehen wir nicht. Bitte je Zeile, zum Beispiel: mail: info@example.org"),
                    params={"line": line[:60]},
                )
            found[key.strip()] = text.strip()
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(self.prepare_value(initial) or "") != self.to_python(data)
        except forms.ValidationError:
            return True
