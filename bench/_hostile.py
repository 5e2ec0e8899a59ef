"""Photos made to hurt, for the tests and for the drill: polyglots, bombs, headers that lie, scans without end."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()
TRACE = b"GEHEIM-4711"  # must appear in nothing that is served


def jpeg_bytes() -> bytes:
    return photo_of(Image.new("RGB", (640, 480), (180, 60, 60)))


def scene(size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Red above, blue below."""
    picture = Image.new("RGB", size, (255, 0, 0))
    picture.paste((0, 0, 255), (0, size[1] // 2, *size))
    return picture


def header_says(width: int, height: int, *, progressive: bool, components: int = 3) -> bytes:
    """A JPEG whose header claims another size than it has."""
    out = BytesIO()
    mode = "CMYK" if components == 4 else "RGB"
    Image.new(mode, (64, 64)).save(out, "JPEG", progressive=progressive, subsampling=0 if components == 3 else -1)
    content = bytearray(out.getvalue())
    at = content.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    content[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(content)


def scan_bomb(size: tuple[int, int], scans: int) -> bytes:
    """A small progressive JPEG with one scan many times over."""
    out = BytesIO()
    Image.new("L", size, 128).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    first = content.index(b"\xff\xda")
    last = content.rindex(b"\xff\xda")
    end = content.rindex(b"\xff\xd9")
    return content[:first] + content[first:last] + content[last:end] * scans + content[end:]


def photo_of(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def with_zip_behind() -> bytes:
    """A JPEG that is a ZIP archive, too."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.js", TRACE)
    return jpeg_bytes() + archive.getvalue()


def with_html_in_front() -> bytes:
    """A JPEG whose first comment is a web page."""
    return photo_of(scene(), comment=b"<html><script>alert('" + TRACE + b"')</script>")


def png_bomb() -> bytes:
    """99 million equal pixels in a hundred kilobytes."""
    return photo_of(Image.new("L", (9_990, 9_900)), "PNG")


def png_text_bomb() -> bytes:
    """A compressed text that unfolds to 60 MB."""
    text = zlib.compress(b"A" * 60_000_000)
    chunk = b"zTXtComment\0\0" + text
    block = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    png = photo_of(scene(), "PNG")
    return png[:33] + block + png[33:]


def animated(kind: str, frames: int) -> bytes:
    first = scene((1200, 900))
    rest = [Image.new("RGB", (1200, 900), (n % 256, 0, 0)) for n in range(frames)]
    return photo_of(first, kind, save_all=True, append_images=rest)


def webp_header(width: int, height: int) -> bytes:
    """A WebP whose canvas is announced much larger than its picture."""
    content = bytearray(animated("WEBP", 1))
    content[24:27], content[27:30] = (width - 1).to_bytes(3, "little"), (height - 1).to_bytes(3, "little")
    return bytes(content)


def png_header(width: int, height: int) -> bytes:
    png = bytearray(photo_of(Image.new("L", (8, 8)), "PNG"))
    png[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    png[29:33] = zlib.crc32(bytes(png[12:29])).to_bytes(4, "big")
    return bytes(png)


def cut_heic() -> bytes:
    whole = photo_of(scene((800, 600)), "HEIF")
    return whole[: len(whole) * 2 // 3]


def heic_without_pixels() -> bytes:
    whole = photo_of(scene((800, 600)), "HEIF")
    lost = len(whole) // 3
    return whole[:-lost] + bytes(lost)


def many_segments() -> bytes:
    """A JPEG of 20 MB that is nearly all comments."""
    jpeg = jpeg_bytes()
    comment = b"\xff\xfe" + struct.pack(">H", 65_535) + TRACE * 5957 + b"xxxxxx"
    assert len(comment) == 65_537
    return jpeg[:2] + comment * 300 + jpeg[2:]


def text_full_png() -> bytes:
    text = PngImagePlugin.PngInfo()
    for n in range(2_000):
        text.add_text(f"k{n}", TRACE.decode() * 3)
    return photo_of(scene(), "PNG", pnginfo=text)


# name: (bytes, what happens: refused with a code, or taken and then ready or failed)
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip behind a jpeg": (with_zip_behind, "ready"),
    "html in a comment": (with_html_in_front, "ready"),
    "nearly all comments": (many_segments, "ready"),
    "thousands of texts": (text_full_png, "ready"),
    "99 megapixels in 100 kB": (png_bomb, "ready"),
    "text that unfolds": (png_text_bomb, "ready|failed|photo_damaged"),
    "1 × 100,000,000": (lambda: png_header(1, 100_000_000), "photo_damaged|failed"),
    "1 × 100,000,001": (lambda: png_header(1, 100_000_001), "photo_too_many_pixels"),
    "2³¹ × 2³¹": (lambda: png_header(0x7FFFFFFF, 0x7FFFFFFF), "photo_too_many_pixels|photo_damaged"),
    "0 × 0": (lambda: png_header(0, 0), "photo_damaged|failed"),
    "jpeg of 65,500 × 1": (lambda: header_says(65_500, 1, progressive=False), "ready|failed"),
    "jpeg header of 65,500 × 65,500": (lambda: header_says(65_500, 65_500, progressive=False), "photo_too_many_pixels"),
    "jpeg that is smaller than it says": (lambda: header_says(9_000, 9_000, progressive=False), "ready|failed"),
    "progressive that would fill the memory": (
        lambda: header_says(9_900, 9_900, progressive=True, components=4),
        "photo_too_much_memory",
    ),
    "one scan 20,000 times": (lambda: scan_bomb((3_000, 3_000), scans=20_000), "failed|ready"),
    "webp of 300 frames": (lambda: animated("WEBP", 60), "ready"),
    "png of 60 frames": (lambda: animated("PNG", 60), "ready"),
    "webp canvas of 16,777,216²": (lambda: webp_header(1 << 24, 1 << 24), "photo_too_many_pixels"),
    "webp canvas of 9,000²": (lambda: webp_header(9_000, 9_000), "photo_too_much_memory"),
    "webp canvas of 5,000²": (lambda: webp_header(5_000, 5_000), "ready|failed|photo_damaged"),
    "heic cut off": (cut_heic, "photo_damaged"),
    "heic without its pixels": (heic_without_pixels, "ready|failed|photo_damaged"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo_not_an_image"),
    "svg called jpeg by its first bytes": (lambda: b"\xff\xd8\xff<svg onload='alert(1)'/>", "photo_damaged"),
    "pdf with a jpeg inside": (lambda: b"%PDF-1.7\n" + jpeg_bytes(), "photo_not_an_image"),
    "gif": (lambda: photo_of(scene(), "GIF"), "photo_not_an_image"),
    "avif": (lambda: photo_of(scene(), "AVIF"), "photo_not_an_image"),
    "nothing": (lambda: b"", "photo_empty"),
}
