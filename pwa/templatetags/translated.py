"""Texts of the database in templates: `{{ category.names|t }}`."""

from django import template

from pwa.translated import Text, foreign, pick

register = template.Library()


@register.filter
def t(value: dict[str, str] | None) -> Text:
    """The text in the reader's language."""
    return pick(value)


@register.filter
def t_lang(value: dict[str, str] | None) -> str:
    """The language of the text where it is a fallback, else empty: `<span{% if x|t_lang %} lang="de"{% endif %}>`."""
    return foreign(pick(value))
