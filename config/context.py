"""What every page knows: the city and how its map is drawn."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from geo.models import City


def city(request: HttpRequest) -> dict[str, Any]:
    """`city` (geo.City) and `basemap` for templates. Lazy: an error page must not need the database."""
    return {"city": LazyCity(), "basemap": settings.MANGEL_BASEMAP}


class LazyCity:
    """The city, read at first use; a nameless one where the database is away."""

    def __getattr__(self, name: str) -> Any:
        return getattr(City.current(), name)
