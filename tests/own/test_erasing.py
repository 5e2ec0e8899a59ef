"""What we hold about a resident: they see all of it, and it goes for good."""

import json

import pytest
from django.db import connection

from accounts.models import Contact
from mangel import workflow
from mangel.models import Entry, Report
from photos.models import Photo
from tests.api.conftest import jpeg as photo_bytes
from tests.api.conftest import with_code
from tests.own.conftest import Reporter
from tests.pages.conftest import jpeg, text_of

pytestmark = pytest.mark.django_db
MARK = "Zwetschgenkuchen"


@pytest.fixture
def talkative(client):
    """Somebody who told us a lot."""
    reporter = Reporter(client, description=f"{MARK} im Text", place_hint=f"{MARK} am Ort", address=f"{MARK}weg 1")
    report = reporter.report
    workflow.release(report=report, user=reporter.clerk, public_text=f"{MARK} öffentlich")
    workflow.ask(report=report, user=reporter.clerk, text="Wo?")
    reporter.call("answers", text=f"{MARK} als Antwort")
    reporter.call("sentences", text=f"{MARK} als Ergänzung")
    reporter.call("contact", channel="mail", mail="zwetschgenkuchen@example.org", name=MARK)
    reporter.press("foto", photos=jpeg(f"{MARK}.jpg"))
    Report.objects.filter(pk=report.pk).update(answers={"frei": MARK})
    return reporter


def test_everything_we_hold_can_be_seen_as_a_file(talkative):
    answer = talkative.client.get(f"{talkative.page_url}daten/")
    assert "attachment" in answer["Content-Disposition"]
    told = json.loads(answer.content)
    assert told["description"] == f"{MARK} im Text"
    assert told["contact"]["mail"] == "zwetschgenkuchen@example.org"
    assert {text["text"] for text in told["texts"]} == {f"{MARK} als Antwort", f"{MARK} als Ergänzung"}
    assert len(told["photos"]) == 1
    api = talkative.client.get(f"/api/v1/tracking/{talkative.number}/data/", headers=with_code(talkative.told))
    assert api.json() == told


def test_what_is_erased_is_nowhere_any_more(talkative, media, django_capture_on_commit_callbacks):
    before = talkative.report
    with django_capture_on_commit_callbacks(execute=True):
        page = talkative.press("loeschen", confirm="yes")
    assert "Ihre Angaben sind gelöscht." in text_of(page)
    report = talkative.report
    kept = ("category_id", "point", "state", "created_at", "office_id", "near_address")
    assert [getattr(report, name) for name in kept] == [getattr(before, name) for name in kept]
    assert rows_with(MARK.lower()) == []
    assert not Contact.objects.exists()
    assert Photo.objects.get().status == "gone"
    assert [path for path in media.rglob("*") if path.is_file() and "originals" in path.parts] == []
    assert "Text entfernt" in talkative.page()


def rows_with(word):
    """Tables of our own that hold the word in any text column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            if table.startswith("django_"):
                continue
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE lower(t::text) LIKE %s', [f"%{word}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_erasing_asks_once_more_and_says_what_it_is_for(talkative):
    page = talkative.press("loeschen")
    assert page.status_code == 422
    assert "Bitte setzen Sie das Häkchen." in text_of(page)
    assert talkative.call("erase").status_code == 422
    assert talkative.report.description


def test_erasing_twice_is_erasing_once(talkative):
    for _try in "ab":
        assert talkative.call("erase", confirm=True).status_code == 200
    assert Entry.objects.filter(kind="erased").count() == 1


def test_an_erased_photo_does_not_come_back(talkative):
    digest = Photo.objects.get().sha256
    talkative.call("erase", confirm=True)
    answer = talkative.client.put(
        f"/api/v1/reports/{talkative.number}/photos/{digest}/",
        photo_bytes(),
        content_type="image/jpeg",
        headers=with_code(talkative.told),
    )
    assert answer.status_code == 404


def test_a_merged_report_can_be_erased_too(client, talkative):
    from mangel import merging

    other = Reporter(client)
    merging.merge(report=talkative.report, into=other.report, user=talkative.clerk)
    assert talkative.call("erase", confirm=True).status_code == 200
    assert talkative.report.description == ""
