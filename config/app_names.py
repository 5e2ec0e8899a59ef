"""What the installed app is called and offers on the home screen: django-pwa's settings, in the reader's language.

Lazy: they are read for each manifest, so the city's name comes from its own data and never from a file."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def product_name() -> str:
    from geo.models import City  # models exist once settings are read
    from pwa.translated import pick

    return str(pick(City.current().product_name)) or _("Mängelmelder")


def description() -> str:
    from geo.models import City

    return _("Mängel in %(city)s melden, auch ohne Netz, und sehen, was daraus wird.") % {"city": City.current().name}


PWA_APP_NAME = lazy(product_name, str)()
PWA_APP_DESCRIPTION = lazy(description, str)()


def icons(static: str) -> list[dict[str, Any]]:
    """Any shape and maskable, both in 192 and 512 px."""
    plain = [{"src": f"{static}pwa/icons/app-{side}.png", "sizes": f"{side}x{side}"} for side in (192, 512)]
    masked = [{"src": f"{static}pwa/icons/maskable-{side}.png", "sizes": f"{side}x{side}"} for side in (192, 512)]
    return [
        *({**icon, "type": "image/png", "purpose": "any"} for icon in plain),
        *({**icon, "type": "image/png", "purpose": "maskable"} for icon in masked),
    ]


def shortcuts(static: str) -> list[dict[str, Any]]:
    icon = [{"src": f"{static}pwa/icons/app-192.png", "sizes": "192x192", "type": "image/png"}]
    return [
        {"name": gettext_lazy("Melden"), "url": "/melden/", "icons": icon},
        {"name": gettext_lazy("In meiner Nähe"), "url": "/?in-meiner-naehe", "icons": icon},
    ]
