"""Open a file of geodata without trusting it: known formats only, told by content, never by name.

GDAL would also open files that name other files, web addresses or whole pipelines; so the first bytes choose the one
driver that may try, and archives are unpacked here, with a limit.
"""

import gzip
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_char_p
from pathlib import Path

from django.contrib.gis.gdal import Driver
from django.contrib.gis.gdal.error import GDALException
from django.contrib.gis.gdal.prototypes import ds as gdal

from geo.zones.refusals import ImportRefused

UNPACKED_BYTES = 4 * 2**30
DRIVERS = ("GeoJSON", "GPKG", "ESRI Shapefile", "FlatGeobuf")
OSM_DRIVERS = ("OSM", "GPKG")


@contextmanager
def opened(path: Path, *, drivers: tuple[str, ...] = DRIVERS) -> Iterator[tuple[Path, str]]:
    """The plain file and its driver; .gz and .zip are unpacked into a folder that goes away afterwards.
    Raises ImportRefused with the remedy."""
    if not path.is_file():
        raise ImportRefused(f"{path} is not a file")
    with tempfile.TemporaryDirectory(prefix="mangel-import-") as folder:
        plain = unpacked(path.resolve(), Path(folder))
        driver = driver_of(plain)
        if driver not in drivers:
            raise ImportRefused(
                f"{path.name} is not one of: {', '.join(drivers)}" + (f" (it is {driver})" if driver else "")
            )
        check_opens(plain, driver)
        yield plain, driver


def unpacked(path: Path, folder: Path) -> Path:
    """`path` itself, or what it packs."""
    start = head(path, 4)
    try:
        if start[:2] == b"\x1f\x8b":
            target = folder / (path.stem if path.name.endswith(".gz") else path.name)
            with gzip.open(path) as packed:
                _copy(packed, target, path)
            return target
        if start == b"PK\x03\x04":
            return _unzipped(path, folder)
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ImportRefused(f"{path.name} cannot be unpacked: {error}") from error
    return path


def _copy(packed: object, target: Path, path: Path, limit: int = UNPACKED_BYTES) -> int:
    size = 0
    with target.open("wb") as plain:
        while block := packed.read(2**20):  # type: ignore[attr-defined]
            size += len(block)
            if size > limit:
                raise ImportRefused(f"{path.name} unpacks to more than {UNPACKED_BYTES // 2**30} GB")
            plain.write(block)
    return size


def _unzipped(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        left = UNPACKED_BYTES
        for entry in archive.infolist():
            # Only the last part of the name: an archive must not choose a place outside the folder.
            name = Path(entry.filename.replace("\\", "/")).name
            if not entry.is_dir() and name and not name.startswith("."):
                with archive.open(entry) as packed:
                    left -= _copy(packed, folder / name, path, left)
    inside = [file for file in sorted(folder.iterdir()) if driver_of(file)]
    if len(inside) != 1:
        names = ", ".join(file.name for file in inside) or "none"
        raise ImportRefused(f"{path.name} must hold exactly one file of geodata, found: {names}")
    return inside[0]


def plain_bytes(path: Path, limit: int) -> bytes:
    """The content of a plain or gzipped file. Raises ImportRefused."""
    try:
        with gzip.open(path) if head(path, 2) == b"\x1f\x8b" else path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, EOFError) as error:
        raise ImportRefused(f"{path.name} cannot be unpacked: {error}") from error
    if len(content) > limit:
        raise ImportRefused(f"{path.name} is larger than {limit // 2**20} MB")
    return content


def head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def driver_of(path: Path) -> str:
    """GDAL's name of the format, by content; "" if it is none we know."""
    start = head(path, 512)
    if start.startswith(b"SQLite format 3\x00") and start[68:72] in (b"GPKG", b"GP10", b"GP11"):
        return "GPKG"
    if start.startswith(b"\x00\x00\x27\x0a") and path.suffix.lower() == ".shp":
        return "ESRI Shapefile"
    if start.startswith(b"fgb\x03"):
        return "FlatGeobuf"
    if b"OSMHeader" in start[:64] or b"<osm" in start:
        return "OSM"
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "GeoJSON" if path.suffix.lower() in (".geojson", ".json", "") or b'"type"' in start else ""
    return ""


def check_opens(path: Path, driver: str) -> None:
    """Let the one allowed driver try. Raises ImportRefused, for JSON with the line of the mistake."""
    Driver.ensure_registered()
    allowed = (c_char_p * 2)(driver.encode(), None)
    try:
        handle = gdal.open_ds(str(path).encode(), gdal.GDAL_OF_READONLY | gdal.GDAL_OF_VECTOR, allowed, None, None)
    except GDALException as error:
        raise ImportRefused(
            f"{path.name} is damaged: {_json_mistake(path) if driver == 'GeoJSON' else error}"
        ) from error
    gdal.destroy_ds(handle)


def _json_mistake(path: Path) -> str:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return f"not JSON ({error})"
    kind = content.get("type") if isinstance(content, dict) else None
    return f'its "type" is {kind!r}; a GeoJSON FeatureCollection is needed'
