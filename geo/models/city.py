"""The one municipality of this installation."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geo import revisions
from pwa.translated import TranslatedField

GERMANY_WSEN = [5.8, 47.2, 15.1, 55.1]


def check_time_zone(value: str) -> None:
    """Refuse what is no IANA name."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(_("Diese Zeitzone gibt es nicht. Beispiel: Europe/Berlin")) from error


def check_bounds(value: object) -> None:
    """Refuse what is not [west, south, east, north] in degrees."""
    wrong = ValidationError(
        _("Bitte als [West, Süd, Ost, Nord] in Grad angeben, zum Beispiel [11.2, 50.9, 11.5, 51.1].")
    )
    if not isinstance(value, list) or len(value) != 4:
        raise wrong
    if not all(isinstance(degree, int | float) and not isinstance(degree, bool) for degree in value):
        raise wrong
    west, south, east, north = value
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise wrong


class City(models.Model):
    """Name, map view, opening hours and numbers of the city. Exactly one row; none before the city pack is loaded."""

    key = models.SlugField(_("Kürzel"), max_length=40)
    product_name = TranslatedField(_("Name der Anwendung"))
    name = models.CharField(_("Name der Stadt"), max_length=120)
    country = models.CharField(_("Staat"), max_length=2, default="DE", help_text=_("ISO 3166-1, zum Beispiel DE"))
    subdivision = models.CharField(_("Land"), max_length=3, blank=True, help_text=_("ISO 3166-2, zum Beispiel TH"))
    time_zone = models.CharField(_("Zeitzone"), max_length=40, default="Europe/Berlin", validators=[check_time_zone])
    centre = models.PointField(_("Mitte der Karte"), srid=4326)
    zoom = models.FloatField(_("Zoomstufe am Anfang"), default=12)
    bounds = models.JSONField(_("Ausschnitt der Karte"), default=list, validators=[check_bounds])
    service_radius_m = models.PositiveIntegerField(
        _("Umkreis in Metern"), default=20_000, help_text=_("So weit um die Stadt herum nehmen wir Meldungen an.")
    )
    hours = models.JSONField(_("Dienstzeiten"), default=dict, blank=True)
    emergency_numbers = models.JSONField(_("Notrufnummern"), default=list, blank=True)
    outage_numbers = models.JSONField(_("Störungsnummern"), default=dict, blank=True)
    hotline = models.CharField(_("Bürgertelefon"), max_length=40, blank=True)
    map_note = TranslatedField(_("Hinweis auf der Karte"), blank=True)

    class Meta:
        verbose_name = _("Stadt")
        verbose_name_plural = _("Stadt")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_city_per_installation")]
        triggers = [revisions.bump_trigger("city")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def tz(self) -> ZoneInfo:
        """The city's own clock."""
        return ZoneInfo(self.time_zone)

    @classmethod
    def unset(cls) -> "City":
        """What pages show before a city pack is loaded: all of Germany, no name."""
        west, south, east, north = GERMANY_WSEN
        return cls(
            key="",
            product_name={"de": "Mangel", "en": "Mangel"},
            name="",
            time_zone=settings.TIME_ZONE,
            centre=Point((west + east) / 2, (south + north) / 2, srid=4326),
            zoom=5,
            bounds=list(GERMANY_WSEN),
        )

    @classmethod
    def current(cls, *, known: Mapping[str, int] | None = None) -> "City":
        """The city, from this process's memory while its revision stands. `known`: revisions the caller has read
        already, which saves the query. Before a city pack is loaded: `City.unset()`. Do not change the object."""
        global _remembered
        revision = (revisions.current() if known is None else known).get("city", 0)
        if _remembered is None or _remembered[0] != revision:
            _remembered = (revision, cls.objects.first() or cls.unset())
        return _remembered[1]


_remembered: tuple[int, City] | None = None
