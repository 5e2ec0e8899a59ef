"""What is true of a photo. The original is private and never served; what people see are its renditions."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from photos.querysets import PhotoQuerySet
from photos.states import Role, Source, Status
from threads.models import Thing
from threads.states import Check


class Photo(models.Model):
    """A photo of a thing. `width` and `height` are pixels of the upright original, 0 while it is only announced."""

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="photos")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.BEFORE)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.REPORTER)
    position = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.EXPECTED)
    # Whether a person has looked at the picture. (`check` itself is a method of every Django model.)
    check_state = models.CharField(max_length=8, choices=Check.choices, default=Check.WAITING)
    alt_text = models.CharField(_("Bildbeschreibung"), max_length=300, blank=True)
    alt_check = models.CharField(max_length=8, choices=Check.choices, default=Check.WAITING)

    # The original as it came. `original` is its path below MEDIA_ROOT, by random id, empty while there is no file.
    original = models.CharField(max_length=120, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    media_type = models.CharField(max_length=16, blank=True, editable=False)
    size = models.PositiveIntegerField(default=0, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)

    # What the camera claims. Hints only: phones strip them, and anybody can write them.
    hint_point = models.PointField(srid=4326, null=True, blank=True, editable=False)
    hint_time = models.DateTimeField(null=True, blank=True, editable=False)

    # What is or will be blurred: see photos.regions. x and y from 0 to 1 of the upright picture.
    regions = models.JSONField(default=list, blank=True, editable=False)

    # Which detectors have looked at it; empty: none has, and the next rendering asks them.
    detectors = models.CharField(max_length=80, blank=True, editable=False)
    # The same picture upright and small, but not blurred: what staff draw on. Sealed; goes with the original.
    upright = models.CharField(max_length=120, blank=True, editable=False)
    # A person blurred more of a public photo: it is public again as soon as the new renditions are there.
    show_when_ready = models.BooleanField(default=False, editable=False)

    # The name of the renditions' folder and of their URL, 128 random bits. A new one with every change.
    rendition_token = models.CharField(max_length=22, null=True, unique=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    failed_because = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("Foto")
        verbose_name_plural = _("Fotos")
        ordering = ["position", "pk"]
        indexes = [
            # The sweep looks for what is unfinished among millions that are done.
            models.Index(
                fields=["created_at"], name="photo_unfinished", condition=Q(status__in=["expected", "stored"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["original"], name="photo_one_row_per_file", condition=~Q(original="")),
            models.CheckConstraint(
                name="photo_sha256_is_hex", condition=Q(sha256__regex=r"^[0-9a-f]{64}$") | Q(sha256="", status="gone")
            ),
            # Fails closed: no rendition, no picture.
            models.CheckConstraint(
                name="photo_token_when_ready",
                condition=Q(status="ready", rendition_token__isnull=False)
                | (~Q(status="ready") & Q(rendition_token__isnull=True)),
            ),
            models.CheckConstraint(
                name="photo_shown_only_when_ready", condition=~Q(check_state="shown") | Q(status="ready")
            ),
            models.CheckConstraint(
                # A ready photo may outlive its original, which is deleted on schedule.
                name="photo_file_when_stored",
                condition=~Q(status="stored") | ~Q(original=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.status})"

    def url(self, side: int, extension: str) -> str:
        """Path of a rendition, for example `url(320, "webp")`. Only for a photo that is ready."""
        from django.urls import reverse

        return reverse("photo-rendition", args=[self.rendition_token, side, extension])


class Handling(models.Model):
    """Who looked at an unblurred photo, and who changed what is blurred. Only ever added to."""

    class Kind(models.TextChoices):
        VIEWED = "viewed", _("Original angesehen")
        BLURRED = "blurred", _("Schwärzung geändert")
        UNDONE = "undone", _("Schwärzung zurückgenommen")

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="handlings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # What was blurred before a change, for the way back; null once the change was taken back.
    regions_before = models.JSONField(null=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Umgang mit einem Foto")
        verbose_name_plural = _("Umgang mit Fotos")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.photo_id} {self.kind}"
