"""Whoever reads another language meets no German sentence, and every room says the same thing the same way."""

import gettext
import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from mangel.models import Category
from pwa import gaps
from pwa.marked import Marked, for_residents, in_python, in_template
from pwa.translated import foreign, pick
from tests.factories import B7_IN_PARK, FOOTWAY, JENA, PARK_BENCH, make_administrator, make_clerk, report_in

ROOT = Path(settings.BASE_DIR)
FILES = sorted(ROOT.glob("*/locale/*/LC_MESSAGES/django.po"))
ENGLISH = [path for path in FILES if path.parents[1].name == "en"]
# Django's code for a folder of catalogues.
CODES = {"en": "en", "uk": "uk", "ar": "ar", "de_Simple": "de-simple"}
GERMAN = re.compile(
    r"\b(Bitte|Meldung\w*|Zuständig\w*|Ortsteile?|Karte|Suche\w*|Anmelden|Weiter|Zurück|Keine?|Alle[rs]?"
    r"|und|nicht|wird|werden|ist|sind|Sie|Ihre?|für|oder|eine?|wir|auf|mit|zur|zum|dem|beim)\b",
    re.IGNORECASE,
)
READ_ALOUD = ("aria-label", "placeholder", "title", "alt")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def label(path: Path) -> str:
    return f"{path.parts[-5]}-{path.parts[-3]}"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, abort_invalid=True)


