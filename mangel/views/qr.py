"""Addresses as QR codes."""

import io
from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(address: str, *, title: str) -> SafeString:
    """The address as an SVG for the page; no style attribute, for the CSP allows none."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, title=title
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  # made by segno from our own address


@lru_cache(maxsize=1_000)
def public_qr(address: str, title: str) -> SafeString:
    """The same for a page that many read: drawing takes longer than the rest of the page. Not for secret links."""
    return qr_code(address, title=title)
