"""What every public thing shares: a kind and a public number. Photos, links and comments hang on it."""

from django.db import models

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
