"""A report of a defect: what, where, who is responsible, how far it is."""

import datetime as dt

from django.contrib.gis.db import models as gis
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mangel.models.catalogue import Category, DeclinedReason, Office
from mangel.querysets import ReportQuerySet
from mangel.states import State, Visibility
from mangel.triggers import CHANGE_TRIGGER, TILE_TRIGGER
from pwa.translated import pick
from threads.numbers import spoken
from threads.states import Check

PUBLISHED = models.Q(visibility="public", merged_into__isnull=True)


def this_month() -> dt.date:
    """First day of the month in city time."""
    return timezone.localdate().replace(day=1)


class Report(models.Model):
    """One reported defect. `office` is the office of the newest Decision, `state` the one of the newest move."""

    class PlaceSource(models.TextChoices):
        GPS = "gps", _("Gerät")
        PHOTO = "photo", _("Foto")
        MAP = "map", _("Karte")
        ASSET = "asset", _("Nummer am Objekt")
        ADDRESS = "address", _("Adresse")
        NONE = "none", _("ohne Ort")

    class Channel(models.TextChoices):
        APP = "app", _("App")
        WEB = "web", _("Website")
        PHONE = "phone", _("Telefon")
        COUNTER = "counter", _("Schalter")
        LETTER = "letter", _("Brief")
        KIOSK = "kiosk", _("Kiosk")
        OPEN311 = "open311", _("Open311")
        MAIL = "mail", _("E-Mail")
        CREW = "crew", _("Team draußen")
        SENSOR = "sensor", _("Sensor")

    class Waiting(models.TextChoices):
        QUESTION = "question", _("Antwort auf eine Rückfrage")
        MATERIAL = "material", _("Material")
        SCHEDULED = "scheduled", _("eingeplant")
        BUDGET = "budget", _("Mittel")

    thing = models.OneToOneField("threads.Thing", on_delete=models.PROTECT, related_name="report")
    public_id = models.CharField(max_length=9, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="reports")

    # --- what somebody wrote: the original, and what the public may read of it -------------------
    description = models.TextField(max_length=4000, blank=True)
    public_text = models.TextField(max_length=4000, blank=True)
    text_check = models.CharField(max_length=8, choices=Check.choices, default=Check.WAITING)
    place_hint = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=16, default="de")

    # --- where: distances are metres (geography, SRID 4326, lon before lat) ----------------------
    point = gis.PointField(geography=True, srid=4326, null=True, blank=True, spatial_index=False)
    # Web Mercator beside it: tiles read it without transforming a million rows.
    point_3857 = models.GeneratedField(
        expression=Transform(Cast("point", gis.PointField(srid=4326)), 3857),
        output_field=gis.PointField(srid=3857, spatial_index=False, null=True),
        db_persist=True,
    )
    accuracy_m = models.FloatField(null=True, blank=True)
    place_source = models.CharField(max_length=8, choices=PlaceSource.choices, default=PlaceSource.NONE)
    address = models.CharField(max_length=200, blank=True)
    near_address = models.CharField(max_length=200, blank=True)
    asset = models.ForeignKey("geo.Asset", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The version that held when it was reported; filters and statistics group by its code.
    district = models.ForeignKey("geo.Zone", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    district_code = models.CharField(max_length=80, blank=True)

    # --- who and how far -------------------------------------------------------------------------
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    declined_reason = models.ForeignKey(DeclinedReason, null=True, blank=True, on_delete=models.PROTECT)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    hazard = models.BooleanField(default=False)
    secured_at = models.DateTimeField(null=True, blank=True)
    waiting = models.CharField(max_length=10, choices=Waiting.choices, blank=True)
    waiting_until = models.DateField(null=True, blank=True)
    priority = models.SmallIntegerField(default=0)
    file_reference = models.CharField(max_length=80, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    # The reporter disputed "Erledigt" a second time: the lead of the office decides.
    lead_asked_at = models.DateTimeField(null=True, blank=True)

    # --- when (UTC) ------------------------------------------------------------------------------
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    react_due_at = models.DateTimeField(null=True, blank=True)
    done_due_at = models.DateTimeField(null=True, blank=True)
    # Month of receipt in city time: the coarse clock of tiles and of the filter `since`.
    month = models.DateField(default=this_month)
    # Open, or finished in the last 30 days: the default view. A daily job ends it, so every view agrees.
    fresh = models.BooleanField(default=True)

    # --- the reporter ----------------------------------------------------------------------------
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    tracking_kid = models.CharField(max_length=16, blank=True)
    tracking_version = models.PositiveSmallIntegerField(default=1)
    contact = models.OneToOneField("accounts.Contact", null=True, blank=True, on_delete=models.SET_NULL)

    # --- doubles ---------------------------------------------------------------------------------
    possible_duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="possible_duplicates"
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    merged_at = models.DateTimeField(null=True, blank=True)
    support_count = models.PositiveIntegerField(default=0)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Meldung")
        verbose_name_plural = _("Meldungen")
        ordering = ["-created_at", "public_id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=State.DECLINED) | models.Q(declined_reason__isnull=False),
                name="declined_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=False) | ~models.Q(state__in=[State.RESOLVED, State.DECLINED]),
                name="finished_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("pk")),
                name="not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(models.F("created_at").desc(), "public_id", name="report_newest", condition=PUBLISHED),
            models.Index(
                models.F("created_at").desc(),
                "public_id",
                name="report_newest_fresh",
                condition=PUBLISHED & models.Q(fresh=True),
            ),
            models.Index(
                "category", models.F("created_at").desc(), "public_id", name="report_by_category", condition=PUBLISHED
            ),
            models.Index(
                "state", models.F("created_at").desc(), "public_id", name="report_by_state", condition=PUBLISHED
            ),
            models.Index(
                "district_code",
                models.F("created_at").desc(),
                "public_id",
                name="report_by_district",
                condition=PUBLISHED,
            ),
            models.Index("office", "state", "react_due_at", name="report_desk"),
            GistIndex("point", name="report_point"),
            GistIndex("point_3857", name="report_tile", condition=PUBLISHED),
            GistIndex("point_3857", name="report_tile_fresh", condition=PUBLISHED & models.Q(fresh=True)),
            GinIndex(fields=["public_text"], name="report_text", opclasses=["gin_trgm_ops"], condition=PUBLISHED),
            GinIndex(fields=["near_address"], name="report_near", opclasses=["gin_trgm_ops"], condition=PUBLISHED),
            models.Index("resolved_at", name="report_ends_fresh", condition=models.Q(fresh=True)),
        ]
        triggers = [TILE_TRIGGER, CHANGE_TRIGGER]

    def __str__(self) -> str:
        return f"{spoken(self.public_id)} {self.category.code}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.public_id])

    @property
    def spoken_id(self) -> str:
        """The number in threes, as it is printed and read aloud."""
        return spoken(self.public_id)

    @property
    def is_published(self) -> bool:
        """Whether a stranger may see it."""
        return self.visibility == Visibility.PUBLIC and self.merged_into_id is None

    @property
    def shown_text(self) -> str:
        """The description as the public may read it: empty before a person has looked, and where the matter says so."""
        if self.text_check != Check.SHOWN or self.category.text_policy == Category.Policy.NEVER:
            return ""
        return self.public_text

    @property
    def place(self) -> str:
        """The place in words the public may read: a near address, else the district, else empty."""
        return self.near_address or (pick(self.district.names) or self.district.name if self.district else "")

    @property
    def office_in_charge(self) -> Office:
        """The inside office that minds it: its own, or for an outside owner the one that minds that."""
        return self.office.minded_by or self.office


class Submission(models.Model):
    """A submission key and what it led to: the same key gives the same report, for at least 30 days (R2)."""

    key = models.CharField(max_length=128, unique=True)
    fingerprint = models.CharField(max_length=64)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="submissions")
    created_at = models.DateTimeField(default=timezone.now)


class Support(models.Model):
    """ "Betrifft mich auch": once per supporter, who is known only by the hash of a key."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="supports")
    supporter_key_hash = models.CharField(max_length=64)
    contact = models.OneToOneField("accounts.Contact", null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "supporter_key_hash"], name="one_support_per_supporter")
        ]