def entries(path: Path) -> list[Message]:
    return [message for message in read(path) if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def placeholders(text: str) -> set[str]:
    """`%(name)s`, `%s` and, if the braces read as such, `{name}`."""
    found = set(re.findall(r"%\(\w+\)[sd]|%[sd]", text))
    try:
        return found | {f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name and name.isidentifier()}
    except ValueError:
        return found


class Visible(HTMLParser):
    """What eyes and screen readers get of a page, outside elements marked as German."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language = ""
        self.open: list[tuple[str, bool]] = []  # (tag, hidden or German)
        self.texts: list[str] = []
        self.feed(page)

    @property
    def passed_over(self) -> bool:
        return any(over for _, over in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = values.get("lang", "")
        german = tag != "html" and values.get("lang", "").startswith("de")
        # Words for TypeScript are read as well: they reach the page later.
        script = tag == "script" and not values.get("id", "").startswith("words-")
        if not (german or self.passed_over):
            self.texts += [values[name] for name in READ_ALOUD if values.get(name)]
        if tag not in VOID:
            self.open.append((tag, german or script or tag == "style"))

    def handle_endtag(self, tag: str) -> None:
        while self.open and any(name == tag for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.passed_over:
            self.texts.append(" ".join(data.split()))


def german_in(page: str) -> list[str]:
    names = {str(name) for _, name in settings.LANGUAGES}  # "Deutsch" names itself
    said = [text for text in Visible(page).texts if text not in names and not text.startswith("http")]
    return [text for text in said if GERMAN.search(text)]


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """`bin/start` compiles; whoever runs pytest alone gets the same here."""
    missing = [po for po in FILES if not newer(po.with_suffix(".mo"), po)]
    for po in missing:
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(po))
    if missing:  # what was read before them is forgotten
        gettext._translations.clear()
        trans_real._translations.clear()


def newer(one: Path, other: Path) -> bool:
    return one.exists() and one.stat().st_mtime >= other.stat().st_mtime


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en-GB,en;q=0.9,de;q=0.5"})


# --- the files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=label)
def test_every_text_is_translated_and_none_is_a_guess(path):
    assert not read(path).fuzzy
    open_ends = [m.id for m in entries(path) if m.fuzzy or not all(form.strip() for form in forms(m.string))]
    assert open_ends == []


@pytest.mark.parametrize("path", FILES, ids=label)
def test_a_translation_keeps_the_placeholders_of_its_source(path):
    for message in entries(path):
        sources = forms(message.id)
        wanted = gaps.PLURAL_FORMS[CODES[path.parts[-3]]] if len(sources) > 1 else 1
        assert len(forms(message.string)) == wanted, message.id
        for translated in forms(message.string):
            # "eine Meldung" may say its number in words; nothing may be named that the source does not have.
            assert placeholders(translated) <= set().union(*map(placeholders, sources)), message.id
        assert placeholders(sources[-1]) <= placeholders(forms(message.string)[-1]), message.id
        if path.parts[-3] == "uk" and len(sources) > 1:  # the first form is for 1, 21, 31 …
            assert placeholders(sources[-1]) <= placeholders(forms(message.string)[0]), message.id


def test_the_same_words_are_the_same_in_every_room():
    """Django merges all rooms into one catalogue: of two translations one would win everywhere."""
    said: dict[tuple[object, ...], object] = {}
    for path in FILES:
        for message in entries(path):
            filed = (path.parts[-3], message.context, message.id)
            assert said.setdefault(filed, message.string) == message.string, filed


def test_every_room_is_found_by_django():
    for path in FILES:
        with translation.override(CODES[path.parts[-3]]):
            message = next(m for m in entries(path) if isinstance(m.id, str) and m.id != m.string and not m.context)
            assert translation.gettext(message.id) == message.string, path


def test_the_sources_have_no_text_the_files_lack():
    """What templates and Python mark for translation, as far as it is one plain literal."""
    known = {form for path in ENGLISH for message in entries(path) for form in forms(message.id)}
    mark = re.compile(r"""\{% translate (["'])(.+?)\1|\b_\(\s*(["'])((?:(?!\3).)+)\3\s*\)""")
    rooms = [path.parents[2] for path in ENGLISH]
    sources = [file for room in rooms for kind in ("*.py", "*.html") for file in room.rglob(kind)]
    ours = [file for file in sources if not {"migrations", "node_modules", "frontend"} & set(file.parts)]
    lacking = {
        text
        for file in ours
        for found in mark.finditer(file.read_text())
        if (text := (found[2] or found[4]).replace('\\"', '"')) not in known
    }
    assert lacking == set()


def test_residents_read_every_language_without_a_gap():
    """The report flow, states, errors, help: what templates, code and TypeScript say to residents."""
    assert [str(gap) for gap in gaps.in_catalogues()] == []


def test_a_text_without_a_translation_is_listed(monkeypatch):
    monkeypatch.setattr(gaps, "read_by_residents", lambda: {Marked("Gibt es noch nicht"): ["mangel/neu.py"]})
    found = gaps.in_catalogues()
    assert {gap.language for gap in found} == {"en", "uk", "ar", "de-simple"}
    assert str(found[0]) == "en  mangel/neu.py: Gibt es noch nicht"


def test_marked_texts_are_found_in_templates_and_code():
    template = '{% translate "Ort" %}{% blocktranslate count n=x %}eine{% plural %}{{ n }} viele{% endblocktranslate %}'
    assert set(in_template(template)) == {Marked("Ort"), Marked("eine", "%(n)s viele")}
    code = (
        'a = _("Ort " "und Zeit"); b = ngettext("eine", "viele", n); c = pgettext("Liste", "Stand"); d = dict.get("x")'
    )
    assert set(in_python(code)) == {Marked("Ort und Zeit"), Marked("eine", "viele"), Marked("Stand", context="Liste")}


def test_staff_reads_its_own_pages_in_two_languages_only():
    assert not for_residents("mangel/desk/views.py")
    assert not for_residents("mangel/templates/mangel/desk/queue.html")
    assert for_residents("mangel/templates/mangel/reporting/photo.html")
    assert for_residents("mangel/states.py")


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/melden/",
        "/melden/?category=STR2",
        "/meldungen/",
        "/meldungen/?q=nirgendwo",
        "/meldungen/?since=neulich",
        "/meldungen/123456789/",
        "/zustaendig/",
        f"/zustaendig/?category=GRU1&lon={PARK_BENCH[0]}&lat={PARK_BENCH[1]}",
        "/zustaendig/karte/",
        "/verfolgen/",
        "/daten/",
        "/anmelden/",
        "/datenschutz/",
        "/gibt-es-nicht/",
    ],
)
def test_a_page_for_the_public_has_no_german_left(english, city, address):
    report_in("STR2", FOOTWAY)
    report_in("STR2", B7_IN_PARK)
    response = english.get(address)
    page = response.content.decode()
    assert Visible(page).language == "en"
    assert response.status_code in {200, 404, 422}
    assert german_in(page) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), [("uk", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize(
    "address", ["/", "/melden/", "/melden/?category=STR1", "/meldungen/", "/zustaendig/", "/verfolgen/"]
)
def test_a_page_in_another_script_has_no_german_left(city, address, language, direction):
    report_in("STR2", FOOTWAY)
    page = Client(headers={"accept-language": language}).get(address).content.decode()
    assert f'lang="{language}" dir="{direction}"' in page
    # Offices carry their German name in brackets, for it stands on the door.
    assert [text for text in german_in(page) if GERMAN.search(re.sub(r"\([^()]*\)", "", text))] == []


@pytest.mark.django_db
def test_leichte_sprache_is_german_without_foreign_parts(city):
    page = Client(headers={"accept-language": "de-simple"}).get("/melden/?category=STR1").content.decode()
    assert '<html lang="de-simple" dir="ltr"' in page
    assert 'lang="de"' not in re.sub(r"<button[^>]*>", "", page)


@pytest.mark.django_db
def test_a_text_missing_in_leichte_sprache_is_german_and_not_marked_as_foreign():
    texts = {"de": "Schlagloch", "en": "Pothole"}
    with translation.override("de-simple"):
        assert (pick(texts), foreign(pick(texts))) == ("Schlagloch", "")
    with translation.override("uk"):
        assert (pick(texts), foreign(pick(texts))) == ("Schlagloch", "de")


@pytest.mark.django_db
def test_the_city_pack_leaves_no_text_untranslated(city):
    assert [str(gap) for gap in gaps.in_database()] == []
    Category.objects.filter(code="STR1").update(names={"de": "Schlagloch", "uk": "Яма"})
    assert [str(gap) for gap in gaps.in_database() if "STR1" in gap.where] == [
        f"{language}  mangel.category STR1 names: Schlagloch" for language in ("en", "ar", "de-simple")
    ]


@pytest.mark.django_db
def test_the_command_says_what_is_missing_and_fails(city, capsys):
    call_command("check_translations")
    assert "Nothing is missing." in capsys.readouterr().out
    Category.objects.filter(code="STR1").update(names={"de": "Schlagloch"})
    with pytest.raises(CommandError, match="not translated"):
        call_command("check_translations", language="uk")
    assert capsys.readouterr().out == "uk  mangel.category STR1 names: Schlagloch\n"


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["de", "uk", "ar"])
def test_the_desk_reads_a_residents_answers_in_german(city, reader):
    draft = report_in("STR1", FOOTWAY, answers={"tiefe": "tief", "spur": "weiss_nicht"}, language="ar")
    client = Client(headers={"accept-language": reader})
    client.force_login(make_clerk(draft.office.code))
    page = client.get(reverse("desk-report", args=[draft.public_id])).content.decode()
    assert Visible(page).language == "de"
    assert "Tief, man muss ausweichen" in page
    assert "عميقة" not in page


@pytest.mark.django_db
def test_a_report_reads_in_english(english, city):
    report = report_in("STR2", B7_IN_PARK)
    page = english.get(f"/meldungen/{report.public_id}/").content.decode()
    assert "Responsible" in page
    assert german_in(page) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("office", "spot"), [("tiefbau", FOOTWAY), ("zentral", JENA)])
def test_the_desk_works_in_english(english, city, office, spot):
    report = report_in("STR2", spot, description="loch im weg")
    english.force_login(make_clerk(office))
    names = ("desk-report", "desk-triage-report")
    pages = ["/dienst/", "/dienst/sichten/", *(reverse(name, args=[report.public_id]) for name in names)]
    for address in pages:
        response = english.get(address, follow=True)
        assert response.status_code == 200, address
        left = [text for text in german_in(response.content.decode()) if "loch im weg" not in text]
        assert left == [], address


@pytest.mark.django_db
def test_the_administration_is_in_english(english, city):
    english.force_login(make_administrator())
    for address in ("/verwaltung/", "/verwaltung/mangel/category/add/", "/verwaltung/mangel/office/"):
        response = english.get(address)
        assert response.status_code == 200, address
        assert german_in(response.content.decode()) == [], address


@pytest.mark.django_db
def test_an_error_of_the_api_is_in_the_readers_language(english, city):
    response = english.post("/api/v1/reports/", {"category": "STR2"}, content_type="application/json")
    body = response.json()
    said = [body["title"], *(error["message"] for error in body["errors"])]
    assert response["Content-Language"] == "en"
    assert not [text for text in said if GERMAN.search(text)]


@pytest.mark.django_db
def test_german_stays_german_for_whoever_asks_for_it(city):
    page = Client(headers={"accept-language": "de"}).get("/anmelden/").content.decode()
    assert Visible(page).language == "de"
    assert german_in(page)
