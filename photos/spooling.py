"""The body of a PUT as a file: small ones in memory, larger ones on the disk, none larger than we would take."""

from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from photos import errors, storage
from photos.formats import MAX_BYTES

IN_MEMORY_BYTES = 1 << 20


def too_long() -> errors.PhotoRefused:
    """A body is refused by the status HTTP has for it; a photo among the fields of a form is one wrong field (422)."""
    refusal = errors.too_large()
    refusal.status = 413
    return refusal


def spooled(stream: Any) -> BinaryIO:
    """Read a request (anything with `read(size)`) to its end; the caller closes the file.

    Raises PhotoRefused (too large, 413), StorageFull, StorageUnavailable.
    """
    file = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
    size = 0
    try:
        with storage.trouble_told():
            while chunk := stream.read(storage.CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise too_long()
                file.write(chunk)
            file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast(BinaryIO, file)
