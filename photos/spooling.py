"""The body of a PUT as a file: small ones in memory, larger ones on the disk, none larger than we would take."""

from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from photos import errors, storage
from photos.formats import MAX_BYTES

IN_MEMORY_BYTES = 1 << 20


def spooled(stream: Any) -> BinaryIO:
    """Read a request (anything with `read(size)`) to its end; the caller closes the file.

    Raises PhotoRefused (too large), StorageFull, StorageUnavailable.
    """
    file = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
    size = 0
    try:
        with storage.trouble_told():
            while chunk := stream.read(storage.CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise errors.too_large()
                file.write(chunk)
            file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast(BinaryIO, file)
