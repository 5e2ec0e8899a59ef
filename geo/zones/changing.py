"""Change zones one at a time, as the administration does."""

from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.models import Zone, ZoneLayer
from geo.querysets import city_day
from geo.zones import shapes
from geo.zones.refusals import ZoneRefused
from geo.zones.users import users_of
from geo.zones.versions import close

Ground = GEOSGeometry | BaseGeometry


@transaction.atomic
def change_zone(zone: Zone, *, geometry: Ground | None = None, **attributes: Any) -> Zone:
    """Give a zone other ground (4326), as a new version from today on, or other words, in place. Returns the version
    that counts now; older reports keep pointing at the older one.

    Raises ZoneRefused: it is not the version that counts today, or the ground is no area."""
    zone = Zone.objects.select_for_update().get(pk=zone.pk)
    check_current(zone)
    for key, value in attributes.items():
        setattr(zone, key, value)
    area = to_area(geometry) if geometry is not None else None
    if area is None or shapes.same_ground(shapes.ground_of(zone.geometry), area):
        if attributes:
            zone.save(update_fields=list(attributes))
        return zone
    today, until = city_day(), zone.valid.upper
    close([zone.pk], on=today)
    zone.pk, zone._state.adding, zone.valid = None, True, DateRange(today, until)
    zone.geometry = shapes.geos(area)
    zone.save(force_insert=True)
    return Zone.objects.get(pk=zone.pk)


@transaction.atomic
def add_zone(*, layer: ZoneLayer, code: str, name: str, geometry: Ground, **attributes: Any) -> Zone:
    """A new zone from today on (4326). Raises ZoneRefused: the code is taken today, or the ground is no area."""
    check_code_free(layer, code)
    today = city_day()
    starts = layer.zones.filter(code=code, valid__startswith__gt=today).values_list("valid", flat=True)
    until = min((valid.lower for valid in starts), default=None)
    ground = shapes.geos(to_area(geometry))
    zone = Zone(layer=layer, code=code, name=name, geometry=ground, valid=DateRange(today, until), **attributes)
    zone.save()
    return Zone.objects.get(pk=zone.pk)


@transaction.atomic
def end_zone(zone: Zone, *, on: date | None = None, force: bool = False) -> None:
    """End a zone (default: from today on). Raises ZoneRefused, naming the users, while something points at its code."""
    used = users_of(zone.layer.key, [zone.code]).get(zone.code)
    if used and not force:
        raise ZoneRefused(_("Das Gebiet wird noch gebraucht von: %(users)s.") % {"users": ", ".join(used)})
    close([zone.pk], on=on or city_day())


def check_current(zone: Zone) -> None:
    """Raise ZoneRefused for a version that does not count today: somebody may have changed the zone meanwhile."""
    if not Zone.objects.valid_now().filter(pk=zone.pk).exists():
        raise ZoneRefused(_("Diese Fassung gilt heute nicht. Bitte öffnen Sie die aktuelle Fassung des Gebiets."))


def check_code_free(layer: ZoneLayer, code: str) -> None:
    """Raise ZoneRefused where a zone of the layer carries the code today."""
    if layer.zones.valid_now().filter(code=code).exists():
        raise ZoneRefused(
            _("Dieser Schlüssel ist in der Ebene schon vergeben. Bitte wählen Sie einen anderen."), field="code"
        )


def to_area(geometry: Ground) -> MultiPolygon:
    """A valid MultiPolygon from what the administration drew. Raises ZoneRefused."""
    shape = shapes.ground_of(geometry) if isinstance(geometry, GEOSGeometry) else geometry
    try:
        return shapes.as_area(shape)[0]
    except (shapes.Unusable, shapely.errors.GEOSException) as error:
        raise ZoneRefused(
            _("Das ist keine Fläche in Grad (Länge, Breite). Bitte zeichnen Sie die Grenze neu."), field="geometry"
        ) from error
