"""What every public piece (a text, a photo) shares: whether a person has looked at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Check(models.TextChoices):
    """Nothing somebody wrote or photographed is public before a person has looked (DESIGN 5.3)."""

    WAITING = "waiting", _("wird angesehen")
    SHOWN = "shown", _("öffentlich")
    WITHHELD = "withheld", _("zurückgehalten")


class Kind(models.TextChoices):
    """What a Thing is."""

    REPORT = "report", _("Meldung")
