"""What shape signing in has."""

from typing import Any

from django.contrib.auth import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.AuthenticationForm):
    """Name and password; one sentence for every refusal, so that nobody learns which names exist."""

    error_messages = {
        "invalid_login": _("Name oder Passwort stimmt nicht. Bitte prüfen Sie auch Groß- und Kleinschreibung."),
        "inactive": _("Name oder Passwort stimmt nicht. Bitte prüfen Sie auch Groß- und Kleinschreibung."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Anmeldename")
        self.fields["username"].widget.attrs |= {"autocomplete": "username"}


class NewPasswordForm(forms.PasswordChangeForm):
    """The old password once, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Bisheriges Passwort")
        self.fields["new_password1"].label = _("Neues Passwort")
        self.fields["new_password1"].help_text = _("Mindestens 12 Zeichen, nicht Ihr Name, kein häufiges Passwort.")
        self.fields["new_password2"].label = _("Neues Passwort noch einmal")
        self.fields["new_password2"].help_text = ""
