"""Step 2: where it is. Device, map, address, or words; nothing is refused but what cannot be on this planet's map."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo import addresses
from geo.addresses import Found
from geo.folding import fold
from geo.lookup import ZoneIndex
from geo.models import City
from mangel import places, routing
from mangel.catalogue import Catalogue
from mangel.drafts import Draft, Reader, read_place
from mangel.models import Category
from mangel.views import maps
from mangel.views.reporting.state import Begun
from pwa.errors import DomainError
from pwa.translated import pick

FIELDS = ("lon", "lat", "accuracy_m", "place_source", "address", "place_hint")
OFFERED = 5
AS_TYPED = "words"


def read(request: HttpRequest, begun: Begun) -> list[DomainError]:
    """Take the place over into `begun`. An address that matches nothing stays words."""
    typed = {name: request.POST.get(name, "").strip()[:300] for name in FIELDS}
    typed = {name: value for name, value in typed.items() if value}
    if request.POST.get("go") == "without":
        begun.set_place({"place_source": "none"} | {k: v for k, v in typed.items() if k == "place_hint"})
        return []
    if moved_on(typed, begun.place):
        typed = {name: value for name, value in typed.items() if name in ("address", "place_hint")}
    choice = request.POST.get("match", "")
    begun.set_place(typed)
    if "lon" not in typed and typed.get("address") and (error := find_address(begun, typed, choice)):
        return [error]
    reader = Reader(begun.place)
    read_place(reader, Draft(category=Category()), None)
    if not (begun.place.get("lon") or begun.place.get("address")) and not reader.errors:
        reader.refuse(
            "address",
            _("Wo ist es? Schreiben Sie die Adresse oder den Ort in Ihren Worten, oder gehen Sie ohne Ort weiter."),
        )
    return reader.errors


def moved_on(typed: dict[str, str], before: dict[str, str]) -> bool:
    """Another address was typed while the hidden point still is that of the old one."""
    return (
        typed.get("place_source") == "address"
        and typed.get("lon") == before.get("lon")
        and typed.get("address", "") != before.get("address", "")
    )


class WhichOne(DomainError):
    """Not an error: several addresses fit, and one of them has to be pointed at."""


def find_address(begun: Begun, typed: dict[str, str], choice: str) -> DomainError | None:
    """Give the typed address its point where there is no doubt, ask once where there is, keep words otherwise."""
    if choice == AS_TYPED:
        return None
    found = candidates(typed["address"])
    chosen = next((one for one in found if one.label == choice), None)
    if chosen is None:
        sure = [one for one in found if is_sure(one, typed["address"])]
        if len(sure) != 1:
            return WhichOne(_("Welche Adresse meinen Sie?"), field="match") if found else None
        chosen = sure[0]
    begun.set_place(
        typed
        | {"address": chosen.label, "lon": f"{chosen.lon:.7f}", "lat": f"{chosen.lat:.7f}", "place_source": "address"}
    )
    return None


def candidates(typed: str) -> list[Found]:
    """Addresses like what was typed, inside the service area."""
    index = ZoneIndex.current()
    found = addresses.search(typed, limit=OFFERED)
    return [one for one in found if index.at(one.lon, one.lat).in_service_area]


def is_sure(found: Found, typed: str) -> bool:
    """Street and number are exactly what was typed, with or without the town."""
    words = fold(typed)
    short = fold(f"{found.street} {found.number}")
    return found.kind == "address" and (words == fold(found.label) or words == short)


def context(begun: Begun, errors: dict[str, str]) -> dict[str, Any]:
    ask = "match" in errors
    typed = begun.place.get("address", "")
    return {
        "map": maps.place_map(),
        "values": begun.place,
        "errors": {name: text for name, text in errors.items() if name != "match"},
        "city_name": City.current().name,
        "matches": candidates(typed) if ask and typed else [],
        "typed": typed,
    }


@dataclass(frozen=True)
class Facts:
    """What is known about the place, in words; shown on the pages after it."""

    words: str
    outside: str = ""
    outside_office: str = ""


def facts(begun: Begun, draft: Draft) -> Facts:
    """The place in words. Outside the city that is said before anything else is typed (GOALS U20)."""
    place = begun.place
    if draft.lon is None or draft.lat is None:
        return Facts(place.get("address", "") or _("Ohne Ort"))
    zones = ZoneIndex.current().at(draft.lon, draft.lat)
    if not zones.inside_city:
        return Facts(place.get("address", "") or _("Außerhalb des Stadtgebiets"), *outside(draft.lon, draft.lat))
    if place.get("address") and place.get("place_source") == "address":
        return Facts(place["address"])
    near = places.near_words(draft.lon, draft.lat)
    parts = [hit.name for hit in zones.by_layer("owner")[:1]] + ([zones.district.name] if zones.district else [])
    if near:
        parts.append(_("nahe %(address)s") % {"address": near})
    return Facts(", ".join(parts) or _("Stelle auf der Karte"))


def outside(lon: float, lat: float) -> tuple[str, str]:
    """(sentence, office) for a place outside the city; the office only where it is the same for every matter."""
    catalogue = Catalogue.current()
    found = {routing.decide(category=leaf, lon=lon, lat=lat).office.pk for leaf in catalogue.leaves()}
    office = pick(catalogue.office_by_id[found.pop()].names) if len(found) == 1 else ""
    sentence = catalogue.text("outside_city") or _(
        "Dieser Ort liegt außerhalb der Stadt. Wir geben die Meldung weiter."
    )
    return str(sentence), office
