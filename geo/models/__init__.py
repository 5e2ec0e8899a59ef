"""Where things are: the city, its zones and their versions, streets, addresses, assets."""

from geo.models.city import City
from geo.models.places import Address, Asset, Landcover, Street, StreetName
from geo.models.revision import Revision
from geo.models.zones import Population, Zone, ZoneLayer

__all__ = [
    "Address",
    "Asset",
    "City",
    "Landcover",
    "Population",
    "Revision",
    "Street",
    "StreetName",
    "Zone",
    "ZoneLayer",
]
