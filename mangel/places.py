"""How a spot is called in public: the nearest address, never a default."""

from geo import addresses


def near_words(lon: float | None, lat: float | None) -> str:
    """Street and number of the nearest address within 150 m ("Schillerstraße 12"), else the street, else empty."""
    if lon is None or lat is None:
        return ""
    found = addresses.nearest(lon, lat)
    return f"{found.street} {found.number}".strip()[:200] if found else ""
