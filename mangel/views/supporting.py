""" "Betrifft mich auch": counted once per browser, which is known by a random cookie and nothing else."""

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "mangel_unterstuetzt"
KEPT_S = 180 * 24 * 3600


def supporter_hash(request: HttpRequest) -> str:
    """The hash of this browser's supporter key, empty if it never supported anything."""
    key = request.COOKIES.get(COOKIE, "")
    return hash_of(key) if 20 <= len(key) <= 64 else ""


def hash_of(key: str) -> str:
    return hashlib.sha256(f"supporter:{key}".encode()).hexdigest()


def count_once(request: HttpRequest, response: HttpResponse) -> str:
    """The hash to count by. Sets the cookie at the first support, never before (§ 25 TDDDG: what was asked for)."""
    if known := supporter_hash(request):
        return known
    key = secrets.token_urlsafe(24)
    response.set_cookie(
        COOKIE, key, max_age=KEPT_S, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return hash_of(key)
