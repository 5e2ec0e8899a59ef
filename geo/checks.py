"""What is asked before the start: settings this room reads."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from geo import ground


@register()
def check_basemap(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a MANGEL_BASEMAP nobody can draw."""
    if wrong := ground.trouble(str(settings.MANGEL_BASEMAP)):
        hint = (
            "Leave it out for our own map (bin/manage import_osm FILE), or name a style; example:"
            " MANGEL_BASEMAP=https://sgx.geodatenzentrum.de/gdz_basemapde_vektor/styles/bm_web_gry.json"
        )
        return [Error(wrong, hint=hint, id="geo.E001")]
    return []
