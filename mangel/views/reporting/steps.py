"""The pages of the flow by name, and in which order they come."""

from typing import Any

from mangel import doubles
from mangel.answers import dangers
from mangel.catalogue import Catalogue
from mangel.drafts import Draft
from mangel.hazards import named_dangers
from mangel.models import Category, Report
from mangel.views.reporting.state import Begun

PHOTO, PLACE, CATEGORY, DOUBLE, DETAILS, DANGER, SEND = (
    "photo",
    "place",
    "category",
    "double",
    "details",
    "danger",
    "send",
)
# Number shown as "Schritt 2 von 4"; pages in between belong to the step before them.
NUMBERS = {PHOTO: 1, PLACE: 2, CATEGORY: 3, DOUBLE: 3, DETAILS: 4, DANGER: 4}
STEPS = 4
BACK = {PLACE: PHOTO, CATEGORY: PLACE, DOUBLE: CATEGORY, DETAILS: CATEGORY, DANGER: DETAILS}


def category_of(begun: Begun) -> Category | None:
    return Catalogue.current().categories.get(begun.category)


def next_step(step: str, begun: Begun) -> str:
    """The page after `step`. Danger comes as early as it is known, doubles before anything more is typed."""
    if step == PHOTO:
        return PLACE
    if step == PLACE:
        return CATEGORY
    category = category_of(begun)
    if category is None:
        return CATEGORY
    if has_new_danger(begun, category):
        return DANGER
    if likely_doubles(begun, category):
        return DOUBLE
    return SEND if begun.details_done else DETAILS


def dangers_of(begun: Begun, category: Category) -> list[str]:
    catalogue = Catalogue.current()
    by_answer = dangers(category, catalogue.asked(category), begun.answers)
    return by_answer + named_dangers(begun.description, catalogue.hazard_words)


def has_new_danger(begun: Begun, category: Category) -> bool:
    """Whether there is one that the stop page was not answered for."""
    return any(not begun.danger or danger not in begun.dangers for danger in dangers_of(begun, category))


def likely_doubles(begun: Begun, category: Category) -> list[Report]:
    """At most three published reports that may be the same defect and were not refused yet."""
    place = position_of(begun)
    if place.point is None:
        return []
    found = doubles.like_this(category=category, point=place.point, accuracy_m=place.accuracy_m)
    # A double click must not meet its own report.
    found = found.exclude(public_id__in=begun.not_it).exclude(submissions__key=begun.key)
    found = found.select_related("category", "district", "office")
    return list(found[: doubles.SHOWN_AT_MOST - len(begun.not_it)]) if len(begun.not_it) < doubles.SHOWN_AT_MOST else []


def position_of(begun: Begun) -> Draft:
    """The place alone, as far as it can be read."""
    place: dict[str, Any] = begun.place
    draft = Draft(category=Category())
    try:
        draft.lon, draft.lat = float(place["lon"]), float(place["lat"])
        draft.accuracy_m = float(place["accuracy_m"]) if place.get("accuracy_m") else None
    except (KeyError, ValueError):
        draft.lon = draft.lat = None
    return draft
