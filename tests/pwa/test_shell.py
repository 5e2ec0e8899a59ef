"""The page shell: what every page has, and what it has when the database is away."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django import forms
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from pwa.templatetags import pwa_ui
from pwa.words import STATES, WORDS

ROOM = Path(settings.BASE_DIR) / "pwa"
ERRORS = [400, 403, 404, 410, 429, 500, 503]
MODULES = "\n".join(path.read_text() for path in (ROOM / "frontend" / "src").rglob("*.ts"))


def from_string(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load pwa_ui %}" + source).render(context)


class Page(HTMLParser):
    """Tags with their attributes, and all ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def having(self, name: str) -> list[str | None]:
        return [attrs[name] for _, attrs in self.tags if name in attrs]


@pytest.mark.parametrize("code", [500, 503])
def test_trouble_pages_need_neither_database_nor_session(code, rf: RequestFactory):
    # No `db` fixture here: a query would fail the test. The cookie stands for somebody who is signed in.
    request = rf.get("/", HTTP_COOKIE="sessionid=abc")
    html = render_to_string(f"{code}.html", request=request)
    assert "112" in html
    assert 'href="/"' in html


def test_the_500_page_needs_no_request_at_all():
    assert "liegt nicht an Ihnen" in render_to_string("500.html")


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_page_says_what_to_do_next(code, city, rf):
    page = Page(html := render_to_string(f"{code}.html", request=rf.get("/nirgends/")))
    assert html.count("<h1>") == 1
    assert any(tag == "a" and attrs.get("href") == "/" for tag, attrs in page.tags)
    assert "#inhalt" in page.having("href")


def test_a_page_names_language_direction_and_landmarks(city, rf):
    with translation.override("de"):
        page = Page(render_to_string("404.html", request=rf.get("/x/")))
    html = next(attrs for tag, attrs in page.tags if tag == "html")
    assert (html["lang"], html["dir"]) == ("de", "ltr")
    tags = [tag for tag, _ in page.tags]
    assert {"header", "nav", "main", "footer"} <= set(tags)
    ids = page.having("id")
    assert len(ids) == len(set(ids))


def test_arabic_readers_get_the_page_from_right_to_left(city, rf):
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in render_to_string("404.html", request=rf.get("/x/"))


def test_the_menu_opens_without_javascript(city, rf):
    tags = [tag for tag, _ in Page(render_to_string("404.html", request=rf.get("/x/"))).tags]
    assert "details" in tags
    assert "summary" in tags


def test_no_template_carries_inline_script_style_or_handler():
    # The CSP refuses them without a word: the page would only look broken.
    for path in Path(settings.BASE_DIR).glob("*/templates/**/*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*(src|application/json))|<style|\sstyle=|\son[a-z]+=\"", text), path


@pytest.mark.parametrize("state", list(STATES))
def test_a_state_is_colour_shape_and_word(state):
    html = render_to_string("pwa/_state.html", {"state": state})
    assert f'class="state {state.replace("_", "-")}"' in html
    assert 'aria-hidden="true"' in html
    assert pwa_ui.SHAPES[state] in html
    assert str(STATES[state]) in html


def test_the_six_shapes_differ():
    assert len(set(pwa_ui.SHAPES.values())) == len(STATES) == 6
    assert set(pwa_ui.SHAPES) == set(STATES)


def test_icons_are_found_by_name_set_and_either_spelling():
    assert 'class="icon"' in from_string("{% icon 'bench' %}")
    assert from_string("{% icon 'waste_basket' %}") == from_string("{% icon 'waste-basket' %}") != ""
    assert from_string("{% icon 'maki/bridge' %}") != from_string("{% icon 'temaki/bridge' %}")
    assert 'class="icon ui flips"' in from_string("{% icon 'ui/next' %}")


@pytest.mark.parametrize("name", ["", "no-such-thing", "ui/nothing", "../../etc/passwd", "x/y/z"])
def test_an_unknown_icon_draws_nothing(name):
    assert from_string("{% icon name %}", name=name) == ""


def test_every_category_of_the_pack_has_its_icon(city):
    pack = json.loads((settings.BASE_DIR / "fixtures" / "weimar" / "categories.json").read_text())
    assert [row["code"] for row in pack if not pwa_ui.find_icon(row["icon"])] == []


def test_icons_named_in_templates_exist():
    for path in Path(settings.BASE_DIR).glob("*/templates/**/*.html"):
        for name in re.findall(r"\{% icon [\"']([^\"']+)", path.read_text()):
            assert pwa_ui.find_icon(name), f"{path}: {name}"


def test_the_number_is_spoken_in_threes():
    assert from_string("{{ id|spoken }}", id="417203858") == "417\u202f203\u202f858"


def test_numbers_in_data_attributes_keep_their_point():
    with translation.override("de"):
        assert from_string("{{ b|joined }}", b=[11.2369, 50.9, 11.4, 51]) == "11.2369,50.9,11.4,51"


