"""Zones and their versions.

Reference rule: configuration and follows point at (layer, zone code) and mean the version valid now; records of what
happened (report, decision) point at the version row. So a version row never changes its ground and is never deleted.
"""

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from geo import revisions
from geo.querysets import ZoneQuerySet
from pwa.translated import TranslatedField


class ZoneLayer(models.Model):
    """A kind of zone: city, district, owner, road, water. `rank` orders layers in lists, smallest first."""

    key = models.SlugField(_("Schlüssel"), max_length=40, unique=True)
    names = TranslatedField(_("Name"))
    rank = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)
    question = TranslatedField(
        _("Frage bei ungenauem Ort"), blank=True, help_text=_("Zum Beispiel: Liegt es auf der Hauptstraße?")
    )
    none_label = TranslatedField(_("Antwort „in keiner davon“"), blank=True)
    source = models.CharField(_("Quelle"), max_length=200, blank=True)
    licence = models.CharField(_("Lizenz"), max_length=120, blank=True)
    attribution = models.CharField(_("Quellenvermerk"), max_length=300, blank=True)
    schematic = models.BooleanField(_("schematisch"), default=False, help_text=_("Grob gezeichnet, nicht amtlich."))

    class Meta:
        verbose_name = _("Gebietsebene")
        verbose_name_plural = _("Gebietsebenen")
        ordering = ["rank", "key"]
        triggers = [revisions.bump_trigger("geo")]

    def __str__(self) -> str:
        return self.key


class Zone(models.Model):
    """One version of one zone. `geometry` is SRID 4326 (lon/lat), `area_m2` its area on the ellipsoid, `valid` the
    days [from, until) in city time; an empty range is a version that was replaced on the day it started."""

    layer = models.ForeignKey(ZoneLayer, verbose_name=_("Ebene"), on_delete=models.PROTECT, related_name="zones")
    code = models.CharField(_("Schlüssel"), max_length=80)
    name = models.CharField(_("Name"), max_length=200)
    names = TranslatedField(_("Name in anderen Sprachen"), blank=True)
    answer_label = TranslatedField(_("Antwort auf die Ortsfrage"), blank=True, help_text=_("Zum Beispiel: auf der B 7"))
    phrase = TranslatedField(_("im Satz"), blank=True, help_text=_("Zum Beispiel: Im Park an der Ilm"))
    geometry = models.MultiPolygonField(_("Grenze"), srid=4326)
    area_m2 = models.GeneratedField(
        verbose_name=_("Fläche in m²"),
        expression=models.Func(
            Cast("geometry", models.GeometryField(geography=True)), function="ST_Area", output_field=models.FloatField()
        ),
        output_field=models.FloatField(),
        db_persist=True,
    )
    valid = DateRangeField(_("gültig"))
    properties = models.JSONField(_("Angaben der Quelle"), default=dict, blank=True)
    source = models.CharField(_("Quelle"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("Gebiet")
        verbose_name_plural = _("Gebiete")
        ordering = ["layer", "code", "pk"]
        constraints = [
            ExclusionConstraint(
                name="zone_one_version_a_day",
                expressions=[
                    ("layer", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~models.Q(code=""), name="zone_has_code"),
        ]
        triggers = [
            revisions.bump_trigger("geo"),
            # Reports and decisions point at versions: what they meant must stay what it was.
            pgtrigger.Protect(name="zone_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="zone_keeps_ground",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("geometry", "layer", "code"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Population(models.Model):
    """How many people lived in a zone on a day, and who counted."""

    layer = models.ForeignKey(ZoneLayer, verbose_name=_("Ebene"), on_delete=models.PROTECT, related_name="+")
    zone_code = models.CharField(_("Gebiet"), max_length=80)
    date = models.DateField(_("Stichtag"))
    number = models.PositiveIntegerField(_("Einwohnerzahl"))
    source = models.CharField(_("Quelle"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Einwohnerzahl")
        verbose_name_plural = _("Einwohnerzahlen")
        ordering = ["layer", "zone_code", "-date"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "zone_code", "date"], name="population_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_code}: {self.number}"
