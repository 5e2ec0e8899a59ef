"""The catalogue for clients: what can be reported, what is asked, in the reader's language."""

from typing import Any

from mangel.catalogue import Catalogue
from mangel.models import Category, Question
from mangel.questions import option_texts
from pwa.translated import pick


def tree(catalogue: Catalogue) -> dict[str, Any]:
    """Active groups with their active categories and questions. No SQL."""
    offered = {category.pk for category in catalogue.offered()}
    groups = [
        {
            **named(group),
            "icon": group.icon,
            "categories": [told_category(c, catalogue, in_season=c.pk in offered) for c in catalogue.children(group)],
        }
        for group in catalogue.groups()
    ]
    return {"groups": groups, "hazard_words": list(catalogue.hazard_words)}


def named(category: Category) -> dict[str, str]:
    name = pick(category.names)
    return {"code": category.code, "name": name, "lang": name.lang}


def told_category(category: Category, catalogue: Catalogue, *, in_season: bool) -> dict[str, Any]:
    return {
        **named(category),
        "hint": pick(category.hint) or None,
        "icon": category.icon,
        "synonyms": sorted({word for words in category.synonyms.values() for word in words}),
        "place": category.place,
        "privacy": category.privacy,
        "hazard": category.hazard,
        "duplicate_radius_m": category.duplicate_radius_m,
        "in_season": in_season,
        "frequent": category.frequent,
        "needs_text_or_photo": category.needs_text_or_photo,
        "questions": [told_question(question) for question in catalogue.asked(category)],
    }


def told_question(question: Question) -> dict[str, Any]:
    condition = question.shown_if or None
    return {
        "code": question.code,
        "kind": question.kind,
        "text": pick(question.text),
        "help": pick(question.help) or None,
        "options": [{"code": code, "text": text} for code, text in option_texts(question)],
        "required": question.required,
        "public": question.public,
        "routes": question.routes,
        "hazard_if": question.hazard_if,
        "private_if": question.private_if,
        "shown_if": condition and {"question": condition.get("question", ""), "options": condition.get("options", [])},
    }
