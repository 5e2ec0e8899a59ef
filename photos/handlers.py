"""Receiving files of a form: no more of each than we would take, and a sentence when the disk for them is full."""

import logging
from contextlib import suppress
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from photos.formats import MAX_BYTES
from photos.storage import FULL

log = logging.getLogger(__name__)


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Keeps at most one byte more than MAX_BYTES of a file, which is enough for `inspect` to refuse it with a sentence.

    Without it a form could fill the disk before any of our code has seen the file.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.kept = 0
        self.disk_full = False
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        wanted = raw_data[: MAX_BYTES + 1 - self.kept]
        if wanted and not self.disk_full:
            self.write(wanted, start)
            self.kept += len(wanted)
        return None

    def write(self, data: bytes, start: int) -> None:
        """Write, or remember that the disk is full."""
        try:
            super().receive_data_chunk(data, start)
            self.file.flush()
        except OSError as error:
            if error.errno not in FULL:
                raise
            log.error("temporary files: %s", error.strerror)
            self.disk_full = True

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.disk_full:
            return super().file_complete(self.kept)
        with suppress(OSError):  # it still holds what it could not write
            self.file.close()
        file = SimpleUploadedFile(self.file_name or "", b"")
        file.disk_full = True  # type: ignore[attr-defined]
        return file
