"""Which pictures we read, told by their content and never by their name, and how we open them."""

import struct
import warnings
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageFile

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 100_000_000

# media type → Pillow's decoder. No other decoder is ever tried.
DECODERS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}


def register() -> None:
    """Teach Pillow HEIC and set its alarm.

    Pillow only warns above MAX_IMAGE_PIXELS and refuses above twice that, so we count the pixels of the header
    ourselves. An embedded thumbnail may show something else than the picture: never decode it instead.
    """
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def media_type_of(head: bytes) -> str | None:
    """The media type told by the first 64 bytes; None if it is none of ours."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        end = min(len(head), struct.unpack(">I", head[:4])[0])
        brands = {head[8:12], *(head[i : i + 4] for i in range(16, end - 3, 4))}
        # AVIF calls itself mif1 too; we have no decoder for it.
        return "image/heic" if brands & HEIC_BRANDS and not brands & {b"avif", b"avis"} else None
    return None


def open_picture(file: BinaryIO, media_type: str) -> Image.Image:
    """Read the header with the one decoder for `media_type`; pixels are not decoded.

    Raises whatever the decoder raises on broken files (many types), and TooManyPixels.
    """
    file.seek(0)
    if media_type == "image/webp" and webp_pixels(file.read(30)) > MAX_PIXELS:
        raise TooManyPixels
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(file, formats=[DECODERS[media_type]])
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    if picture.width * picture.height > MAX_PIXELS:
        raise TooManyPixels
    return picture


def webp_pixels(head: bytes) -> int:
    """Pixels by the first 30 bytes of a WebP: its decoder takes memory for them as soon as it is opened."""
    kind, rest = head[12:16], head[20:].ljust(10, b"\0")
    if kind == b"VP8X":
        width, height = (int.from_bytes(rest[i : i + 3], "little") + 1 for i in (4, 7))
    elif kind == b"VP8L":
        bits = int.from_bytes(rest[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(rest[i : i + 2], "little") & 0x3FFF for i in (6, 8))
    return width * height


class TooManyPixels(Exception):
    """The header announces more than MAX_PIXELS."""
