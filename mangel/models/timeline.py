"""What happened to a report, in order. Facts and codes are append-only; what somebody wrote can only become empty."""

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mangel.models.catalogue import Office
from threads.states import Check


class Entry(models.Model):
    """One fact of a report's timeline. State and office of the report are derivable from these rows."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Eingegangen")
        DECIDED = "decided", _("Zuständigkeit geändert")  # old, new: office codes
        MOVED = "moved", _("Stand geändert")  # old, new: states
        RELEASED = "released", _("Text und Fotos freigegeben")
        NOTED = "noted", _("Nachricht")
        RELOCATED = "relocated", _("Ort berichtigt")
        RECATEGORISED = "recategorised", _("Kategorie berichtigt")  # old, new: category codes
        PHOTO = "photo", _("Foto ergänzt")
        MERGED = "merged", _("Zusammengelegt")  # new: public_id of the report it went into
        ABSORBED = "absorbed", _("Weitere Meldung aufgenommen")  # new: public_id of the report that came in
        VISIBILITY = "visibility", _("Sichtbarkeit geändert")  # old, new: visibilities
        EDITED = "edited", _("Text bearbeitet")
        ASKED = "asked", _("Rückfrage")
        ANSWERED = "answered", _("Antwort auf die Rückfrage")
        ADDED = "added", _("Ergänzung")
        CORRECTED = "corrected", _("Angaben berichtigt")
        UNWANTED = "unwanted", _("Meldende Person zieht zurück")  # but others need it, or work has begun
        DISPUTED = "disputed", _("Noch einmal bestritten, an die Leitung")
        WITHHELD = "withheld", _("Nach Hinweisen zurückgehalten")  # new: the piece
        RESTORED = "restored", _("Geprüft und wieder öffentlich")  # new: the piece
        ERASED = "erased", _("Angaben der meldenden Person gelöscht")

    class Role(models.TextChoices):
        REPORTER = "reporter", _("Meldende Person")
        OFFICE = "office", _("Amt")
        SYSTEM = "system", _("System")

    report = models.ForeignKey("mangel.Report", on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    actor_role = models.CharField(max_length=8, choices=Role.choices, default=Role.SYSTEM)
    # A plain number, not a key: a deleted account must not take history with it. Never public.
    actor_id = models.BigIntegerField(null=True)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    public = models.BooleanField(default=False)
    old = models.CharField(max_length=40, blank=True)
    new = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["report", "seq"]
        constraints = [models.UniqueConstraint(fields=["report", "seq"], name="entry_seq_once")]
        triggers = [pgtrigger.Protect(name="entries_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class EntryText(models.Model):
    """What somebody wrote at an entry. May only become empty ("Text entfernt"), with the reason."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="written")
    text = models.TextField(max_length=4000, blank=True)
    check_state = models.CharField(max_length=8, choices=Check.choices, default=Check.WAITING)
    erased_at = models.DateTimeField(null=True)
    erased_because = models.CharField(max_length=200, blank=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="texts_are_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="texts_only_become_empty",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__text__df=pgtrigger.F("old__text")) & ~pgtrigger.Q(new__text=""),
            ),
        ]
