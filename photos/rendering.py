"""From an original to the pictures people see: upright, small, and made anew, so that nothing of the file comes along.

Plain Python, without database or settings: it runs in a process of its own, with limits of its own (photos.decoder).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageCms

from photos.blurring import blur
from photos.detecting import Detector
from photos.formats import open_picture
from photos.orientation import attempt, read_exif, read_orientation
from photos.regions import Region
from photos.sizes import SIDES_PX, UPRIGHT_PX, fit

JPEG_QUALITY = 82
WEBP_QUALITY = 78
MAX_PROFILE_BYTES = 1 << 20
BAND = 64  # rows of the coarser picture made at once
WHITE = (255, 255, 255)
SRGB = ImageCms.createProfile("sRGB")
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Rendered:
    """`files`: {"320.webp": …, "320.jpg": …, "1280.webp": …, "1280.jpg": …}; `upright`: a JPEG of the same picture, not
    blurred; `regions`: what was blurred."""

    files: dict[str, bytes]
    upright: bytes
    regions: list[Region]


def render(
    file: BinaryIO, media_type: str, *, detectors: Sequence[Detector] = (), regions: Sequence[Region] = ()
) -> Rendered:
    """The first picture of a file, for everybody: `regions`, and what `detectors` find, are blurred.

    Raises whatever the decoder raises on a broken file (many types), MemoryError above the process's limit.
    """
    picture = decode(file, media_type, side=UPRIGHT_PX)
    upright = encoded(picture, "JPEG", quality=JPEG_QUALITY)
    picture = picture.resize(fit(*picture.size, max(SIDES_PX)), Image.Resampling.LANCZOS)
    blurred = [*regions, *(found for detector in detectors for found in detector.find(picture))]
    picture = blur(picture, blurred)
    files: dict[str, bytes] = {}
    for side in sorted(SIDES_PX, reverse=True):
        picture = picture.resize(fit(*picture.size, side), Image.Resampling.LANCZOS)
        files |= {f"{side}.webp": webp(picture), f"{side}.jpg": jpeg(picture)}
    return Rendered(files, upright, blurred)


def decode(file: BinaryIO, media_type: str, *, side: int) -> Image.Image:
    """An upright picture in sRGB, at most `side` pixels long, with nothing of the file but its colours."""
    picture = open_picture(file, media_type)
    orientation = attempt(lambda: read_orientation(read_exif(picture) or Image.Exif())) or 1
    size = fit(*picture.size, side)
    # The JPEG decoder shrinks to 1/2, 1/4 or 1/8 for free, but only if asked in the picture's own shape and unturned.
    picture.draft(None, size)
    picture = coarsened(picture, longest=2 * side)
    picture = resizable(picture).resize(size, Image.Resampling.LANCZOS)
    picture = to_srgb(picture)
    if orientation in UPRIGHT:
        picture = picture.transpose(UPRIGHT[orientation])
    # Pillow carries comments and metadata of an opened file into what it saves: paint onto a new one.
    fresh = Image.new("RGB", picture.size, WHITE)
    fresh.paste(picture)
    return fresh


def coarsened(picture: Image.Image, *, longest: int) -> Image.Image:
    """Averaged down by a whole factor to `longest` pixels or a little more, in bands: 100 megapixels are 400 MB as they
    are, and every conversion of the whole would double that."""
    factor = max(picture.size) // longest
    picture.load()
    if factor < 2:
        return picture
    width, height = picture.size
    small: Image.Image | None = None
    for top in range(0, height, factor * BAND):
        band = picture.crop((0, top, width, min(height, top + factor * BAND)))
        band.info = picture.info
        band = resizable(band).reduce(factor)
        small = small or Image.new(band.mode, (band.width, -(-height // factor)))
        small.paste(band, (0, top // factor))
    assert small is not None  # noqa: S101 - a picture has at least one row
    small.info = {key: value for key, value in picture.info.items() if key != "transparency"}
    return small


def resizable(picture: Image.Image) -> Image.Image:
    """In a mode that can be resized smoothly: palettes and 16-bit greys cannot. `info` stays for the colour profile."""
    info = picture.info
    if picture.mode in ("P", "PA", "1"):
        picture = picture.convert("RGBA" if "transparency" in info or picture.mode == "PA" else "RGB")
    elif picture.mode.startswith("I") or picture.mode == "F":
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    elif "transparency" in info:
        picture = picture.convert("RGBA")
    picture.info = info
    return picture


def to_srgb(picture: Image.Image) -> Image.Image:
    """RGB on white, its colours converted from the embedded profile; a broken profile is ignored."""
    profile = picture.info.get("icc_profile")
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, WHITE)
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    converted = None
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        converted = attempt(ImageCms.profileToProfile, picture, BytesIO(profile), SRGB, outputMode="RGB")
    return converted or picture.convert("RGB")


def webp(picture: Image.Image) -> bytes:
    """Small, for browsers."""
    return encoded(picture, "WEBP", quality=WEBP_QUALITY, method=2)


def jpeg(picture: Image.Image) -> bytes:
    """For everything else."""
    return encoded(picture, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)


def encoded(picture: Image.Image, kind: str, **options: int) -> bytes:
    """The bytes of a picture file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
