"""The words of the TypeScript modules that only staff meets; residents' are in `pwa.words`."""

from django.utils.translation import gettext_lazy as _

DESK_WORDS = {
    "blur": {
        "area": _("Fläche {n}: von Hand gezeichnet"),
        "draw": _(
            "Original. Ziehen Sie eine Fläche auf. Mit der Tastatur: Pfeiltasten bewegen, Umschalt und Pfeiltasten "
            "ändern die Größe, Eingabe übernimmt, Escape verwirft."
        ),
        "added": _("Fläche {n} hinzugefügt."),
        "full": _("Mehr als {n} Flächen sind nicht möglich."),
        "corner": _("{n} Ecken. Eingabe oder ein Klick auf die erste Ecke schließt das Vieleck."),
    },
    "admin_map": {
        "draw": _("Fläche zeichnen"),
        "point": _("Punkt setzen"),
        "select": _("Ändern"),
        "delete": _("Gewähltes löschen"),
        "invalid": _("Der Text ist kein gültiges GeoJSON."),
    },
}
