"""Checksums of uploads: plain SHA-256, and the `Content-Digest` header of RFC 9530."""

import base64
import binascii
import hashlib
import re
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from photos.errors import PhotoRefused
from photos.storage import chunks_of

# A dictionary of byte sequences (RFC 8941): sha-256=:…:, sha-512=:…:
MEMBER = re.compile(r"\s*([a-z0-9*_.-]+)\s*=\s*:([A-Za-z0-9+/=]*):\s*(?:;[^,]*)?(?:,|$)")


def is_sha256(text: str) -> bool:
    """64 hexadecimal digits, small letters."""
    return bool(re.fullmatch(r"[0-9a-f]{64}", text))


def check_content_digest(header: str, file: BinaryIO, sha256: str) -> None:
    """Compare the bytes with the header, if there is one. `sha256` (hex) is that of `file`, which is left rewound.

    Raises PhotoRefused: the header is malformed, or something was changed on the way.
    """
    if not header.strip():
        return
    claimed = parse(header)
    if "sha-256" in claimed and claimed["sha-256"] != bytes.fromhex(sha256):
        raise changed_on_the_way()
    if "sha-512" in claimed:
        digest = hashlib.sha512()
        for chunk in chunks_of(file):
            digest.update(chunk)
        file.seek(0)
        if claimed["sha-512"] != digest.digest():
            raise changed_on_the_way()


def parse(header: str) -> dict[str, bytes]:
    """{"sha-256": digest, …}; algorithms we do not know are for others. Raises PhotoRefused if malformed."""
    digests, position = {}, 0
    while position < len(header):
        member = MEMBER.match(header, position)
        try:
            if not member:
                raise ValueError(header)
            digests[member[1]] = base64.b64decode(member[2], validate=True)
        except (ValueError, binascii.Error) as error:
            message = _("Content-Digest ist nicht lesbar. Beispiel: sha-256=:BASE64:")
            raise PhotoRefused(message, code="photo_digest_malformed", field="Content-Digest") from error
        position = member.end()
    return digests


def changed_on_the_way() -> PhotoRefused:
    """The bytes are not those the sender spoke of."""
    message = _("Das Foto kam verändert an. Bitte senden Sie es noch einmal.")
    return PhotoRefused(message, code="photo_digest_mismatch", field="Content-Digest")
