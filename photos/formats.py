"""Which pictures we read, told by their content and never by their name."""

import pillow_heif
from PIL import Image

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 100_000_000


def register() -> None:
    """Teach Pillow HEIC and set its alarm.

    Pillow warns above MAX_IMAGE_PIXELS and only refuses above twice that: we count the pixels of the header ourselves.
    """
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
