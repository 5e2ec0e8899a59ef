"""A private report goes through every endpoint, tile, list, count and feed, and appears nowhere (GOALS S7)."""

import json
import uuid

import pytest
from django.utils import timezone

from mangel import doubles, tile_counts
from mangel.models import Category, Report, ReportChange, TileCount
from mangel.states import Visibility
from tests.api.conftest import REPORTS, body, post, report_of, sent, with_code
from tests.api.mvt import layers
from tests.api.test_tiles import tile_at
from tests.factories import FOOTWAY, make_clerk

pytestmark = pytest.mark.django_db
REPORTERS_VERBS = ("answers", "sentences", "reopen", "withdraw", "correct", "erase")
SECRET = "Herr Geheim aus Nummer siebzehn"


def never_public(client):
    """A matter that names people."""
    return sent(client, category="MUE6", description=SECRET)


def by_answer(client):
    """An answer makes it private: whose hedge it is, whose dog it was."""
    found = next(
        (category, question)
        for category in Category.objects.filter(privacy="public", active=True).order_by("code")
        for question in category.questions.filter(active=True)
        if question.private_if
    )
    category, question = found
    option = question.private_if[0]
    value = [option] if question.kind == "multi" else option
    return sent(client, category=category.code, description=SECRET, answers={question.code: value})


def by_staff(client):
    """Set by staff at the desk, after it had been public."""
    from mangel import workflow

    told = sent(client, description=SECRET)
    workflow.set_visibility(report=report_of(told), visibility=Visibility.PRIVATE, user=make_clerk("tiefbau"))
    return told


def hidden(client):
    """Was public; an offence."""
    from mangel import workflow

    told = sent(client, description=SECRET)
    workflow.set_visibility(report=report_of(told), visibility=Visibility.HIDDEN, user=make_clerk("tiefbau"))
    return told


def merged(client):
    """Part of another: its number leads there, nothing else is told of it."""
    from mangel import merging

    told, other = sent(client, description=SECRET), sent(client)
    merging.merge(report=report_of(told), into=report_of(other), user=make_clerk("tiefbau"))
    return told


@pytest.mark.parametrize("make", [never_public, by_answer, by_staff, hidden, merged])
def test_what_is_not_public_appears_nowhere(client, make):
    told = make(client)
    number, report = told["public_id"], report_of(told)
    assert not report.is_published
    report.public_text, report.text_check = SECRET, "shown"
    report.save(update_fields=["public_text", "text_check"])
    Report.objects.filter(pk=report.pk).update(updated_at=timezone.now())
    asked = [answer.content.decode(errors="replace") for answer in everything_a_stranger_asks(client, number, report)]
    assert not [text for text in asked if number in text and "location" not in text]
    assert not [text for text in asked if "Geheim" in text or told["tracking_code"] in text]
    assert tiles_show(client) == (1 if make is merged else 0)
    like_this = doubles.like_this(category=report.category, point=report.point)
    assert report not in like_this
    own = client.get(f"/api/v1/tracking/{number}/", headers=with_code(told))
    assert own.status_code == 200
    assert own.json()["properties"]["description"] == SECRET


