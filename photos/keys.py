"""The town's keys for originals: MANGEL_PHOTO_KEYS, `kid:base64,…`. The first one seals, all of them open."""

import base64
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MAX_KID = 64


def keys() -> dict[str, bytes]:
    """Key id → key, the current one first. Raises ImproperlyConfigured with the remedy."""
    return parsed(tuple(settings.MANGEL_PHOTO_KEYS))


def current() -> tuple[str, bytes]:
    """The key that seals what comes now."""
    return next(iter(keys().items()))


@cache
def parsed(items: tuple[str, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for item in items:
        kid, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise ImproperlyConfigured(f"MANGEL_PHOTO_KEYS: {kid!r} is not base64; `bin/start` makes one") from error
        if len(key) != 32:
            raise ImproperlyConfigured(f"MANGEL_PHOTO_KEYS: key {kid!r} has {len(key)} bytes, exactly 32 needed")
        if not 0 < len(kid.encode()) <= MAX_KID or kid in found:
            raise ImproperlyConfigured(f"MANGEL_PHOTO_KEYS: the name {kid!r} is empty, too long or there twice")
        found[kid] = key
    if not found:
        raise ImproperlyConfigured("MANGEL_PHOTO_KEYS is empty; example: p1:<base64 of 32 random bytes>")
    return found
