"""Keep an upload between two steps of a form without JavaScript: the browser gets a signed key instead of the file."""

import os
from typing import BinaryIO

from django.core import signing
from django.core.files import File
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from photos import originals, storage
from photos.errors import PhotoRefused
from photos.inspection import inspect
from photos.sealing import KeyMissing, SealBroken

SALT = "photos.staging"
KEPT_S = 24 * 60 * 60


class StagedFile(File):
    """Its length is not that of the sealed file on the disk."""

    @cached_property
    def size(self) -> int:
        here = self.tell()
        end: int = self.seek(0, os.SEEK_END)
        self.seek(here)
        return end


def stage(file: BinaryIO) -> str:
    """Look at an upload and keep it for a day; returns the signed key to put into the form.

    Raises PhotoRefused, saying why, StorageFull, StorageUnavailable.
    """
    inspect(file)
    path = originals.write("staged", storage.chunks_of(file))
    file.seek(0)
    return signing.dumps(path, salt=SALT)


def open_staged(key: str) -> File:
    """The staged file, open for reading, with `.size` in bytes; ready for `uploads.inspect` and `uploads.store`.

    It may be opened again (a form sent twice) until it is swept. Raises PhotoRefused: key forged, or a day over.
    """
    try:
        path = signing.loads(key, salt=SALT, max_age=KEPT_S)
        return StagedFile(originals.open_plain(path), name=os.path.basename(path))
    except (signing.BadSignature, FileNotFoundError, KeyMissing, SealBroken) as error:
        message = _("Das Foto ist nicht mehr da, weil zu viel Zeit vergangen ist. Bitte wählen Sie es noch einmal aus.")
        raise PhotoRefused(message, code="photo_no_longer_staged") from error