def test_words_cannot_break_out_of_their_script(monkeypatch):
    monkeypatch.setitem(WORDS, "evil", {"x": "</script><script>alert(1)</script>"})
    assert "<script>alert" not in from_string("{% words 'evil' %}")


def test_every_word_a_module_says_is_on_the_page():
    """say("key") and counted(say, "key") in TypeScript against the tables in pwa/words.py."""
    known = {key for table in WORDS.values() for key in table}
    said = set(re.findall(r"\bsay\(\s*\"(\w+)\"", MODULES))
    counted = set(re.findall(r"\bcounted\(say, \"(\w+)\"", MODULES))
    assert said - known == set()
    assert {f"{key}_{end}" for key in counted for end in ("one", "many")} - known == set()
    assert set(re.findall(r"\bwords\(\"(\w+)\"\)", MODULES)) <= set(WORDS)


def test_no_word_is_kept_that_nobody_says():
    # Keys are also picked by variable (states, modes, positionProblem): any string literal counts.
    literals = set(re.findall(r"\"(\w+)\"", MODULES)) | set(STATES)
    kept = {key for table in WORDS.values() for key in table}
    assert {key for key in kept if not {key, re.sub("_(one|many)$", "", key)} & literals} == set()


class OneField(forms.Form):
    name = forms.CharField(label="Name", error_messages={"required": "Bitte geben Sie einen Namen an."})


def test_the_error_summary_leads_to_the_field():
    html = render_to_string("pwa/_problem_summary.html", {"form": OneField({})})
    assert '<a href="#id_name">Bitte geben Sie einen Namen an.</a>' in html
    assert 'role="alert"' in html


def test_without_errors_there_is_no_summary():
    assert render_to_string("pwa/_problem_summary.html", {"form": OneField({"name": "x"})}).strip() == ""


def test_a_field_joins_label_help_error_and_input():
    page = Page(render_to_string("pwa/_field.html", {"field": OneField({})["name"]}))
    field = next(attrs for tag, attrs in page.tags if tag == "input")
    assert field["aria-invalid"] == "true"
    assert set(str(field["aria-describedby"]).split()) <= set(page.having("id"))
    assert "id_name" in page.having("for")


def test_the_place_can_be_given_without_javascript():
    html = render_to_string(
        "pwa/_place_field.html", {"map": {"bounds": [1, 2, 3, 4]}, "values": {}, "city_name": "Weimar"}
    )
    names = [attrs.get("name") for tag, attrs in Page(html).tags if tag == "input"]
    assert names == ["lon", "lat", "accuracy_m", "place_source", "address", "place_hint"]


def test_the_place_keeps_what_was_typed():
    values = {"lon": 11.3352, "lat": 50.974, "accuracy_m": None, "address": "Park <b>", "place_source": "gps"}
    with translation.override("de"):
        html = render_to_string(
            "pwa/_place_field.html", {"map": {}, "values": values, "errors": {"address": "Bitte …"}}
        )
    sent = {attrs["name"]: attrs.get("value") for tag, attrs in Page(html).tags if tag == "input"}
    assert (sent["lon"], sent["lat"], sent["accuracy_m"], sent["address"]) == ("11.3352", "50.974", "", "Park <b>")
    assert 'aria-invalid="true"' in html


def test_the_chosen_category_is_chosen_and_its_group_open():
    tile = {"code": "GRU4", "name": "Bank", "hint": "", "icon": "bench", "words": "Parkbank", "lang": ""}
    groups = [{"name": "Grün", "categories": [tile]}, {"name": "Müll", "categories": [tile | {"code": "MUE2"}]}]
    html = render_to_string("pwa/_category_field.html", {"groups": groups, "frequent": [tile], "value": "MUE2"})
    page = Page(html)
    checked = [attrs["value"] for tag, attrs in page.tags if tag == "input" and "checked" in attrs]
    opened = ["open" in attrs for tag, attrs in page.tags if tag == "details"]
    assert (checked, opened) == (["MUE2"], [False, True])


def test_a_map_without_reports_asks_for_none():
    html = render_to_string("pwa/_map.html", {"map": {"bounds": [11.2, 50.9, 11.4, 51], "style": "own"}})
    assert 'data-bounds="11.2,50.9,11.4,51"' in html
    assert "data-reports" not in html


def test_the_favicon_and_the_build_are_there(city, rf):
    page = Page(render_to_string("404.html", request=rf.get("/x/")))
    hrefs = [str(attrs["href"]) for tag, attrs in page.tags if tag == "link"]
    assert any("app-" in href and href.endswith(".css") for href in hrefs)
    for href in set(hrefs) - {"/manifest.json"}:
        assert (ROOM / "static" / href.removeprefix("/static/")).exists(), href


def test_every_word_of_the_browser_is_there_in_english():
    with (ROOM / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        english = {message.id: message.string for message in read_po(file) if not message.fuzzy}
    with translation.override("de"):
        german = {str(text) for table in WORDS.values() for text in table.values()}
    assert {text for text in german if not english.get(text)} == set()
    for text in german:
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[text])), text