def everything_a_stranger_asks(client, number, report):
    """Answers of every endpoint that could tell of it."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    json_body = {"content_type": "application/json"}
    month = f"{timezone.localdate():%Y-%m}"
    lon, lat = FOOTWAY
    for query in (
        "",
        "limit=100",
        f"category={report.category.code}",
        f"state={report.state}",
        f"district={report.district_code}",
        f"since={month}",
        f"until={month}",
        f"q={number}",
        "q=Geheim",
        "bbox=11,50.5,12,51.5",
    ):
        yield client.get(f"{REPORTS}?{query}")
    single = client.get(f"{REPORTS}{number}/")
    assert single.status_code in ({"private": (404,), "hidden": (410,)}.get(report.visibility) or (301,))
    yield single
    yield client.head(f"{REPORTS}{number}/")
    if report.merged_into_id is None:
        support = client.post(f"{REPORTS}{number}/support/", {"supporter_key": "x" * 20}, **json_body)
        assert support.status_code == single.status_code
        yield support
        notice = client.post(f"{REPORTS}{number}/notice/", {"piece": "text", "reason": "other"}, **json_body)
        assert notice.status_code == single.status_code
        yield notice
    for method, url in (
        (client.get, f"/api/v1/tracking/{number}/"),
        (client.post, f"{REPORTS}{number}/contact/"),
        (client.put, f"{REPORTS}{number}/photos/{uuid.uuid4()}/"),
        (client.get, f"/api/v1/tracking/{number}/data/"),
        *[(client.post, f"{REPORTS}{number}/{verb}/") for verb in REPORTERS_VERBS],
    ):
        assert method(url).status_code == 401
        wrong = method(url, headers={"Authorization": "Tracking 0000-0000-0000-0000"})
        assert wrong.status_code == 404
        yield wrong
    unknown = client.get("/api/v1/submissions/", headers=key)
    assert unknown.status_code == 404
    yield unknown
    yield post(client, **body(report.category.code, description="noch einmal"))
    yield client.get("/api/v1/responsibility/", {"lon": lon, "lat": lat, "category": report.category.code})
    for path in ("zones/", f"zones/at/?lon={lon}&lat={lat}", f"assets/?lon={lon}&lat={lat}", "addresses/?q=markt"):
        yield client.get(f"/api/v1/{path}")
    yield client.get("/api/v1/categories/")
    yield client.get("/api/v1/changes/")
    own = f"/verfolgen/{number}/0000000000000000/"
    for echo in (
        client.get(f"/meldungen/{number}/inhalt-melden/?stueck=text"),
        client.get(own),
        client.get(f"{own}daten/"),
        client.post(f"{own}ergaenzen/", {"text": "x"}),
    ):
        assert echo.status_code == 404
        # The number that was asked for stands in the page's own address; nothing else may.
        echo.content = echo.content.replace(number.encode(), b"")
        yield echo
    yield client.get("/pruefung/")
    for page in ("/", "/meldungen/", f"/meldungen/?category={report.category.code}&state={report.state}", "/daten/"):
        yield client.get(page)


def tiles_show(client):
    """How many reports the tiles of all zooms tell of over the place, at most; the same before and after folding."""

    def seen():
        most = 0
        for z in range(19):
            tile = "/".join(map(str, tile_at(*FOOTWAY, z)))
            found = layers(client.get(f"/tiles/reports/{tile}.mvt?state=received").content)
            most = max(most, len(found.get("reports", [])), sum(c["count"] for c in found.get("clusters", [])))
        return most

    remove_what_was_just_sent()
    before = seen()
    tile_counts.fold_all()
    assert seen() == before
    assert sum(TileCount.objects.filter(cut=0, z=10).values_list("n", flat=True)) == before
    return before


def remove_what_was_just_sent():
    """The report of a stranger who sent the same matter: out of the way for counting."""
    Report.objects.filter(description="noch einmal").update(visibility=Visibility.PRIVATE)


def test_the_feed_never_names_what_was_private_from_the_start(client):
    told = never_public(client)
    report_of(told).save()
    assert not ReportChange.objects.filter(public_id=told["public_id"]).exists()


def test_the_feed_says_gone_and_nothing_else_of_what_was_hidden(client):
    told = hidden(client)
    last = ReportChange.objects.filter(public_id=told["public_id"]).latest("id")
    assert (last.gone, last.state) == (True, "")


def test_text_and_photos_go_again_when_the_matter_turns_out_to_be_one_that_shows_none(client):
    told = sent(client, description=SECRET)
    Report.objects.update(public_text=SECRET, text_check="shown")
    url = f"{REPORTS}{told['public_id']}/"
    assert client.get(url).json()["properties"]["description"] == SECRET
    Category.objects.filter(code="STR2").update(text_policy="never", photo_policy="never")
    shown = client.get(url).json()["properties"]
    assert (shown["description"], shown["text_pending"], shown["photos_pending"]) == (None, False, 0)
    assert client.get(f"{REPORTS}?q=Geheim").json()["features"] == []
    assert "Geheim" not in client.get(f"/meldungen/{told['public_id']}/").content.decode()


def test_a_stranger_who_reports_the_same_is_not_told_of_the_private_one(client):
    told = never_public(client)
    other = post(client, **body("MUE6"))
    assert told["public_id"] not in json.dumps(other.json())
    assert report_of(other.json()["properties"]).possible_duplicate_of is None
