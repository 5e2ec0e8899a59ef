"""News, as rows. What is sent to whom comes later from these rows, never from memory."""

from django.db import models
from django.utils import timezone


class Event(models.Model):
    """Something happened to a thing. Ids and codes only: no text, no secret, no person."""

    kind = models.CharField(max_length=40)
    thing = models.ForeignKey("threads.Thing", on_delete=models.PROTECT, related_name="events")
    # Sequence number of the timeline entry it tells of.
    entry_seq = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    fanned_out_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="event_waiting", condition=models.Q(fanned_out_at__isnull=True)),
        ]
