"""Counters that tell caches to look again. Written by the database only, see `geo.revisions`."""

from django.db import models


class Revision(models.Model):
    """The revision of one room's configuration (`geo`, `city`, `catalogue`, `routing`)."""

    key = models.CharField(max_length=32, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.value}"
