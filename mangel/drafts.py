"""What somebody wants to report, read from form or API: the same rules and the same words for both."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from geo import parameters
from geo.lookup import ZoneIndex
from geo.models import Asset
from mangel.answers import read_answers
from mangel.catalogue import Catalogue
from mangel.hazards import CALLED, CALM
from mangel.models import Category, Report
from photos.uploads import Inspected, inspect
from pwa.errors import DomainError, DomainErrors
from pwa.legible import illegible

DESCRIPTION_MAX = 4000
MAX_PHOTOS = 5
ACCURACY_MAX_M = 100_000.0
Source = Report.PlaceSource
STRANGERS_CHANNELS = (Report.Channel.APP, Report.Channel.WEB)

FIELDS = frozenset(
    {
        *("category", "answers", "description", "danger", "language", "channel"),
        *("lon", "lat", "accuracy_m", "place_source", "place_hint", "address", "asset"),
        *("photos", "photo_alts", "photos_expected"),
        *("name", "email", "phone"),
    }
)


@dataclass
class Draft:
    """A report that has been read and may be submitted. Coordinates WGS 84 degrees, accuracy in metres."""

    category: Category
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    place_source: str = Source.NONE
    place_hint: str = ""
    address: str = ""
    asset: Asset | None = None
    description: str = ""
    # What was pressed on the stop page: "called", "calm" or nothing.
    danger: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    language: str = "de"
    channel: str = Report.Channel.WEB
    # (file object, what was found in it, words for those who cannot see it)
    photos: list[tuple[Any, Inspected, str]] = field(default_factory=list)
    photos_expected: list[str] = field(default_factory=list)
    expected_alts: list[str] = field(default_factory=list)
    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def point(self) -> Point | None:
        return None if self.lon is None or self.lat is None else Point(self.lon, self.lat, srid=4326)


class Reader:
    """Collects refusals instead of stopping at the first, so that a reader mends all fields in one go."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.errors: list[DomainError] = []

    def refuse(self, name: str, message: str, code: str | None = None) -> None:
        self.errors.append(DomainError(message, field=name, code=code))

    def attempt(self, name: str, read: Any, *args: Any) -> Any:
        """The result of `read`, or None with its refusal noted under `name`."""
        try:
            return read(*args)
        except DomainErrors as refused:
            self.errors += refused.errors
        except DomainError as refused:
            refused.field = refused.field or name
            self.errors.append(refused)
        return None

    def text(self, name: str, limit: int) -> str:
        raw = self.data.get(name)
        if raw is None:
            return ""
        if not isinstance(raw, str):
            self.refuse(name, _("Bitte als Text angeben."))
            return ""
        text = raw.replace("\r\n", "\n").strip()
        if "\x00" in text:
            self.refuse(name, _("Der Text enthält ein unzulässiges Zeichen. Bitte neu eingeben."))
            return ""
        if len(text) > limit:
            self.refuse(
                name, _("Das sind %(n)s Zeichen, möglich sind %(max)s. Bitte kürzen.") % {"n": len(text), "max": limit}
            )
            return ""
        return text

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        raw = self.data.get(name)
        if raw is None or raw == "":
            return default
        if raw not in allowed:
            self.refuse(
                name,
                _("„%(value)s“ gibt es nicht. Möglich sind: %(options)s.")
                % {"value": str(raw)[:40], "options": ", ".join(allowed)},
            )
            return default
        return str(raw)


def read_draft(
    data: Mapping[str, Any],
    photos: Sequence[Any] = (),
    photo_alts: Sequence[str] = (),
    *,
    channels: Sequence[str] = STRANGERS_CHANNELS,
) -> Draft:
    """A checked Draft. Raises DomainErrors naming every field that needs mending, in the reader's language.

    Nothing is refused because of place, photo, season or a missing address; only coordinates beyond the
    service area are questioned ("vertauscht?").
    """
    reader = Reader(data)
    for name in data:
        if name not in FIELDS:
            reader.refuse(str(name)[:60], _("Dieses Feld gibt es nicht. Bitte weglassen."), "unknown_field")
    catalogue = Catalogue.current()
    category = read_category(reader, catalogue)
    draft = Draft(category=category or Category())
    draft.description = reader.text("description", DESCRIPTION_MAX)
    draft.place_hint = reader.text("place_hint", 200)
    draft.address = reader.text("address", 200)
    draft.channel = reader.choice("channel", channels, Report.Channel.WEB)
    draft.danger = reader.choice("danger", (CALLED, CALM), "")
    draft.language = reader.choice("language", [code for code, _name in settings.LANGUAGES], "de")
    read_place(reader, draft, category)
    if category:
        read_given_answers(reader, draft, catalogue)
    read_contact(reader, draft)
    read_photos(reader, draft, photos, photo_alts)
    if category and category.needs_text_or_photo and not (draft.description or draft.photos or draft.photos_expected):
        reader.refuse(
            "description", _("Bitte beschreiben Sie es in ein paar Worten oder fügen Sie ein Foto hinzu."), "required"
        )
    if reader.errors:
        raise DomainErrors(reader.errors)
    return draft


