"""People: who signs in, and how a resident may be reached."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in: staff of the city. Residents need no account."""

    email = models.EmailField(_("E-Mail"), blank=True)


class CityRole(models.Model):
    """A role for the whole city, from a day to a day (half-open). Rights of one office live in `mangel.Membership`."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Verwaltung der Anwendung")
        AUDITOR = "auditor", _("Prüfung")
        MODERATOR = "moderator", _("Moderation")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="city_roles")
    role = models.CharField(max_length=16, choices=Role.choices)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("Stadtweite Rolle")
        verbose_name_plural = _("Stadtweite Rollen")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="city_role_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Contact(models.Model):
    """How one person wants to hear of one thing. One row per purpose, never matched across purposes, erasable alone.

    Legal basis by purpose: see docs/decisions. Never logged, never in a public answer.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", _("E-Mail")
        PUSH = "push", _("Nachricht auf dieses Gerät")
        LETTER = "letter", _("Brief")
        CALL = "call", _("Rückruf")

    purpose = models.CharField(
        max_length=16, choices=[("report", "report"), ("support", "support"), ("notice", "notice")]
    )
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.MAIL)
    mail = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120, blank=True)
    postal_address = models.TextField(max_length=400, blank=True)
    language = models.CharField(max_length=16, default="de")
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
