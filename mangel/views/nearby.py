""" "In Ihrer Nähe": the same reports, nearest first, around a place that somebody gave for this one look."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils.translation import gettext as _

from geo import addresses, parameters
from geo.lookup import ZoneIndex
from pwa.errors import DomainError

RADIUS_M = 2_000.0
# A hundred metres: enough for a list, and an address that stands in somebody's history tells no house number.
DECIMALS = 3
PARAMETERS = ("lon", "lat", "ort")


@dataclass(frozen=True)
class Nearby:
    """Around where. `words`: as the place is called; `problem`: why there is none."""

    point: Point | None = None
    words: str = ""
    typed: str = ""
    problem: str = ""

    @classmethod
    def parse(cls, query: QueryDict) -> "Nearby":
        """From a page's address: lon and lat (degrees), or `ort`, an address. Never raises; says what is wrong."""
        typed = query.get("ort", "").replace("\x00", "").strip()[:120]
        if typed:
            return at_address(typed)
        if not (query.get("lon") or query.get("lat")):
            return cls()
        try:
            lon, lat = parameters.position(query.get("lon"), query.get("lat"))
        except DomainError:
            return cls(problem=_("Diesen Standort können wir nicht lesen. Bitte geben Sie eine Adresse ein."))
        return around(lon, lat, "")


def at_address(typed: str) -> Nearby:
    found = addresses.search(typed, limit=1)
    if not found:
        return Nearby(typed=typed, problem=_("Diese Adresse finden wir nicht. Bitte schreiben Sie sie anders."))
    return around(found[0].lon, found[0].lat, found[0].label, typed)


def around(lon: float, lat: float, words: str, typed: str = "") -> Nearby:
    if not ZoneIndex.current().at(lon, lat).in_service_area:
        return Nearby(typed=typed, problem=_("Dieser Ort liegt zu weit weg. Hier stehen die neuesten Meldungen."))
    return Nearby(point=Point(round(lon, DECIMALS), round(lat, DECIMALS), srid=4326), words=words, typed=typed)
