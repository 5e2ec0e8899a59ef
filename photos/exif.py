"""What the camera wrote beside the picture: orientation, place, time. Hints only, and never trusted to be well-formed.

Everybody can write anything here, so reading is wrapped: a hostile file costs its hints, never the request.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from photos.orientation import attempt, read_exif, read_orientation

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Hints:
    """`orientation` is EXIF's, 1 to 8; `point` is WGS 84, lon before lat."""

    orientation: int = 1
    point: Point | None = None
    time: datetime | None = None


def read_hints(picture: Image.Image) -> Hints:
    """Orientation, place and time of an opened, undecoded picture. Never raises."""
    exif = attempt(read_exif, picture)
    if exif is None:
        return Hints()
    gps = attempt(exif.get_ifd, IFD.GPSInfo) or {}
    camera = attempt(exif.get_ifd, IFD.Exif) or {}
    return Hints(
        orientation=attempt(read_orientation, exif) or 1,
        point=attempt(read_point, gps),
        time=attempt(read_gps_time, gps) or attempt(read_camera_time, camera),
    )


def read_point(gps: dict[int, Any]) -> Point | None:
    """Where the camera believes it was. 0,0 and NaN are no place."""
    lat = degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "S", limit=90)
    lon = degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "W", limit=180)
    if lat is None or lon is None or (abs(lat) < 0.001 and abs(lon) < 0.001):
        return None
    return Point(lon, lat, srid=4326)


def degrees(parts: Any, ref: Any, negative: str, *, limit: float) -> float | None:
    """Degrees, minutes, seconds as decimal degrees; None if missing, not finite or out of range."""
    if isinstance(parts, int | float):
        parts = (parts,)
    if not parts or not 1 <= len(parts) <= 3:
        return None
    value = sum(float(part) / 60**i for i, part in enumerate(parts))
    if isinstance(ref, bytes):
        ref = ref.decode("ascii", "replace")
    if str(ref or "").strip("\0 ").upper().startswith(negative):
        value = -value
    return round(value, 7) if math.isfinite(value) and abs(value) <= limit else None


def read_gps_time(gps: dict[int, Any]) -> datetime | None:
    """The satellites' time, which is UTC."""
    if GPS.GPSTimeStamp not in gps or GPS.GPSDateStamp not in gps:
        return None
    hours, minutes, seconds = (float(part) for part in gps[GPS.GPSTimeStamp])
    day = datetime.strptime(text_of(gps[GPS.GPSDateStamp]), "%Y:%m:%d").replace(tzinfo=UTC)
    return plausible(day + timedelta(hours=hours, minutes=minutes, seconds=int(seconds)))


def read_camera_time(camera: dict[int, Any]) -> datetime | None:
    """The camera's clock; without an offset it is taken for the city's time."""
    if Base.DateTimeOriginal not in camera:
        return None
    taken = datetime.strptime(text_of(camera[Base.DateTimeOriginal]), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    offset = attempt(read_offset, camera) if Base.OffsetTimeOriginal in camera else None
    return plausible(taken.replace(tzinfo=offset or ZoneInfo(settings.TIME_ZONE)))


def read_offset(camera: dict[int, Any]) -> Any:
    """The tzinfo of "+02:00"."""
    return datetime.strptime(text_of(camera[Base.OffsetTimeOriginal]), "%z").tzinfo


def text_of(value: Any) -> str:
    """EXIF text without its padding."""
    return (value.decode("ascii") if isinstance(value, bytes) else str(value)).strip("\0 ")


def plausible(time: datetime) -> datetime | None:
    """`time`, unless it lies before digital cameras or after tomorrow."""
    return time if OLDEST < time < timezone.now() + timedelta(days=1) else None
