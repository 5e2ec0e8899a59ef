"""What a search for an address answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """An address or, without number, a street. Degrees (4326); `distance_m` where a place was given."""

    kind: str  # address | street
    street: str
    number: str
    postcode: str
    place: str
    lon: float
    lat: float
    distance_m: float | None = None

    @property
    def label(self) -> str:
        """As it is written on a letter: "Marktstraße 5, 99423 Weimar"."""
        street = f"{self.street} {self.number}".strip()
        town = f"{self.postcode} {self.place}".strip()
        return f"{street}, {town}" if town else street
