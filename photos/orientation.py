"""Which way up a camera was held. Plain Python: also read in the decoder's process, which knows no Django."""

import logging
from typing import Any

from PIL import Image
from PIL.ExifTags import Base

MAX_EXIF_BYTES = 1 << 20
log = logging.getLogger(__name__)


def attempt(read: Any, *args: Any, **options: Any) -> Any:
    """`read(*args)`, or None if the file makes it stumble."""
    try:
        return read(*args, **options)
    except Exception as error:  # Pillow's EXIF reader raises whatever the bytes lead it to
        log.debug("not readable: %s", type(error).__name__)
        return None


def read_exif(picture: Image.Image) -> Image.Exif | None:
    """The EXIF block, None if there is none. Asks `info` first: Pillow decodes a whole PNG to look for a late one."""
    raw = picture.info.get("exif")
    if not raw or len(raw) > MAX_EXIF_BYTES:
        return None
    return picture.getexif()


def read_orientation(exif: Image.Exif) -> int:
    """EXIF orientation 1 to 8; anything else counts as upright."""
    value = exif.get(Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