def read_category(reader: Reader, catalogue: Catalogue) -> Category | None:
    """A leaf that is active, or the one that replaced it."""
    code = reader.data.get("category")
    if not code or not isinstance(code, str):
        reader.refuse("category", _("Bitte wählen Sie, was es ist."), "required")
        return None
    category = catalogue.categories.get(code)
    if category and not category.active and category.replaced_by_id:
        category = catalogue.category_by_id[category.replaced_by_id]
    if category is None or not category.active or category.parent_id is None:
        reader.refuse("category", _("Diese Kategorie gibt es nicht. Bitte wählen Sie eine aus der Liste."), "unknown")
        return None
    return category


def read_place(reader: Reader, draft: Draft, category: Category | None) -> None:
    """Point, address words or an asset's number; a default pin is never a place."""
    data = reader.data
    if category and category.place == Category.Place.NONE:
        return
    lon, lat = data.get("lon"), data.get("lat")
    if lon not in (None, "") or lat not in (None, ""):
        place = reader.attempt("lon", parameters.position, lon, lat)
        if place:
            draft.lon, draft.lat = place
            if not ZoneIndex.current().at(*place).in_service_area:
                reader.refuse(
                    "lon",
                    _(
                        "Dieser Ort liegt weit außerhalb des Stadtgebiets."
                        " Sind Länge (lon) und Breite (lat) vertauscht?"
                    ),
                    "outside_service_area",
                )
    if data.get("accuracy_m") not in (None, ""):
        draft.accuracy_m = reader.attempt(
            "accuracy_m", parameters.metres, data["accuracy_m"], "accuracy_m", ACCURACY_MAX_M
        )
    if data.get("asset") not in (None, ""):
        read_asset(reader, draft)
    default = Source.MAP if draft.lon is not None else Source.ADDRESS if draft.address else Source.NONE
    draft.place_source = reader.choice("place_source", Source.values, default)
    nowhere = draft.lon is None and not draft.address and draft.asset is None
    if nowhere and not reader.errors and draft.place_source != Source.NONE:
        reader.refuse("lon", _("Der Ort fehlt. Bitte Standort, Adresse oder „ohne Ort“ angeben."), "required")
    if nowhere and data.get("place_source") is None and category and category.place == Category.Place.REQUIRED:
        reader.refuse("lon", _("Wo ist es? Bitte Standort oder Adresse angeben; „ohne Ort“ geht auch."), "required")


def read_asset(reader: Reader, draft: Draft) -> None:
    """The object's number; its point replaces GPS. A number we do not know stays an answer, never a refusal."""
    number = reader.text("asset", 80)
    asset = Asset.objects.filter(number=number, active=True).order_by("pk").first() if number else None
    if asset:
        draft.asset = asset
        if asset.point:
            draft.lon, draft.lat, draft.accuracy_m = asset.point.x, asset.point.y, None
    elif number:
        draft.place_hint = draft.place_hint or number


def read_given_answers(reader: Reader, draft: Draft, catalogue: Catalogue) -> None:
    raw = reader.data.get("answers")
    raw = {} if raw is None or raw == "" else raw
    if isinstance(raw, str):
        raw = as_json_object(raw)
    if not isinstance(raw, Mapping) or len(raw) > 50:
        reader.refuse("answers", _('Bitte als JSON-Objekt angeben, zum Beispiel {"tiefe": "flach"}.'))
        return
    draft.answers, errors = read_answers(catalogue.asked(draft.category), raw)
    reader.errors += errors


def as_json_object(text: str) -> dict[str, Any] | None:
    """The object a text holds as JSON; None if it is none, or holds what cannot be kept."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and not any(True for _path in illegible(found)) else None


def read_contact(reader: Reader, draft: Draft) -> None:
    """Name, mail and phone that a foreign client sends along; our own pages ask after delivery."""
    draft.name = reader.text("name", 120)
    draft.phone = reader.text("phone", 40)
    draft.email = reader.text("email", 254)
    if draft.email:
        try:
            validate_email(draft.email)
        except ValidationError:
            reader.refuse("email", _("Diese E-Mail-Adresse ist nicht vollständig. Beispiel: name@example.org"))


def read_photos(reader: Reader, draft: Draft, photos: Sequence[Any], alts: Sequence[str]) -> None:
    expected = reader.data.get("photos_expected")
    expected = [] if expected is None or expected == "" else expected
    if isinstance(expected, str):
        try:
            expected = json.loads(expected) if expected.startswith("[") else [expected]
        except (ValueError, RecursionError):
            expected = None
    if not isinstance(expected, list | tuple) or not all(is_sha256(item) for item in expected):
        reader.refuse("photos_expected", _("Bitte als Liste von SHA-256-Prüfsummen (64 Hexziffern) angeben."))
        expected = []
    if len(photos) + len(expected) > MAX_PHOTOS:
        reader.refuse("photos", _("Bitte höchstens %(n)s Fotos.") % {"n": MAX_PHOTOS})
        return
    draft.photos_expected = [item.lower() for item in expected]
    draft.expected_alts = [str(alt) for alt in alts[len(photos) :]]
    for number, file in enumerate(photos):
        inspected = reader.attempt("photos", inspect, file)
        if inspected:
            alt = str(alts[number]).strip()[:300].replace("\x00", "") if number < len(alts) else ""
            draft.photos.append((file, inspected, alt))


def is_sha256(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and all(c in "0123456789abcdefABCDEF" for c in value)


def new_key() -> str:
    """A fresh submission key for a form."""
    return str(uuid.uuid4())
