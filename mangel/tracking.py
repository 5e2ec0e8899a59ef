"""The tracking code: proof of being the reporter, held by nobody but the reporter.

HMAC-SHA-256 over number and version, 80 bits, Crockford base32. The database holds none; a replayed
submission gets the same code again; raising the report's version revokes it.
"""

import base64
import hashlib
import hmac
import re
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import constant_time_compare

CODE_BYTES = 10
CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghjkmnpqrstvwxyz")
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1"})


@cache
def keys() -> dict[str, bytes]:
    """Key id → key from the settings, newest first. Raises ImproperlyConfigured with the remedy."""
    found = {}
    for item in settings.MANGEL_TRACKING_KEYS:
        kid, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise ImproperlyConfigured(f"MANGEL_TRACKING_KEYS: {kid!r} is not base64; `bin/start` makes one") from error
        if len(key) < 32:
            raise ImproperlyConfigured(f"MANGEL_TRACKING_KEYS: key {kid!r} has {len(key)} bytes, at least 32 needed")
        found[kid] = key
    if not found:
        raise ImproperlyConfigured("MANGEL_TRACKING_KEYS is empty; example: k1:<base64 of 32 random bytes>")
    return found


def newest_kid() -> str:
    return next(iter(keys()))


def code_for(public_id: str, *, kid: str, version: int) -> str:
    """The code in plain form, 16 characters. Unknown `kid` (key removed): the code of the newest key."""
    key = keys().get(kid) or keys()[newest_kid()]
    digest = hmac.new(key, f"report:{public_id}:{version}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:CODE_BYTES]).decode().translate(CROCKFORD)


def normalised(code: str) -> str:
    """What somebody typed, as a code: no spaces or dashes, lower case, o→0, i/l→1."""
    return re.sub(r"[\s\-]+", "", code[:64]).lower().translate(MISREAD)


def is_code_of(code: str, public_id: str, *, kid: str, version: int) -> bool:
    """Whether `code` opens this report. Constant time."""
    return constant_time_compare(normalised(code), code_for(public_id, kid=kid, version=version))


def spoken(code: str) -> str:
    """In groups of four, as it is printed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
