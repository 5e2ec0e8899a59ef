"""How much memory decoding would take, told from the header: what is too much is refused while the resident is there.

The figures are measured (docs/photos.md). JPEG is cheap, for it shrinks while it decodes, unless it comes in several
scans: then libjpeg keeps the coefficients of the whole picture.
"""

import struct
from typing import BinaryIO

MAX_BYTES = 420 << 20
BYTES_PER_PIXEL = {"image/png": 4, "image/webp": 12, "image/heic": 7}
FRAMES = {*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
SEQUENTIAL = {0xC0, 0xC1, 0xC9}
START_OF_SCAN = 0xDA
BLOCK = 64 * 2  # coefficients of 8 × 8 pixels


def is_too_much(file: BinaryIO, media_type: str, width: int, height: int) -> bool:
    """Whether the decoder would need more than we give it."""
    if media_type == "image/jpeg":
        return coefficients_of(file) > MAX_BYTES
    return width * height * BYTES_PER_PIXEL[media_type] > MAX_BYTES


def coefficients_of(file: BinaryIO) -> int:
    """Bytes libjpeg keeps of a JPEG between its scans; 0 if there is only one scan, or no header to read."""
    file.seek(2)
    frame: bytes = b""
    kind = 0
    while segment := next_segment(file):
        marker, content = segment
        if marker in FRAMES:
            kind, frame = marker, content
        elif marker == START_OF_SCAN:
            alone = kind in SEQUENTIAL and len(frame) > 5 and content[:1] == frame[5:6]
            return 0 if alone else blocks_of(frame) * BLOCK
    return blocks_of(frame) * BLOCK


def next_segment(file: BinaryIO) -> tuple[int, bytes] | None:
    """The next marker and what it holds, as lenient as decoders are with noise between segments."""
    while byte := file.read(1):
        if byte != b"\xff":
            continue
        while (marker := file.read(1)) == b"\xff":
            pass
        if not marker or marker[0] == 0xD9:
            return None
        if marker[0] in (0x00, 0x01) or 0xD0 <= marker[0] <= 0xD8:
            continue
        length = file.read(2)
        if len(length) < 2:
            return None
        return marker[0], file.read(max(0, struct.unpack(">H", length)[0] - 2))
    return None


def blocks_of(frame: bytes) -> int:
    """8 × 8 blocks of all components of a frame header, with their subsampling."""
    if len(frame) < 6 or len(frame) < 6 + 3 * frame[5]:
        return 0
    height, width, count = struct.unpack(">xHHB", frame[:6])
    factors = [(frame[7 + 3 * i] >> 4 or 1, frame[7 + 3 * i] & 15 or 1) for i in range(count)]
    widest, tallest = max(h for h, _ in factors), max(v for _, v in factors)
    return sum(-(-width * h // (8 * widest)) * -(-height * v // (8 * tallest)) for h, v in factors)
