"""Step 3: what it is."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mangel.catalogue import Catalogue
from mangel.models import Category
from mangel.views.reporting import place
from mangel.views.reporting.state import Begun
from mangel.views.reporting.steps import category_of, position_of
from pwa.errors import DomainError
from pwa.translated import FALLBACK, foreign, main_part, pick


def read(request: HttpRequest, begun: Begun) -> list[DomainError]:
    code = request.POST.get("category", "")
    if not code and not begun.category:
        return [
            DomainError(_("Bitte wählen Sie, was es ist. Passt nichts, nehmen Sie „Etwas anderes“."), field="category")
        ]
    chosen = Catalogue.current().categories.get(code or begun.category)
    if chosen is None or chosen.parent_id is None or not chosen.active:
        return [DomainError(_("Diese Auswahl gibt es nicht mehr. Bitte wählen Sie noch einmal."), field="category")]
    begun.choose_category(chosen.code)
    begun.details_done = False
    return []


def tile(category: Category) -> dict[str, str]:
    """A category as `pwa/_category_field.html` shows it."""
    name, hint = pick(category.names), pick(category.hint)
    # Who reads Ukrainian may still type "Schlagloch" or "pothole"; further languages would only make the page heavy.
    languages = dict.fromkeys([main_part(get_language() or FALLBACK), FALLBACK, "en"])
    synonyms = [word for language in languages for word in (category.synonyms or {}).get(language, [])]
    return {
        "code": category.code,
        "name": name,
        "hint": hint,
        "icon": category.icon,
        "words": " ".join([*synonyms, hint]),
        "lang": foreign(name),
    }


def groups() -> list[dict[str, Any]]:
    """What can be chosen in this season, by group, in the city's order."""
    catalogue = Catalogue.current()
    offered = catalogue.offered()
    found = [
        {"name": group.name, "icon": group.icon, "categories": [tile(c) for c in offered if c.parent_id == group.pk]}
        for group in catalogue.groups()
    ]
    return [group for group in found if group["categories"]]


def context(begun: Begun, errors: dict[str, str]) -> dict[str, Any]:
    catalogue = Catalogue.current()
    draft = position_of(begun)
    return {
        "groups": groups(),
        "frequent": [tile(c) for c in catalogue.offered() if c.frequent],
        "value": begun.category,
        "hazard_words": list(catalogue.hazard_words),
        "error": errors.get("category", ""),
        "facts": place.facts(begun, draft),
        "position": draft,
        "category": category_of(begun),
    }
