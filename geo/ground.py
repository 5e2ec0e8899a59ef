"""What lies under everything on our maps, as MANGEL_BASEMAP says: nothing, our own streets, or a service of others."""

from urllib.parse import urlsplit

from django.conf import settings

from geo import revisions
from geo.models import Street

STYLE_PATH = "/basiskarte/style.json"
# (revision of the basemap, are there streets)
_known: tuple[int, bool] | None = None


def trouble(setting: str) -> str:
    """What is wrong with a value of MANGEL_BASEMAP; "" if it can be used."""
    if setting in ("none", "own"):
        return ""
    try:
        parts = urlsplit(setting)
        fits = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        fits = False
    if fits and setting.isascii() and setting.isprintable() and " " not in setting:
        return ""
    return f"MANGEL_BASEMAP={setting!r} is neither none nor own nor the http(s) address of a MapLibre style"


def service() -> str:
    """The address of the style a service has for us; "" where there is none."""
    setting = str(settings.MANGEL_BASEMAP)
    return setting if setting not in ("none", "own") and not trouble(setting) else ""


def service_host() -> str:
    """Its name, as people are told."""
    return urlsplit(service()).hostname or ""


def style() -> str:
    """What the browser is told: none, own, or an address of ours. It never hears of the service's own."""
    if service():
        return STYLE_PATH
    return "own" if settings.MANGEL_BASEMAP == "own" else "none"


def has_streets() -> bool:
    """Was any street imported? Asked again only when the basemap changed."""
    global _known
    revision = revisions.current().get("base", 0)
    known = _known
    if known is None or known[0] != revision:
        known = _known = (revision, Street.objects.exists())
    return known[1]


def is_bare() -> bool:
    """Does the map show no streets?"""
    return not service() and (settings.MANGEL_BASEMAP != "own" or not has_streets())
