"""What every page knows: the city and how its map is drawn."""

from typing import Any

from django.http import HttpRequest

from geo import ground
from geo.models import City


def city(request: HttpRequest) -> dict[str, Any]:
    """`city` (geo.City) and `basemap` for templates. Lazy: an error page must not need the database."""
    return {"city": LazyCity(), "basemap": ground.style()}


class LazyCity:
    """The city, read at first use; a nameless one where the database is away."""

    def __getattr__(self, name: str) -> Any:
        return getattr(City.current(), name)
