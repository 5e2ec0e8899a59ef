"""A first look at an upload, in the request: what is it, is it whole, is it small enough? Pixels are not decoded."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.contrib.gis.geos import Point

from photos import errors
from photos.appetite import is_too_much
from photos.exif import read_hints
from photos.formats import MAX_BYTES, TooManyPixels, media_type_of, open_picture
from photos.soundness import is_complete

CHUNK = 1 << 18


@dataclass(frozen=True)
class Inspected:
    """What we know of an upload. `sha256` is hex, `size` bytes; `width` and `height` are pixels once upright."""

    sha256: str
    media_type: str
    size: int
    width: int
    height: int
    hint_point: Point | None = None
    hint_time: datetime | None = None


def inspect(file: BinaryIO) -> Inspected:
    """Judge an uploaded file by its content. Leaves it rewound and open.

    Raises PhotoRefused (empty, too large, not an image, damaged, too many pixels, too much memory), and StorageFull if
    the upload did not fit onto the disk; other exceptions never.
    """
    if getattr(file, "disk_full", False):  # told by photos.handlers
        raise errors.StorageFull
    sha256, size = digest_of(file)
    file.seek(0)
    media_type = media_type_of(file.read(64))
    if media_type is None:
        raise errors.not_a_photo()
    try:
        picture = open_picture(file, media_type)
        hints = read_hints(picture)
        if is_too_much(file, media_type, *picture.size):
            raise errors.too_much_memory()
        if not is_complete(file, media_type, size):
            raise errors.damaged()
    except TooManyPixels as error:
        raise errors.too_many_pixels() from error
    except errors.PhotoRefused:
        raise
    except Exception as error:  # decoders raise many types on broken files; none of them is our bug
        raise errors.damaged() from error
    finally:
        file.seek(0)
    width, height = picture.size if hints.orientation < 5 else picture.size[::-1]
    return Inspected(sha256, media_type, size, width, height, hints.point, hints.time)


def digest_of(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 (hex) and size in bytes; stops reading at the limit. Raises PhotoRefused."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise errors.too_large()
    if not size:
        raise errors.empty()
    return digest.hexdigest(), size
