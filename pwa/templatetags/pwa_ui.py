"""Icons, state shapes and small words for templates."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from pwa.words import STATES, WORDS

register = template.Library()
ROOM = Path(__file__).resolve().parent.parent
SHAPES: dict[str, str] = json.loads((ROOM / "shapes.json").read_text())
ICONS = ROOM / "static" / "pwa" / "build" / "icons.json"  # made by the front end's build
# Arrows point the other way where people read from right to left.
FLIPS = {"next", "back", "forward"}
UNDER_AN_ICON = 12  # letters; home screens cut off more


@cache
def icon_sets() -> dict[str, dict[str, list[str]]]:
    return json.loads(ICONS.read_text()) if ICONS.exists() else {}


def find_icon(name: str) -> tuple[str, list[str]] | None:
    """(set, [view box, shapes]) of "bench", "maki/bench" or "ui/plus"; hyphen and underscore are one."""
    chosen, _, short = name.rpartition("/")
    for key in [chosen] if chosen else ["maki", "temaki"]:
        for spelling in (short, short.replace("-", "_"), short.replace("_", "-")):
            if found := icon_sets().get(key, {}).get(spelling):
                return key, found
    return None


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon, inline and silent: the word beside it is its name. Unknown names draw nothing."""
    found = find_icon(name or "")
    if not found:
        return SafeString("")
    key, (view_box, shapes) = found
    flips = name.removeprefix("ui/") in FLIPS
    classes = " ".join(part for part in ("icon", "ui" * (key == "ui"), "flips" * flips, css) if part)
    drawing = mark_safe(shapes)  # noqa: S308  from our own build, which keeps drawing elements only
    return svg(view_box, drawing, size=24, classes=classes)


def svg(view_box: str, drawing: SafeString, *, size: int, classes: str) -> SafeString:
    """`size` in CSS pixels holds until the style sheet is there."""
    return format_html(
        '<svg class="{}" viewBox="{}" width="{}" height="{}" aria-hidden="true">{}</svg>',
        *(classes, view_box, size, size, drawing),
    )


@register.simple_tag
def state_shape(state: str) -> SafeString:
    """The shape of a state; its word stands beside it."""
    return svg("0 0 24 24", format_html('<path d="{}"/>', SHAPES[state]), size=16, classes="shape")


@register.filter
def state_class(state: str) -> str:
    """`in_progress` → `in-progress`, the state's CSS class."""
    return state.replace("_", "-")


@register.filter
def state_word(state: str) -> str:
    return str(STATES[state])


@register.simple_tag
def words(topic: str) -> SafeString:
    """The words of a TypeScript module as JSON on the page, id `words-<topic>`."""
    return json_script({key: str(text) for key, text in WORDS[topic].items()}, f"words-{topic}")


@register.filter
def spoken(public_id: str) -> str:
    """417203858 → "417 203 858", joined by narrow no-break spaces."""
    text = str(public_id)
    return "\u202f".join(text[at : at + 3] for at in range(0, len(text), 3))


@register.filter
def short_name(name: Any) -> str:
    """What stands under the app's icon: the whole name if it fits, else its first word."""
    return str(name) if len(str(name)) <= UNDER_AN_ICON else str(name).split()[0]


@register.filter
def as_json(value: Any) -> str:
    """For data- attributes; the template escapes it."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def joined(value: Any, separator: str = ",") -> str:
    """Numbers and words for data- attributes, never localised: 11.33 keeps its point."""
    return separator.join(str(part) for part in value or [])


@register.simple_tag
def problems_of(form: Any) -> list[tuple[str, str]]:
    """(id of the input, sentence) for every error of a form, those of the form as a whole first."""
    if form is None or not getattr(form, "errors", None):
        return []
    found = [("", str(error)) for error in form.non_field_errors()]
    for name, errors in form.errors.items():
        if name in form.fields:
            found += [(form[name].id_for_label, str(error)) for error in errors]
    return found
