"""What a photo shows, who sent it, and how far it has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What the photo shows."""

    BEFORE = "before", _("vorher")
    AFTER = "after", _("nachher")
    DOCUMENT = "document", _("Unterlage")


class Source(models.TextChoices):
    """Who sent it."""

    REPORTER = "reporter", _("meldende Person")
    STAFF = "staff", _("Stadt")


class Status(models.TextChoices):
    """How far it has come: announced → original stored → renditions ready (or it could not be read) → erased."""

    EXPECTED = "expected", _("angekündigt")
    STORED = "stored", _("wird vorbereitet")
    READY = "ready", _("bereit")
    FAILED = "failed", _("nicht lesbar")
    GONE = "gone", _("entfernt")
