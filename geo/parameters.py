"""Reading numbers that strangers send: strict, bounded, each refusal names its field and the remedy.

Degrees are WGS 84 (SRID 4326), lon before lat; 0,0 is what broken devices say and never a place.
"""

import math
import re
from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.models import City
from pwa.errors import DomainError, DomainErrors

LONGEST = 40
AROUND_THE_EARTH_M = 40_000_000.0
# What Python's float() takes beyond this ("1_0", "٣", "nan") is never meant.
DECIMAL = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*", re.ASCII | re.IGNORECASE)
NEAR_DEGREES = 1.0


def number(raw: Any, field: str) -> float:
    """A finite number. Raises DomainError for NaN, Infinity, words, 500 digits."""
    value = math.nan
    if isinstance(raw, str) and "," in raw and DECIMAL.fullmatch(raw.replace(",", ".", 1)):
        raise DomainError(_("Bitte einen Punkt statt des Kommas schreiben, zum Beispiel 11.3235."), field=field)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        value = float(raw) if abs(raw) < 1e30 else math.nan
    elif isinstance(raw, str) and len(raw) <= LONGEST and DECIMAL.fullmatch(raw):
        value = float(raw)
    if not math.isfinite(value):
        raise DomainError(_("Bitte eine Zahl angeben, zum Beispiel 11.3235."), field=field)
    return value


def position(lon: Any, lat: Any) -> tuple[float, float]:
    """lon, lat in degrees. Raises DomainErrors naming each."""
    errors: list[DomainError] = []
    read: list[float] = []
    for raw, field, limit in ((lon, "lon", 180.0), (lat, "lat", 90.0)):
        try:
            if raw in (None, ""):
                raise DomainError(_("Länge (lon) und Breite (lat) bitte beide angeben."), field=field)
            value = number(raw, field)
            if abs(value) > limit:
                raise DomainError(
                    _("%(value)s liegt außerhalb von ±%(limit)s Grad. Sind Länge und Breite vertauscht?")
                    % {"value": value, "limit": int(limit)},
                    field=field,
                )
            read.append(value)
        except DomainError as error:
            errors.append(error)
    if errors:
        raise DomainErrors(errors)
    if read[0] == 0 and read[1] == 0:
        raise DomainError(_("0,0 ist kein Ort. Bitte den Standort neu bestimmen."), field="lon")
    return read[0], read[1]


def metres(raw: Any, field: str, most: float) -> float:
    """A distance from 0 to `most` metres; more counts as `most`."""
    value = number(raw, field)
    if not 0 <= value <= AROUND_THE_EARTH_M:
        raise DomainError(_("Bitte in Metern angeben, von 0 bis 40 Millionen."), field=field)
    return min(value, most)


def bbox(raw: Any, field: str = "bbox") -> tuple[float, float, float, float]:
    """west, south, east, north in degrees from "w,s,e,n". Raises DomainError."""
    parts = raw.split(",") if isinstance(raw, str) else []
    if len(parts) != 4:
        raise DomainError(
            _("Bitte als West,Süd,Ost,Nord in Grad angeben, zum Beispiel 11.2,50.9,11.5,51.1."), field=field
        )
    west, south, east, north = (number(part, field) for part in parts)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise DomainError(_("Die Werte liegen nicht in ±180, ±90 Grad. Sind Länge und Breite vertauscht?"), field=field)
    if west >= east or south >= north:
        raise DomainError(
            _("West muss kleiner als Ost und Süd kleiner als Nord sein. Sind die Ecken vertauscht?"), field=field
        )
    return west, south, east, north


def check_axes(lon: float, lat: float) -> None:
    """Raise DomainError where the place lies far off the city, and lat,lon taken as lon,lat lies in it."""
    city = City.current()
    if not city.name:
        return
    west, south, east, north = city.bounds
    if (
        west <= lat <= east
        and south <= lon <= north
        and not (
            west - NEAR_DEGREES <= lon <= east + NEAR_DEGREES and south - NEAR_DEGREES <= lat <= north + NEAR_DEGREES
        )
    ):
        raise DomainError(
            _("lon=%(lon)s, lat=%(lat)s liegt weit weg. Sind Länge (lon) und Breite (lat) vertauscht?")
            % {"lon": lon, "lat": lat},
            field="lon",
            code="axes_swapped",
        )


class Query:
    """The query string of a GET, read strictly: a parameter nobody knows, a NUL or a wrong number is a 400."""

    def __init__(self, query: QueryDict, *, known: Collection[str]) -> None:
        self.query = query
        for name in query:
            if name not in known:
                options = ", ".join(sorted(known)) or "–"
                raise self.refusal(
                    str(name)[:60].replace("\x00", ""),
                    _("Diesen Parameter gibt es nicht. Möglich sind: %(options)s.") % {"options": options},
                    "unknown_parameter",
                )

    def refusal(self, field: str, message: str, code: str | None = None) -> DomainError:
        """An error with status 400; code for programs."""
        return wrong_query(DomainError(message, field=field, code=code))

    def texts(self, name: str, *, most: int = 200) -> list[str]:
        """All values of a repeatable parameter, without empty ones."""
        values = [value.strip() for value in self.query.getlist(name)]
        for value in values:
            if len(value) > most or "\x00" in value:
                raise self.refusal(name, _("Bitte höchstens %(most)s lesbare Zeichen.") % {"most": most})
        return [value for value in values if value]

    def text(self, name: str, *, most: int = 200) -> str:
        """The one value of a parameter, "" if absent. Twice is refused: which one would count?"""
        if len(self.query.getlist(name)) > 1:
            raise self.refusal(name, _("Bitte nur einmal angeben."))
        return next(iter(self.texts(name, most=most)), "")

    def integer(self, name: str, *, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        raw = self.text(name)
        if not raw:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", raw, re.ASCII) or not low <= int(raw) <= high:
            raise self.refusal(name, _("Bitte eine ganze Zahl von %(low)s bis %(high)s.") % {"low": low, "high": high})
        return int(raw)

    def place(self, *, required: bool = False) -> tuple[float, float] | None:
        """lon, lat in degrees; None if both are absent and not `required`."""
        lon, lat = self.text("lon", most=600), self.text("lat", most=600)
        if not (lon or lat or required):
            return None
        try:
            read = position(lon, lat)
            check_axes(*read)
        except DomainError as error:
            raise wrong_query(error) from None
        return read

    def metres(self, name: str, *, most: float) -> float | None:
        """A distance in metres, at most `most`; None if absent."""
        raw = self.text(name, most=600)
        try:
            return metres(raw, name, most) if raw else None
        except DomainError as error:
            raise wrong_query(error) from None

    def bbox(self) -> tuple[float, float, float, float] | None:
        """west, south, east, north in degrees; None if absent."""
        raw = self.text("bbox", most=600)
        try:
            return bbox(raw) if raw else None
        except DomainError as error:
            raise wrong_query(error) from None


def wrong_query(error: DomainError) -> DomainError:
    """The same refusal as a 400: nothing was sent, only asked wrongly."""
    error.status = 400
    return error
