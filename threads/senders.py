"""Telling senders apart without knowing them: a keyed hash of the address, kept for 48 hours at most."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

# A household has a whole /64 of IPv6: its devices are one sender.
IPV6_HOUSEHOLD = 64


def address_of(request: HttpRequest) -> str:
    """Where a request came from. Of `X-Forwarded-For` only what our own proxies wrote counts; the rest is forged."""
    trusted = settings.MANGEL_TRUSTED_PROXIES
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if trusted and len(forwarded) >= trusted and forwarded[-trusted].strip():
        return forwarded[-trusted].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def sender_hash(request: HttpRequest) -> str:
    """A name for who sent this, of no use to anybody but us."""
    given = address_of(request)
    try:
        found = ipaddress.ip_address(given)
        if found.version == 6:
            given = str(ipaddress.ip_network(f"{found}/{IPV6_HOUSEHOLD}", strict=False))
    except ValueError:
        pass  # a unix socket, or nonsense: hashed as it is
    return salted_hmac("threads.sender", given, algorithm="sha256").hexdigest()
