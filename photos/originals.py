"""Private files, sealed on the disk: what residents sent, the desk's view of it, uploads between two steps of a form.

Files from before the sealing are plain: they are still read, and `manage.py rewrap_photos` seals them.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, cast

from photos import keys, sealing, storage

SUFFIX = ".sealed"


def write(folder: str, chunks: Iterable[bytes]) -> str:
    """Seal into a new file of `folder`; returns its path below MEDIA_ROOT. Raises StorageFull, StorageUnavailable."""
    kid, key = keys.current()
    return storage.write_new(folder, SUFFIX, sealing.seal(chunks, kid=kid, key=key))


def open_plain(relative: str) -> BinaryIO:
    """A private file as it came, seekable; the caller closes it.

    Raises FileNotFoundError, KeyMissing (a key was taken away), SealBroken (the file was changed).
    """
    path = storage.root() / relative
    if kid_of(path) is None:
        return path.open("rb")
    return cast(BinaryIO, io.BufferedReader(sealing.Unsealed(path, keys.keys()), sealing.CHUNK))


def read(relative: str) -> bytes:
    """All of a private file; at most MAX_BYTES of memory. Raises as `open_plain`."""
    with open_plain(relative) as file:
        return file.read()


def kid_of(path: Path) -> str | None:
    """The name of the key a file is sealed with, None if it is plain. Raises FileNotFoundError, SealBroken."""
    with path.open("rb") as file:
        header = sealing.read_header(file)
    return header.kid if header else None


def reseal(relative: str) -> bool:
    """Seal a plain file, or wrap the data key of a sealed one with the current key; whether there was anything to do.

    The file is replaced whole or not at all, under its name. Raises as `write` and `open_plain`.
    """
    path = storage.root() / relative
    kid, key = keys.current()
    old = kid_of(path)
    if old == kid:
        return False
    with storage.trouble_told():
        if old is None:
            with path.open("rb") as file:
                storage.write_durably(path, sealing.seal(storage.chunks_of(file), kid=kid, key=key))
        else:
            storage.write_durably(path, sealing.rewrapped(path, kid=kid, keys=keys.keys()))
    return True
