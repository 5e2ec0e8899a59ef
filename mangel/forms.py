"""What shape the input of public pages has."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threads.numbers import is_number, parse


class TrackingForm(forms.Form):
    """Number and code as they are printed, with or without spaces and dashes."""

    number = forms.CharField(
        label=gettext_lazy("Meldungsnummer"),
        help_text=gettext_lazy("Neun Ziffern, zum Beispiel 417 203 858"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie die Meldungsnummer ein.")},
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("16 Zeichen; Groß und Klein ist gleich"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie den Code ein.")},
    )

    def clean_number(self) -> str:
        number = parse(self.cleaned_data["number"])
        if not is_number(number):
            raise forms.ValidationError(_("Diese Nummer kann nicht stimmen. Vielleicht ist eine Ziffer vertauscht?"))
        return number
