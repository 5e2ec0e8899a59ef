"""What the maps of the pages show, as `pwa/_map.html` expects it (pwa/frontend/README.md)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from geo import ground as base
from geo.lookup import ZoneIndex
from geo.models import City, ZoneLayer
from mangel.models import Report
from pwa.translated import pick

REPORT_TILES = "/tiles/reports/{z}/{x}/{y}.mvt"
ZONE_TILES = "/tiles/zones/{layer}/{z}/{x}/{y}.mvt"
BASE_TILES = "/tiles/base/{z}/{x}/{y}.mvt"
# Drawn one over the other: the last is on top.
GROUND_LAYERS = ["district", "owner", "road", "water"]


def ground() -> dict[str, Any]:
    """The city's ground: outlines, zones, basemap and its attributions."""
    city = City.current()
    return {
        "style": base.style(),
        "bounds": city.bounds,
        "centre": [city.centre.x, city.centre.y],
        "zoom": city.zoom,
        "zones": ZONE_TILES,
        "layers": GROUND_LAYERS,
        "base": BASE_TILES,
        "labels": district_labels(),
        "attribution": attribution(),
    }


def attribution() -> str:
    """Every source once, as its licence wants it named."""
    named = ZoneLayer.objects.exclude(attribution="").values_list("attribution", flat=True)
    return " · ".join(dict.fromkeys(named))


def district_labels() -> list[list[Any]]:
    """[name, lon, lat] of every district."""
    index = ZoneIndex.current()
    held = getattr(index, "district_labels", None)
    if held is None:
        held = [
            [zone.name, round(spot.x, 5), round(spot.y, 5)]
            for zone, ground in zip(index.zones, index.geometries, strict=True)
            if zone.layer == "district"
            for spot in [ground.representative_point()]
        ]
        index.district_labels = held  # type: ignore[attr-defined]  # lives as long as these zones
    return held


def reports_map(query: str = "") -> dict[str, Any]:
    """All reports that a filter shows. `query`: the filter's query string, without "?"."""
    city = City.current()
    return ground() | {
        "reports": REPORT_TILES,
        "query": query,
        "report_page": reverse("report", args=["000000000"]).replace("000000000", "{id}"),
        "report_api": "/api/v1/reports/{id}/",
        "note": note(city),
    }


def note(city: City) -> str:
    """What the map cannot show: streets that nobody imported, boundaries that are only sketched."""
    bare = _("Übersicht ohne Straßen.") if base.is_bare() else ""
    sketched = str(pick(city.map_note))
    if not sketched and ZoneLayer.objects.filter(key__in=GROUND_LAYERS, schematic=True).exists():
        sketched = _("Schematische Grenzen.")
    return " ".join(filter(None, (bare, sketched)))


def place_map() -> dict[str, Any]:
    """To point at a place: without reports and without a pin, for a default place is never a place."""
    return ground() | {"label": _("Karte zum Zeigen der Stelle; eine Adresse genügt auch")}


def pin_map(report: Report) -> dict[str, Any] | None:
    """One report; None without a point."""
    if report.point is None:
        return None
    here = [report.point.x, report.point.y]
    label = _("Karte mit der Stelle dieser Meldung; der Ort steht auch im Text")
    pin = {"lon": here[0], "lat": here[1], "state": report.state, "id": report.public_id}
    return ground() | {"centre": here, "zoom": 16, "pin": pin, "label": label}
