"""Sealed files: AES-256-GCM in chunks under a data key of the file's own, which is wrapped by a key of the town.

header   MAGIC, length of the key id, key id, nonce (12), wrapped data key (48)
body     chunks of 256 KiB, each followed by its tag (16). A chunk's nonce is its number and whether it is the last one,
         so chunks cannot be swapped, repeated or cut off unnoticed. The data key is used for this one file only.
"""

import io
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"MANGEL\x01\n"
CHUNK = 1 << 18
TAG = 16
NONCE = 12
WRAPPED = 32 + TAG


class SealBroken(Exception):
    """The file was changed, cut off, or sealed with another key of the same name."""


class KeyMissing(Exception):
    """The file was sealed with a key that is no longer there. The message names it, and what to do."""


@dataclass(frozen=True)
class Header:
    """What stands before the first chunk. `length` is in bytes."""

    kid: str
    nonce: bytes
    wrapped: bytes

    @property
    def length(self) -> int:
        return len(MAGIC) + 1 + len(self.kid.encode()) + NONCE + WRAPPED

    def to_bytes(self) -> bytes:
        kid = self.kid.encode()
        return MAGIC + bytes([len(kid)]) + kid + self.nonce + self.wrapped

    def data_key(self, keys: Mapping[str, bytes]) -> bytes:
        """The file's own key. Raises KeyMissing, SealBroken."""
        if self.kid not in keys:
            raise KeyMissing(f"MANGEL_PHOTO_KEYS has no key {self.kid!r}; put it back behind the current one")
        try:
            return AESGCM(keys[self.kid]).decrypt(self.nonce, self.wrapped, MAGIC + self.kid.encode())
        except InvalidTag as error:
            raise SealBroken(f"the data key does not open with key {self.kid!r}") from error


def new_header(kid: str, key: bytes, data_key: bytes) -> Header:
    """The data key wrapped by `key`, known as `kid`."""
    nonce = secrets.token_bytes(NONCE)
    return Header(kid, nonce, AESGCM(key).encrypt(nonce, data_key, MAGIC + kid.encode()))


def read_header(file: BinaryIO) -> Header | None:
    """The header a file begins with; None if it is not sealed. Raises SealBroken if it ends inside."""
    if file.read(len(MAGIC)) != MAGIC:
        return None
    length = file.read(1)
    rest = file.read(length[0] + NONCE + WRAPPED) if length else b""
    if not length or len(rest) < length[0] + NONCE + WRAPPED:
        raise SealBroken("cut off inside its header")
    kid, rest = rest[: length[0]], rest[length[0] :]
    return Header(kid.decode(errors="replace"), rest[:NONCE], rest[NONCE:])


def nonce_of(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + bytes([last])


def seal(chunks: Iterable[bytes], *, kid: str, key: bytes) -> Iterator[bytes]:
    """The sealed file of a plain one, both in pieces."""
    data_key = secrets.token_bytes(32)
    yield new_header(kid, key, data_key).to_bytes()
    cipher, number, waiting = AESGCM(data_key), 0, bytearray()
    for piece in chunks:
        waiting += piece
        # The last chunk is marked as such, so one always stays behind until we know.
        while len(waiting) > CHUNK:
            yield cipher.encrypt(nonce_of(number, last=False), bytes(waiting[:CHUNK]), None)
            del waiting[:CHUNK]
            number += 1
    yield cipher.encrypt(nonce_of(number, last=True), bytes(waiting), None)


def rewrapped(path: Path, *, kid: str, keys: Mapping[str, bytes]) -> Iterator[bytes]:
    """The same sealed file, its data key wrapped by `kid`; the body stays. Raises KeyMissing, SealBroken."""
    with path.open("rb") as file:
        header = read_header(file)
        if header is None:
            raise SealBroken("not sealed")
        yield new_header(kid, keys[kid], header.data_key(keys)).to_bytes()
        while piece := file.read(CHUNK):
            yield piece


class Unsealed(io.RawIOBase):
    """A sealed file, read as if it were plain: seekable, one chunk in memory. Raises KeyMissing, SealBroken."""

    def __init__(self, path: Path, keys: Mapping[str, bytes]) -> None:
        self.file = path.open("rb")
        try:
            header = read_header(self.file)
            if header is None:
                raise SealBroken("not sealed")
            self.cipher = AESGCM(header.data_key(keys))
            self.start = header.length
            body = os.fstat(self.file.fileno()).st_size - self.start
            self.chunks = max(1, -(-body // (CHUNK + TAG)))
            self.size = body - self.chunks * TAG
            if self.size < 0:
                raise SealBroken("cut off")
            self.chunk(self.chunks - 1)  # a file that was cut off is noticed now, not in the middle of a picture
        except BaseException:
            self.file.close()
            raise
        self.position = 0

    held: tuple[int, bytes] = (-1, b"")

    def chunk(self, number: int) -> bytes:
        if self.held[0] != number:
            self.file.seek(self.start + number * (CHUNK + TAG))
            try:
                nonce = nonce_of(number, last=number == self.chunks - 1)
                plain = self.cipher.decrypt(nonce, self.file.read(CHUNK + TAG), None)
            except InvalidTag as error:
                raise SealBroken(f"chunk {number} was changed") from error
            self.held = (number, plain)
        return self.held[1]

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        if self.position >= self.size:
            return 0
        number, offset = divmod(self.position, CHUNK)
        piece = self.chunk(number)[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self.position += len(piece)
        return len(piece)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.position, os.SEEK_END: self.size}[whence]
        self.position = max(0, base + offset)
        return self.position

    def close(self) -> None:
        self.file.close()
        self.held = (-1, b"")
        super().close()
