"""The stop page: "Akute Gefahr? 112 · 110". By answer, or by a word that was typed."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo.models import City
from mangel import routing
from mangel.catalogue import Catalogue
from mangel.hazards import CALLED, CALM
from mangel.targets import is_open_now
from mangel.views.reporting.state import Begun
from mangel.views.reporting.steps import category_of, dangers_of
from pwa.errors import DomainError
from pwa.translated import Text


def read(request: HttpRequest, begun: Begun) -> list[DomainError]:
    answer = request.POST.get("go", "")
    if answer not in (CALLED, CALM):
        return [DomainError(_("Bitte sagen Sie uns, ob gerade Gefahr besteht."), field="danger")]
    category = category_of(begun)
    begun.danger, begun.dangers = answer, dangers_of(begun, category) if category else []
    return []


def context(begun: Begun, errors: dict[str, str]) -> dict[str, Any]:
    city, catalogue = City.current(), Catalogue.current()
    return {
        "texts": texts(),
        "emergency_numbers": city.emergency_numbers,
        "outage": outage(begun, city, catalogue),
        "is_open": is_open_now(city),
    }


def texts() -> dict[str, Text]:
    """The city's words of the stop page; the templates have their own where a city wrote none."""
    catalogue = Catalogue.current()
    keys = ("stop_title", "stop_body", "stop_outside_hours", "stop_called", "stop_no_danger")
    return {key: catalogue.text(key) for key in keys}


def outage(begun: Begun, city: City, catalogue: Catalogue) -> dict[str, str] | None:
    """The fault line of who is responsible, where the city configured one; none is invented."""
    category = catalogue.categories.get(begun.category)
    if category is None:
        return None
    decided = routing.decide(category=category, answers=begun.answers)
    number = (city.outage_numbers or {}).get(decided.office.code, "")
    return {"name": decided.office.name, "number": number} if number else None
