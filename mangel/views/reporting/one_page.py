"""All steps on one page, for whoever has JavaScript: `/melden/` as a GET.

The page is the same for everybody who reads a language (the service worker keeps it), and holds all it needs offline:
the catalogue with its questions, the words of the stop page, the hours of the city.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from geo.models import City
from mangel.api.catalogue import told_question
from mangel.catalogue import Catalogue
from mangel.drafts import DESCRIPTION_MAX
from mangel.models import Category
from mangel.targets import is_working_day
from mangel.views import maps
from mangel.views.reporting import category as category_step
from mangel.views.reporting import danger
from photos.uploads import MAX_PHOTOS
from pwa.translated import pick

# A page kept on the phone for longer than this says "geschlossen" on a working day at worst on a holiday.
HOLIDAYS_KNOWN_DAYS = 120


def context() -> dict[str, Any]:
    """What the sections expect, beside the photo step that both ways share."""
    catalogue, city = Catalogue.current(), City.current()
    return {
        "groups": category_step.groups(),
        "frequent": [category_step.tile(c) for c in catalogue.offered() if c.frequent],
        "hazard_words": list(catalogue.hazard_words),
        "map": maps.place_map(),
        "values": {},
        "city_name": city.name,
        "texts": danger.texts(),
        "emergency_numbers": city.emergency_numbers,
        "max_photos": MAX_PHOTOS,
        "description_max": DESCRIPTION_MAX,
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "flow_data": {
            "language": get_language() or "de",
            "categories": {leaf.code: told(leaf, catalogue) for leaf in catalogue.leaves()},
            "hazard_words": list(catalogue.hazard_words),
            "hours": hours(city),
            "outages": outages(city, catalogue),
        },
    }


def told(leaf: Category, catalogue: Catalogue) -> dict[str, Any]:
    """A category as the browser's part of the flow reads it (`src/form/catalogue.ts`)."""
    name = pick(leaf.names)
    return {
        "name": name,
        "lang": name.lang,
        "place": leaf.place,
        "layers": leaf.zone_layers,
        "hazard": leaf.hazard,
        "private": leaf.privacy != Category.Privacy.PUBLIC,
        "needs_text_or_photo": leaf.needs_text_or_photo,
        "questions": [told_question(question) for question in catalogue.asked(leaf)],
    }


def hours(city: City) -> dict[str, Any]:
    """When somebody reads reports, for a page that may be weeks old: weekdays (0 Monday), times, free days to come."""
    today = timezone.localdate()
    coming = (today + dt.timedelta(days=n) for n in range(HOLIDAYS_KNOWN_DAYS))
    told_hours = city.hours or {}
    days = told_hours.get("days", [0, 1, 2, 3, 4])
    return {
        "days": days,
        "from": told_hours.get("from", "08:00"),
        "to": told_hours.get("to", "15:00"),
        "zone": city.time_zone,
        "free": [day.isoformat() for day in coming if day.weekday() in days and not is_working_day(day, city)],
    }


def outages(city: City, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """The fault lines the city configured, by office code."""
    numbers = city.outage_numbers or {}
    return {
        code: {"name": catalogue.offices[code].name, "number": number}
        for code, number in numbers.items()
        if number and code in catalogue.offices
    }
