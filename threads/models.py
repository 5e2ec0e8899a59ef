"""What every public thing shares: a kind and a public number. Photos, links and comments hang on it."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from threads.states import Kind


class Thing(models.Model):
    """The common base row of reports (and later proposals, papers, petitions)."""

    kind = models.CharField(max_length=16, choices=Kind.choices)
    public_id = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "public_id"], name="thing_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Notice(models.Model):
    """Somebody says that a public piece (a text, a photo) should not be public: "Inhalt melden".

    `piece` names it within its thing as the room above calls it ("text", "photo:<key>", "note:<number>").
    """

    class Reason(models.TextChoices):
        PERSON = "person", _("Eine Person ist zu erkennen")
        PRIVATE = "private", _("Name, Telefonnummer oder Kennzeichen")
        INSULT = "insult", _("Beleidigung oder Hetze")
        UNLAWFUL = "unlawful", _("Anderer Verstoß gegen ein Gesetz")
        OTHER = "other", _("Etwas anderes")

    class Outcome(models.TextChoices):
        OPEN = "open", _("wird geprüft")
        UPHELD = "upheld", _("berechtigt, nicht mehr öffentlich")
        REJECTED = "rejected", _("geprüft, bleibt öffentlich")

    # The address of the page where who gave notice sees what became of it.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="notices")
    piece = models.CharField(max_length=60)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    words = models.TextField(max_length=1000, blank=True)
    # Keyed hash of the sender's address, for 48 hours: two notices of one sender are one. Never public.
    sender_hash = models.CharField(max_length=64, blank=True)
    contact = models.OneToOneField("accounts.Contact", null=True, blank=True, on_delete=models.SET_NULL)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    # The reasons of the decision, for who gave notice and for the author.
    statement = models.TextField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # A plain number: a deleted account must not take the decision with it. Never public.
    decided_by = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Hinweis auf einen Inhalt")
        verbose_name_plural = _("Hinweise auf Inhalte")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["thing", "piece"], name="notice_by_piece"),
            models.Index(fields=["created_at"], name="notice_open", condition=models.Q(outcome="open")),
            models.Index(fields=["created_at"], name="notice_with_sender", condition=~models.Q(sender_hash="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_decided_with_reasons",
                condition=models.Q(outcome="open") | (models.Q(decided_at__isnull=False) & ~models.Q(statement="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.piece}"
