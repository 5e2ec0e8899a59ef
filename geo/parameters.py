"""Reading numbers that strangers send: strict, bounded, each refusal names its field and the remedy.

Degrees are WGS 84 (SRID 4326), lon before lat; 0,0 is what broken devices say and never a place.
"""

import math
from typing import Any

from django.utils.translation import gettext as _

from pwa.errors import DomainError, DomainErrors

LONGEST = 40


def number(raw: Any, field: str) -> float:
    """A finite number. Raises DomainError for NaN, Infinity, words, 500 digits."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float) or len(str(raw)) > LONGEST:
        value = math.nan
    else:
        try:
            value = float(raw)
        except (ValueError, OverflowError):
            value = math.nan
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
    if value < 0:
        raise DomainError(_("Bitte in Metern angeben, nicht kleiner als 0."), field=field)
    return min(value, most)
