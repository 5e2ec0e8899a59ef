"""The words of the TypeScript modules, by topic; `{% words "map" %}` puts them on the page in the reader's language.

`{name}` is filled in by the browser.
"""

from django.utils.translation import gettext_lazy as _

STATES = {
    "received": _("Eingegangen"),
    "accepted": _("Übernommen"),
    "in_progress": _("In Arbeit"),
    "forwarded": _("Weitergeleitet"),
    "resolved": _("Erledigt"),
    "declined": _("Keine Maßnahme"),
}

WORDS = {
    "app": STATES
    | {
        "news_one": _("1 Neuigkeit anzeigen"),
        "news_many": _("{count} Neuigkeiten anzeigen"),
        "changed": _("Meldung {number}: {state}"),
        "list_renewed": _("Die Liste ist auf dem neuesten Stand."),
        "list_failed": _("Die Liste ließ sich nicht laden. Bitte laden Sie die Seite neu."),
    },
    "map": STATES
    | {
        "failed": _("Die Karte lässt sich auf diesem Gerät gerade nicht zeichnen. Die Liste zeigt dasselbe."),
        "zoom_in": _("Näher heran"),
        "zoom_out": _("Weiter weg"),
        "locate": _("Meinen Standort zeigen"),
        "locate_unavailable": _("Standort nicht verfügbar"),
        "attribution": _("Quellen der Karte"),
        "close": _("Schließen"),
        "report": _("Meldung {number}"),
        "here": _("{count} Meldungen an dieser Stelle"),
        "more": _("und {count} weitere; zoomen Sie näher heran"),
    },
    "place": {
        "locating": _("Standort wird bestimmt …"),
        "accuracy": _("Ihr Gerät ist auf etwa {metres} m genau."),
        "coarse": _("Ihr Gerät ist nur auf etwa {metres} m genau. Ist es wirklich hier?"),
        "denied": _(
            "Ihr Gerät gibt den Standort nicht frei. "
            "Zeigen Sie die Stelle auf der Karte oder geben Sie eine Adresse ein."
        ),
        "unavailable": _(
            "Ihr Standort ließ sich nicht bestimmen. "
            "Zeigen Sie die Stelle auf der Karte oder geben Sie eine Adresse ein."
        ),
        "timeout": _(
            "Das hat zu lange gedauert. Versuchen Sie es noch einmal oder zeigen Sie die Stelle auf der Karte."
        ),
        "near": _("nahe {address}"),
        "chosen": _("Stelle auf der Karte gewählt."),
        "chosen_address": _("Adresse gewählt: {address}"),
        "moved": _("Nadel verschoben."),
        "pin": _("Nadel. Mit den Pfeiltasten verschieben, mit der Umschalttaste weiter."),
        "outside": _(
            "Diese Stelle liegt außerhalb von {city}. "
            "Sie können trotzdem melden; wir geben es an die zuständige Stelle weiter."
        ),
        "far_outside": _("Diese Stelle liegt weit außerhalb von {city}. Bitte geben Sie den Ort als Adresse an."),
        "suggestions_one": _("1 Vorschlag. Mit der Pfeiltaste nach unten auswählen."),
        "suggestions_many": _("{count} Vorschläge. Mit der Pfeiltaste nach unten auswählen."),
        "suggestions_none": _("Kein Vorschlag. Schreiben Sie die Stelle einfach in Ihren Worten, das genügt."),
    },
    "photos": {
        "preparing": _("Foto wird vorbereitet …"),
        "ready_one": _("1 Foto dabei."),
        "ready_many": _("{count} Fotos dabei."),
        "too_many": _("Es gehen bis zu {max} Fotos. Die übrigen haben wir weggelassen."),
        "not_a_photo": _("„{name}“ ist kein Foto. Bitte wählen Sie ein Bild."),
        "remove": _("Entfernen"),
        "removed": _("Foto entfernt."),
        "preview": _("Vorschau von Foto {n}"),
        "no_preview": _("Foto {n} (keine Vorschau auf diesem Gerät, wird trotzdem gesendet)"),
    },
    "categories": {
        "found_one": _("1 Vorschlag"),
        "found_many": _("{count} Vorschläge"),
        "found_none": _("Nichts gefunden. Versuchen Sie ein anderes Wort, oder wählen Sie „Sonstiges“."),
    },
    "reason": {"responsible": _("Zuständig: {office}")},
    "finder": {
        "asking": _("Einen Moment …"),
        "responsible": _("Zuständig: {office}"),
        "zones": _("Hier liegt: {zones}"),
        "outside": _("Diese Stelle liegt außerhalb der Stadt."),
        "choose": _("Wählen Sie oben, worum es geht; dann nennen wir die zuständige Stelle."),
        "failed": _("Das ließ sich gerade nicht nachsehen. Bitte versuchen Sie es noch einmal."),
    },
    "admin_map": {
        "draw": _("Fläche zeichnen"),
        "point": _("Punkt setzen"),
        "select": _("Ändern"),
        "delete": _("Gewähltes löschen"),
        "invalid": _("Der Text ist kein gültiges GeoJSON."),
    },
}
