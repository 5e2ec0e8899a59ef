"""Files below MEDIA_ROOT, written so that they are either whole or not there.

originals/ab/<random>.sealed  as it came, sealed (photos.sealing); private, never served
upright/ab/<random>.sealed    upright and small, but not blurred: what staff draw on; sealed, private
renditions/<token>/320.webp   what people see; the token is the key
staged/ab/<random>.sealed     uploads between two steps of a form, one day
"""

import errno
import logging
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from photos.errors import StorageFull, StorageUnavailable

CHUNK = 1 << 18
TEMPORARY = ".tmp-"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
log = logging.getLogger(__name__)


def root() -> Path:
    """MEDIA_ROOT."""
    return Path(settings.MEDIA_ROOT)


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file from its beginning, in pieces."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


@contextmanager
def trouble_told() -> Iterator[None]:
    """Turn the system's errors about a disk into sentences: StorageFull (507), StorageUnavailable (503)."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # not the system's: Pillow speaks OSError about broken pictures
            raise
        log.error("photo storage %s: %s", root(), error.strerror)
        raise (StorageFull if error.errno in FULL else StorageUnavailable)() from error


def write_new(folder: str, suffix: str, chunks: Iterable[bytes]) -> str:
    """Write a new file `folder`/<2 hex>/<32 hex><suffix> that survives a power cut; returns the path below MEDIA_ROOT.

    Nothing is left behind on failure. Raises StorageFull, StorageUnavailable.
    """
    name = secrets.token_hex(16) + suffix
    relative = f"{folder}/{name[:2]}/{name}"
    with trouble_told():
        check_reserve()
        write_durably(root() / relative, chunks)
    return relative


def write_durably(path: Path, chunks: Iterable[bytes]) -> None:
    """Temporary file beside it, fsync, rename, fsync of the folder. Raises OSError and leaves nothing behind."""
    make_folder(path.parent)
    temporary = path.with_name(TEMPORARY + path.name)
    try:
        with open(temporary, "xb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, such that their names survive a power cut. Nobody but us may look inside."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o750)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder onto the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_reserve() -> None:
    """Stop taking photos while some space is left: the database may live on the same disk and must not stop.

    Raises OSError (ENOSPC).
    """
    nearest = next(folder for folder in (root(), *root().parents) if folder.exists())
    if shutil.disk_usage(nearest).free < settings.MANGEL_MEDIA_RESERVE_BYTES:
        raise OSError(errno.ENOSPC, "reserve reached: less than MANGEL_MEDIA_RESERVE_MB free")


def remove(relative: str) -> None:
    """Remove a file or folder below MEDIA_ROOT if it is there. Trouble is logged: the sweep comes by again."""
    path = root() / relative
    if root() not in path.parents or ".." in path.parts:
        raise ValueError(f"{relative!r} is not below MEDIA_ROOT")
    try:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("could not remove %s: %s", relative, error.strerror)


def check_writable() -> None:
    """For `/readyz`: write, sync and remove a small file. Raises StorageFull, StorageUnavailable."""
    name = TEMPORARY + secrets.token_hex(8)
    with trouble_told():
        check_reserve()
        write_durably(root() / name, [b"ready?"])
    remove(name)


def private_files(folders: Iterable[str]) -> Iterator[str]:
    """Paths below MEDIA_ROOT of all whole files in the two-letter folders of these folders."""
    for folder in folders:
        for path in sorted((root() / folder).glob("*/*")):
            if path.is_file() and not path.name.startswith(TEMPORARY):
                yield str(path.relative_to(root()))
