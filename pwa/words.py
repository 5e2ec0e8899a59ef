"""The words of the TypeScript modules, by topic; `{% words "map" %}` puts them on the page in the reader's language.

`{name}` is filled in by the browser.
"""

from django.utils.translation import gettext_lazy as _

from pwa.desk_words import DESK_WORDS

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
        "not_kept": _(
            "Gerade ist kein Netz, und Ihr Gerät kann die Meldung nicht aufbewahren. "
            "Bitte lassen Sie diese Seite offen und versuchen Sie es gleich noch einmal."
        ),
        "kept": _("Kein Netz. Stand von {moment}."),
        "waiting_one": _("1 Meldung wartet noch auf das Senden."),
        "waiting_many": _("{count} Meldungen warten noch auf das Senden."),
        "refused_one": _("1 Meldung konnte nicht gesendet werden. Bitte ansehen."),
        "refused_many": _("{count} Meldungen konnten nicht gesendet werden. Bitte ansehen."),
        "update": _("Es gibt eine neue Version dieser App."),
        "update_now": _("Neue Version – jetzt laden"),
        "remembered": _("Gemerkt. Sie finden die Meldung unter „Meine Meldungen“."),
    },
    "outbox": {
        "report": _("Meldung"),
        "number": _("Meldung {number}"),
        "from": _("Verfasst: {moment}"),
        "photo": _("Foto {n}"),
        "waiting": _("Wartet"),
        "sending": _("Wird gesendet …"),
        "refused": _("Abgelehnt"),
        "following_one": _("Gesendet, 1 Foto folgt"),
        "following_many": _("Gesendet, {count} Fotos folgen"),
        "untried": _("Noch nicht gesendet. Sie geht von selbst hinaus, sobald Netz da ist."),
        "tried": _("Das Senden hat noch nicht geklappt. Wir versuchen es von selbst wieder."),
        "open": _("Ansehen"),
        "edit": _("Bearbeiten"),
        "discard": _("Löschen"),
        "discard_sure": _("Diese Meldung löschen? Sie wird dann nicht gesendet."),
        "discard_tried": _(
            "Diese Meldung löschen? "
            "Sie war schon unterwegs und kann trotzdem angekommen sein; dann fehlt Ihnen der Link."
        ),
        "discarded": _("Meldung gelöscht."),
        "arrived_after_all": _("Diese Meldung ist schon angekommen. Sie finden sie unter „Meine Meldungen“."),
        "edit_needs_network": _(
            "Die Meldung war schon unterwegs. Ob sie angekommen ist, wissen wir erst mit Netz. Bitte später bearbeiten."
        ),
        "trying": _("Wir versuchen es …"),
        "still_waiting": _("Es klappt noch nicht. Ihre Meldungen sind sicher auf diesem Gerät."),
        "all_sent": _("Alles gesendet."),
        "erase_sure": _(
            "Alles auf diesem Gerät löschen: Entwurf, wartende Meldungen, Ihre Links und gespeicherte Seiten? "
            "Was angekommen ist, bleibt bei der Stadt."
        ),
        "erased": _("Alles gelöscht."),
    },
    "mine": {
        "report": _("Meldung"),
        "from": _("Verfasst: {moment}"),
        "as_of": _("Stand von {moment}"),
        "open": _("Ansehen"),
        "photo_follows": _("Foto folgt."),
        "photo_missing": _("Ein Foto ist auf dem Gerät verloren gegangen. Die Meldung selbst ist da."),
        "photo_lost": _("Ein Foto kam nicht an: {why}"),
        "forget": _("Hier vergessen"),
        "forget_sure": _("Link auf diesem Gerät vergessen? Ohne ihn sehen Sie Ihre Meldung nicht mehr ganz."),
        "forgotten": _("Vergessen."),
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
        "apart": _("Foto und Gerät nennen verschiedene Orte, {distance} auseinander. Wo ist der Mangel?"),
        "from_photo": _("Der Ort stammt aus dem Foto."),
        "old_photo": _("Das Foto ist vom {day}. Sind Sie jetzt noch dort?"),
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
    "near": {
        "locating": _("Standort wird bestimmt …"),
        "shown": _("Die Liste zeigt jetzt, was Ihnen am nächsten ist."),
        "unknown": _("Ihr Gerät nennt keinen Standort. Geben Sie eine Adresse ein."),
        "failed": _("Die Liste ließ sich nicht laden. Bitte versuchen Sie es noch einmal."),
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
    "flow": {
        "step": _("Schritt {n} von {all}"),
        "photos_one": _("1 Foto"),
        "photos_many": _("{count} Fotos"),
        "no_photo": _("Ohne Foto"),
        "no_place": _("Ohne Ort"),
        "on_the_map": _("Stelle auf der Karte"),
        "where_i_am": _("Ihr Standort, auf etwa {metres} m genau"),
        "where_photo": _("Wo das Foto entstand"),
        "problems_one": _("Noch 1 Sache"),
        "problems_many": _("Noch {count} Sachen"),
        "place_missing": _(
            "Wo ist es? Schreiben Sie die Adresse oder den Ort in Ihren Worten, oder gehen Sie ohne Ort weiter."
        ),
        "category_missing": _("Bitte wählen Sie, was es ist. Passt nichts, nehmen Sie „Etwas anderes“."),
        "answer_missing": _("Bitte beantworten: „{question}“"),
        "text_missing": _("Bitte beschreiben Sie es in einem Satz, oder fügen Sie ein Foto hinzu."),
        "optional": _("freiwillig"),
        "which_address": _("Welche Adresse meinen Sie?"),
        "as_written": _("Keine davon, so wie geschrieben: „{typed}“"),
        "addition": _("Ergänzung zu Meldung {number}."),
        "worse": _("Ergänzung zu Meldung {number}: Es ist schlimmer geworden."),
        "language_loses": _("Diese Seite kann den Entwurf nicht aufheben. Sprache trotzdem wechseln und neu beginnen?"),
        "language_offline": _(
            "Ohne Netz gibt es diese Seite auf Ihrem Gerät nicht in der anderen Sprache. "
            "Bitte wechseln Sie, wenn Sie wieder Netz haben."
        ),
        "back_again": _("Ihre angefangene Meldung ist noch da."),
        "failed": _("Das hat gerade nicht geklappt. Bitte versuchen Sie es noch einmal; nichts ist verloren."),
        "responsible": _("Zuständig: {office}"),
        "alt": _("Was ist auf dem Foto zu sehen?"),
        "alt_help": _("Für alle, die es nicht sehen können, zum Beispiel: Bank, zwei Latten fehlen."),
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
} | DESK_WORDS
