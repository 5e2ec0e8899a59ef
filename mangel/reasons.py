"""Why this office: one sentence a layman understands, in the reader's language."""

from typing import Any

from geo.models import Zone
from mangel.catalogue import Catalogue
from mangel.models import Category, Office
from pwa.translated import Text, pick


class Blank(dict):
    """Leaves out what is not known instead of failing: a city may write any placeholder."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(
    *,
    reason_code: str,
    params: dict[str, Any],
    office: Office,
    category: Category,
    district: Zone | None = None,
    language: str | None = None,
    catalogue: Catalogue | None = None,
) -> Text:
    """The sentence of a reason code with its placeholders filled. Falls back to German, then to the office's name."""
    catalogue = catalogue or Catalogue.current()
    template = pick(catalogue.reasons.get(reason_code), language)
    if not template:
        return pick(office.names, language)
    lang = template.lang
    zone = params.get("zone") or ""
    words = Blank(
        office=pick(office.names, lang),
        office_in_sentence=pick(office.names_in_sentence, lang) or pick(office.names, lang),
        category=pick(category.names, lang),
        zone=pick(zone, lang) if isinstance(zone, dict) else zone,
        phrase=pick(params.get("phrase"), lang) or (zone if isinstance(zone, str) else pick(zone, lang)),
        district=district.name if district else "",
    )
    try:
        filled = template.format_map(words)
    except (ValueError, IndexError, AttributeError, KeyError):
        filled = str(template)  # a stray brace in the city's text must not cost anyone a page
    filled = filled.strip()
    return Text(filled[:1].upper() + filled[1:], lang)
