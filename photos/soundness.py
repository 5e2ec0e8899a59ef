"""Is the file all there? Told from its structure, without decoding pixels: a cut-off upload is refused at once,
while the resident can still send it again. What is broken inside shows when the renditions are made."""

import struct
from typing import BinaryIO

CHUNK = 1 << 18
PADDING = 16


def is_complete(file: BinaryIO, media_type: str, size: int) -> bool:
    """Whether nothing of the file of `size` bytes is missing at its end."""
    file.seek(0)
    return {
        "image/jpeg": jpeg_is_complete,
        "image/png": png_is_complete,
        "image/webp": webp_is_complete,
        "image/heic": boxes_are_complete,
    }[media_type](file, size)


def jpeg_is_complete(file: BinaryIO, size: int) -> bool:
    """Whether an end marker follows the first scan (phones append films and second pictures after it).

    Some cameras forget the end marker and fill up with zeros: those are forgiven. Decoding would tell for sure, but a
    hostile file of a few kilobytes can keep a decoder busy for an hour, and this is the request.
    """
    if not skip_to_scan(file, size):
        return False
    last = b""
    while chunk := file.read(CHUNK):
        if b"\xff\xd9" in last + chunk:
            return True
        last = chunk[-1:]
    file.seek(max(0, size - PADDING))
    return file.read() == bytes(PADDING)


def skip_to_scan(file: BinaryIO, size: int) -> bool:
    """Walk the segments to the first start-of-scan; False if the file ends before."""
    file.seek(2)
    while file.tell() < size:
        marker = file.read(2)
        while len(marker) == 2 and marker[1] == 0xFF:  # fill bytes
            marker = marker[1:] + file.read(1)
        if len(marker) < 2:
            return False
        if marker[0] != 0xFF:  # noise between segments: decoders skip it byte by byte, and so do we
            file.seek(-1, 1)
            continue
        if marker[1] == 0xDA:
            return True
        if marker[1] in (0x00, 0x01) or 0xD0 <= marker[1] <= 0xD8:
            continue
        length = file.read(2)
        if len(length) < 2:
            return False
        file.seek(max(0, struct.unpack(">H", length)[0] - 2), 1)
    return False


def png_is_complete(file: BinaryIO, size: int) -> bool:
    """Whether the chunks lead to IEND."""
    position = 8
    while position + 12 <= size:
        file.seek(position)
        length, kind = struct.unpack(">I4s", file.read(8))
        position += 12 + length
        if kind == b"IEND":
            return position <= size
    return False


def webp_is_complete(file: BinaryIO, size: int) -> bool:
    """Whether the file is as long as its RIFF header says."""
    return bool(struct.unpack("<I", file.read(8)[4:])[0] + 8 <= size)


def boxes_are_complete(file: BinaryIO, size: int) -> bool:
    """Whether the boxes of an ISO file (HEIC) end where the file ends. Zeros after the last one are padding."""
    position, kinds = 0, set()
    while position + 8 <= size:
        file.seek(position)
        length, kind = struct.unpack(">I4s", file.read(8))
        if length == 0:  # this box reaches to the end, or this is padding
            break
        if length == 1:
            length = struct.unpack(">Q", file.read(8).rjust(8, b"\0"))[0]
        if length < 8 or position + length > size:
            return False
        kinds.add(kind)
        position += length
    return {b"ftyp", b"meta"} <= kinds
