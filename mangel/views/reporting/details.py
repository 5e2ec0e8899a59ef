"""Step 4: only the questions that matter, a few words, and who will be responsible."""

from typing import Any

from django.http import HttpRequest

from geo.models import ZoneLayer
from mangel import reasons, routing
from mangel.answers import PLACE
from mangel.catalogue import Catalogue
from mangel.drafts import DESCRIPTION_MAX
from mangel.models import Category, Question
from mangel.questions import Asked, asked, place_asked, read_form
from mangel.views.reporting import place
from mangel.views.reporting.state import Begun
from mangel.views.reporting.steps import category_of, position_of
from pwa.errors import DomainError
from pwa.translated import pick


def read(request: HttpRequest, begun: Begun) -> list[DomainError]:
    """Keep everything as typed; what is wrong with it is said by the rules that all reports go through."""
    category = category_of(begun)
    questions = Catalogue.current().asked(category) if category else ()
    begun.answers = read_form(questions, request.POST)
    # As typed, even far too long: cut before it is counted, the rest of it would be lost without a word.
    begun.description = request.POST.get("description", "")
    for number, photo in enumerate(begun.photos):
        photo["alt"] = request.POST.get(f"alt-{number}", photo["alt"])[:300]
    begun.details_done = True
    return []


def asset_number(begun: Begun) -> str:
    """The number at the object, where the category asks for one."""
    category = category_of(begun)
    codes = [q.code for q in Catalogue.current().asked(category) if q.kind == Question.Kind.ASSET] if category else []
    return next((str(begun.answers[code]) for code in codes if begun.answers.get(code)), "")


def decided_for(begun: Begun, category: Category) -> routing.Outcome:
    at = position_of(begun)
    return routing.decide(category=category, lon=at.lon, lat=at.lat, accuracy_m=at.accuracy_m, answers=begun.answers)


def place_question(begun: Begun, category: Category) -> Asked | None:
    """The one question about the exact spot, where the office hangs on it. Once answered it stays to be changed."""
    at = position_of(begun)
    without = {code: value for code, value in begun.answers.items() if code != PLACE}
    decided = routing.decide(category=category, lon=at.lon, lat=at.lat, accuracy_m=at.accuracy_m, answers=without)
    if decided.question is None:
        return None
    layer = ZoneLayer.objects.filter(key=decided.question.layer).first()
    text = pick(layer.question if layer else None)
    return place_asked(decided.question, text, pick(layer.none_label if layer else None), begun.answers.get(PLACE))


def context(begun: Begun, errors: dict[str, str]) -> dict[str, Any]:
    category = category_of(begun)
    if category is None:
        return {}
    catalogue = Catalogue.current()
    decided = decided_for(begun, category)
    where = place_question(begun, category)
    return {
        "category": category,
        "facts": place.facts(begun, position_of(begun)),
        "questions": asked(catalogue.asked(category), begun.answers, errors),
        "place_question": where,
        "description": begun.description,
        "description_max": DESCRIPTION_MAX,
        "description_error": errors.get("description", ""),
        "photos": begun.photos,
        "photos_error": errors.get("photos", ""),
        "website_error": errors.get("website", ""),
        "office": "" if where and not begun.answers.get(PLACE) else decided.office.name,
        "reason": reasons.sentence(
            reason_code=decided.reason_code, params=decided.reason_params, office=decided.office, category=category
        ),
        "is_private": category.privacy != Category.Privacy.PUBLIC,
    }
