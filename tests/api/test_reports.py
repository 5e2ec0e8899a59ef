"""Reading reports: list, one of them, the own one; supporting, contact, photos that follow."""

import datetime as dt
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from accounts.models import Contact
from mangel import expected, merging, workflow
from mangel.api.serializers import PublicReportSerializer
from mangel.models import Category, DeclinedReason, Report, Support
from mangel.states import State, Visibility
from photos.models import Photo
from tests.api.conftest import (
    REPORTS,
    body,
    content_digest,
    jpeg,
    post,
    problem_fields,
    report_of,
    sent,
    sha256,
    with_code,
)
from tests.factories import JENA, MARKET, PARK_BENCH, make_clerk, report_in

pytestmark = pytest.mark.django_db
PROPERTIES = {
    *("public_id", "category", "state", "waiting", "office", "reason", "zones", "district", "near_address", "asset"),
    *("answers", "description", "declined_reason", "text_pending", "photos", "photos_pending", "support_count"),
    *("created_at", "updated_at", "expected", "resolved_at", "url"),
}


def listed(client, query=""):
    response = client.get(f"{REPORTS}?{query}")
    assert response.status_code == 200, response.content
    return [feature["properties"]["public_id"] for feature in response.json()["features"]]


def test_a_report_says_what_the_contract_says_and_nothing_else(client):
    told = sent(client)
    feature = client.get(f"{REPORTS}{told['public_id']}/").json()
    assert feature.keys() == {"type", "geometry", "properties"}
    assert feature["properties"].keys() == PROPERTIES
    assert feature["properties"]["url"] == f"http://testserver/meldungen/{told['public_id']}/"


def test_list_and_single_report_say_the_same(client, clerk_of):
    at_place, without, asset = report_in(answers={}, description="x"), report_in(at=None), report_in("GRU4", PARK_BENCH)
    workflow.accept(report=at_place, user=clerk_of("tiefbau"), public_text="Loch")
    Report.objects.filter(pk=without.pk).update(waiting="scheduled", waiting_until=dt.date(2026, 12, 3))
    features = client.get(REPORTS).json()["features"]
    assert len(features) == 3
    for feature in features:
        number = feature["properties"]["public_id"]
        assert client.get(f"{REPORTS}{number}/").json() == feature
        report = Report.objects.get(public_id=number)
        contract = PublicReportSerializer(report, context={"base_url": "http://testserver"}).data
        assert json.loads(JSONRenderer().render(contract)) == feature
    assert {f["properties"]["description"] for f in features} == {"Loch", None}
    assert asset.public_id in {f["properties"]["public_id"] for f in features}


def test_the_list_asks_the_database_as_often_for_a_hundred_as_for_one(client):
    report_in()
    listed(client)
    with CaptureQueriesContext(connection) as for_one:
        listed(client)
    for _ in range(99):
        report_in()
    with CaptureQueriesContext(connection) as for_hundred:
        assert len(listed(client, "limit=100")) == 100
    assert len(for_hundred) == len(for_one) <= 10


def test_pages_of_the_list_hold_every_report_once_also_when_times_are_equal(client):
    for _ in range(7):
        report_in()
    now = timezone.now()
    Report.objects.update(created_at=now)
    expected_order = sorted(Report.objects.values_list("public_id", flat=True))
    seen, url = [], f"{REPORTS}?limit=3&category=STR"
    while url:
        page = client.get(url).json()
        seen += [f["properties"]["public_id"] for f in page["features"]]
        url = page["next"]
        assert url is None or url.startswith("http://testserver/api/v1/reports/?category=STR&limit=3&cursor=")
    assert seen == expected_order


def test_a_cursor_does_not_tell_the_exact_second(client):
    for _ in range(2):
        report_in()
    cursor = client.get(f"{REPORTS}?limit=1").json()["next"].split("cursor=")[1]
    assert cursor.split(".")[0].isdigit()
    assert len(cursor.split(".")[0]) == 9


def test_the_list_starts_with_what_is_open_or_was_finished_lately(client):
    open_one, done, long_done = report_in(), report_in(), report_in()
    Report.objects.filter(pk__in=[done.pk, long_done.pk]).update(state="resolved", resolved_at=timezone.now())
    Report.objects.filter(pk=long_done.pk).update(fresh=False)
    assert set(listed(client)) == {open_one.public_id, done.public_id}
    assert set(listed(client, "state=resolved")) == {done.public_id, long_done.public_id}
    assert set(listed(client, f"since={timezone.localdate():%Y-%m}")) == {
        r.public_id for r in (open_one, done, long_done)
    }


def test_the_list_is_filtered_by_place_matter_district_time_and_words(client, clerk_of):
    hole, bench, lamp = report_in("STR2", description="x"), report_in("GRU4", PARK_BENCH), report_in("LIC1", MARKET)
    workflow.accept(report=hole, user=clerk_of("tiefbau"), public_text="Stolperkante vor 100 % der Läden")
    Report.objects.filter(pk=lamp.pk).update(created_at=timezone.now() - dt.timedelta(days=3))
    assert listed(client, "bbox=11.33,50.97,11.34,50.975") == [bench.public_id]
    assert listed(client, "category=GRU") == [bench.public_id]
    assert set(listed(client, "category=GRU4&category=STR2")) == {hole.public_id, bench.public_id}
    assert set(listed(client, f"district={bench.district_code}")) >= {bench.public_id}
    assert listed(client, f"until={timezone.localdate() - dt.timedelta(days=2):%Y-%m-%d}") == [lamp.public_id]
    assert listed(client, "q=stolperKANTE") == [hole.public_id]
    assert listed(client, "q=100 %25 der") == [hole.public_id]
    assert listed(client, "q=100_") == []
    assert listed(client, f"q={lamp.spoken_id}") == [lamp.public_id]
    assert listed(client, "bbox=-180,-90,180,90") == listed(client)


def test_words_nobody_has_released_are_not_found(client):
    report_in(description="Frau Geheim parkt hier")
    assert listed(client, "q=Geheim") == []


def test_hidden_is_gone_and_never_existed_is_not_found(client):
    report = report_in()
    Report.objects.filter(pk=report.pk).update(visibility=Visibility.HIDDEN)
    hidden = client.get(f"{REPORTS}{report.public_id}/")
    assert hidden.status_code == 410
    assert hidden["Content-Type"] == "application/problem+json"
    assert report.public_id not in hidden.content.decode()
    assert client.get(f"{REPORTS}417203858/").status_code == 404


def test_a_merged_report_leads_to_the_one_it_became_part_of(client, clerk_of):
    old, new = report_in(), report_in()
    merging.merge(report=old, into=new, user=clerk_of("tiefbau"))
    response = client.get(f"{REPORTS}{old.public_id}/")
    assert response.status_code == 301
    assert response["Location"] == f"http://testserver{REPORTS}{new.public_id}/"
    assert listed(client) == [new.public_id]


def test_a_report_merged_into_a_private_one_does_not_name_it(client):
    old, new = report_in(), report_in()
    Report.objects.filter(pk=old.pk).update(merged_into=new, merged_at=timezone.now())
    Report.objects.filter(pk=new.pk).update(visibility=Visibility.PRIVATE)
    response = client.get(f"{REPORTS}{old.public_id}/")
    assert response.status_code == 404
    assert new.public_id not in response.content.decode()


def test_the_reporter_sees_everything_of_their_own_report(client):
    told = sent(client, category="STR1", description="Vor Nr. 3", answers={"tiefe": first_option("STR1", "tiefe")})
    own = client.get(f"/api/v1/tracking/{told['public_id']}/", headers=with_code(told))
    mine = own.json()["properties"]
    assert own.status_code == 200
    assert (own["Cache-Control"], own["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert mine["description"] == "Vor Nr. 3"
    assert mine["answers"]
    assert [event["state"] for event in mine["timeline"]] == ["received"]


def first_option(category, question):
    found = Category.objects.get(code=category).questions.filter(code=question).first()
    if found is None:
        pytest.skip(f"{category} does not ask {question}")
    return found.options[0]["code"]


def test_no_code_and_a_wrong_code_open_nothing_and_do_not_tell_which_numbers_exist(client):
    told = sent(client)
    for number in (told["public_id"], "417203858"):
        bare = client.get(f"/api/v1/tracking/{number}/")
        assert (bare.status_code, bare["WWW-Authenticate"]) == (401, "Tracking")
        wrong = client.get(f"/api/v1/tracking/{number}/", headers={"Authorization": "Tracking 0000-0000-0000-0000"})
        assert wrong.status_code == 404
    spoken = "-".join(told["tracking_code"].upper()[i : i + 4] for i in range(0, 16, 4))
    right = client.get(f"/api/v1/tracking/{told['public_id']}/", headers={"Authorization": f"Tracking {spoken}"})
    assert right.status_code == 200


def test_a_support_counts_once_per_key_and_only_its_hash_is_kept(client):
    told, key = sent(client), "a-random-key-of-a-phone"
    url = f"{REPORTS}{told['public_id']}/support/"
    first = client.post(url, {"supporter_key": key}, content_type="application/json")
    again = client.post(url, headers={"Supporter-Key": key})
    other = client.post(url, {"supporter_key": key[::-1]}, content_type="application/json")
    assert first.json() == {"support_count": 1, "counted": True}
    assert again.json() == {"support_count": 1, "counted": False}
    assert other.json() == {"support_count": 2, "counted": True}
    assert not Support.objects.filter(supporter_key_hash__contains=key).exists()
    short = client.post(url, {"supporter_key": "abc"}, content_type="application/json")
    assert (short.status_code, problem_fields(short)) == (422, {"supporter_key"})


def test_contact_is_kept_unconfirmed_and_never_shown(client):
    told = sent(client)
    url = f"{REPORTS}{told['public_id']}/contact/"
    wanted = {"channel": "mail", "mail": "erna@example.org", "name": "Erna Beispiel", "language": "de"}
    response = client.post(url, wanted, content_type="application/json", headers=with_code(told))
    assert (response.status_code, response.json()) == (201, {"channel": "mail", "verified": False})
    Contact.objects.update(verified_at=timezone.now())
    moved = client.post(
        url, wanted | {"mail": "e@example.org"}, content_type="application/json", headers=with_code(told)
    )
    assert (moved.status_code, moved.json()["verified"]) == (200, False)
    contact = report_of(told).contact
    assert (contact.mail, contact.verified_at, Contact.objects.count()) == ("e@example.org", None, 1)
    for answer in (client.get(f"{REPORTS}{told['public_id']}/"), client.get(REPORTS)):
        assert b"example.org" not in answer.content
        assert b"Erna" not in answer.content


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"channel": "mail"}, {"mail"}),
        ({"channel": "mail", "mail": "x"}, {"mail"}),
        ({"channel": "call"}, {"phone"}),
        ({"channel": "push"}, {"channel"}),
        ({"channel": "letter", "postal_address": "x" * 500}, {"postal_address"}),
        ({"channel": "mail", "mail": "a@example.org", "age": 3}, {"age"}),
        ({}, {"channel"}),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused_by_field(client, fields, named):
    told = sent(client)
    url = f"{REPORTS}{told['public_id']}/contact/"
    response = client.post(url, fields, content_type="application/json", headers=with_code(told))
    assert response.status_code == 422
    assert problem_fields(response) >= named
    stranger = client.post(url, {"channel": "mail", "mail": "a@example.org"}, content_type="application/json")
    assert stranger.status_code == 401
    assert not Contact.objects.exists()


def test_an_announced_photo_follows_by_its_checksum_and_may_be_sent_again(client):
    photo = jpeg()
    told = sent(client, photos_expected=[sha256(photo)], photo_alts=["Ein Loch"])
    assert told["photos_pending"] == 1
    url = f"{REPORTS}{told['public_id']}/photos/{sha256(photo)}/"
    put = {"content_type": "image/jpeg", "headers": with_code(told) | {"Content-Digest": content_digest(photo)}}
    first, again = client.put(url, photo, **put), client.put(url, photo, **put)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["key"] == again.json()["key"]
    assert (Photo.objects.count(), Photo.objects.get().status) == (1, "stored")
    assert Photo.objects.get().alt_text == "Ein Loch"


def test_one_more_photo_follows_under_a_key_of_the_phone(client):
    told, key = sent(client), str(uuid.uuid4())
    url = f"{REPORTS}{told['public_id']}/photos/{key}/"
    put = {"content_type": "application/octet-stream", "headers": with_code(told)}
    assert client.put(url, jpeg(), **put).status_code == 201
    assert client.put(url, jpeg(), **put).status_code == 200
    assert Photo.objects.count() == 1
    other = client.put(url, jpeg("blue"), **put)
    assert (other.status_code, problem_fields(other)) == (422, {"photos"})
    for colour in ("green", "black", "white", "pink"):
        assert client.put(url.replace(key, str(uuid.uuid4())), jpeg(colour), **put).status_code == 201
    sixth = client.put(url.replace(key, str(uuid.uuid4())), jpeg("gold"), **put)
    assert (sixth.status_code, problem_fields(sixth)) == (422, {"photos"})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"headers": {}}, 401),
        ({"headers": {"Authorization": "Tracking 0000000000000000"}}, 404),
        ({"content_type": "application/json"}, 415),
        ({"data": b"<svg/>"}, 422),
        ({"data": b""}, 422),
        ({"digest": "sha-256=:AAAA:"}, 422),
        ({"digest": "nonsense"}, 422),
        ({"data": b"\xff\xd8" + b"0" * 26_300_000}, 413),
    ],
)
def test_a_photo_of_a_stranger_or_none_at_all_is_refused_and_leaves_nothing(client, media, change, status):
    told = sent(client)
    headers = change.get(
        "headers", with_code(told) | ({"Content-Digest": change["digest"]} if "digest" in change else {})
    )
    response = client.put(
        f"{REPORTS}{told['public_id']}/photos/{uuid.uuid4()}/",
        change.get("data", jpeg()),
        content_type=change.get("content_type", "image/jpeg"),
        headers=headers,
    )
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert not Photo.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_photo_is_public_only_after_a_look(client, clerk_of):
    from photos import tasks

    photo = jpeg()
    told = sent(client, photos_expected=[sha256(photo)])
    url = f"{REPORTS}{told['public_id']}/"
    client.put(f"{url}photos/{sha256(photo)}/", photo, content_type="image/jpeg", headers=with_code(told))
    row = Photo.objects.get()
    tasks.make_renditions(row.pk)
    row.refresh_from_db()
    waiting = client.get(url).json()["properties"]
    assert (waiting["photos"], waiting["photos_pending"]) == ([], 1)
    own = client.get(f"/api/v1/tracking/{told['public_id']}/", headers=with_code(told)).json()["properties"]["photos"]
    assert own[0]["small"].startswith("http://testserver/fotos/")
    workflow.accept(report=report_of(told), user=clerk_of("tiefbau"), photos=[row])
    shown = client.get(url).json()["properties"]
    assert shown["photos_pending"] == 0
    assert client.get(shown["photos"][0]["small"]).status_code == 200


def test_nothing_more_is_added_to_a_report_that_is_done(client):
    told = sent(client)
    Report.objects.update(state=State.RESOLVED, resolved_at=timezone.now())
    url = f"{REPORTS}{told['public_id']}/photos/{uuid.uuid4()}/"
    response = client.put(url, jpeg(), content_type="image/jpeg", headers=with_code(told))
    assert response.status_code == 409


def test_the_finder_decides_as_a_report_would(client):
    url = "/api/v1/responsibility/"
    bench = client.get(url, {"lon": PARK_BENCH[0], "lat": PARK_BENCH[1], "category": "GRU4"}).json()
    assert bench["office"]["code"] == "klassik"
    assert bench["inside_city"] is True
    place = client.get(url, {"lon": PARK_BENCH[0], "lat": PARK_BENCH[1]}).json()
    assert place["office"] is None
    assert {zone["layer"] for zone in place["zones"]} >= {"city", "district", "owner"}
    outside = client.get(url, {"lon": JENA[0], "lat": JENA[1]}).json()
    assert (outside["office"]["code"], outside["inside_city"]) == ("nachbar", False)


def test_the_finder_asks_one_question_where_the_position_is_too_inexact(client):
    url = "/api/v1/responsibility/"
    unclear = {"lon": 11.3388, "lat": 50.97643, "accuracy": 60, "category": "STR1"}
    asked = client.get(url, unclear).json()
    assert asked["ambiguous"] is True
    assert asked["office"]["code"] == "zentral"
    assert asked["question"]["code"] == "place"
    assert len(asked["alternatives"]) >= 2
    assert all(alternative["because"] for alternative in asked["alternatives"])
    first = asked["question"]["options"][0]["code"]
    answered = client.get(url, unclear | {"answers": f'{{"place": "{first}"}}'}).json()
    assert answered["ambiguous"] is False
    assert answered["office"] == asked["alternatives"][0]["office"]


def test_the_catalogue_is_a_tree_in_the_readers_language_with_a_tag(client):
    url = "/api/v1/categories/"
    client.get(url)
    with CaptureQueriesContext(connection) as taken:
        german = client.get(url)
    assert len(taken) <= 3
    english = client.get(url, headers={"Accept-Language": "en"})
    codes = [c["code"] for group in german.json()["groups"] for c in group["categories"]]
    assert {"STR1", "LIC1", "GRU4"} <= set(codes)
    assert german.json() != english.json()
    assert german["ETag"] != english["ETag"]
    again = client.get(url, headers={"If-None-Match": german["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Category.objects.filter(code="STR1").update(frequent=False)
    assert client.get(url, headers={"If-None-Match": german["ETag"]}).status_code == 200


class TestExpected:
    """The only promise the public sees."""

    @pytest.fixture(autouse=True)
    def forgotten(self, city):
        expected.forget()
        yield
        expected.forget()

    def done_reports(self, number, *, days=dt.timedelta(days=7)):
        """Reports that took a week: five working days, if no holiday came between."""
        start = dt.datetime(2026, 6, 8, 8, tzinfo=dt.UTC)
        for _ in range(number):
            report_in("STR2")
        Report.objects.update(state="resolved", created_at=start, resolved_at=start + days, fresh=False)

    def told(self, client):
        report = report_in("STR2")
        return client.get(f"{REPORTS}{report.public_id}/").json()["properties"]["expected"]

    def test_says_nothing_before_twenty_are_done(self, client):
        self.done_reports(19)
        assert self.told(client) is None

    def test_says_the_median_in_working_days(self, client):
        self.done_reports(20)
        assert self.told(client) == "Üblich: etwa 5 Arbeitstage"

    def test_says_the_citys_target_once_it_is_confirmed(self, client):
        self.done_reports(20)
        Category.objects.filter(code="STR2").update(target_confirmed=True, done_days=20)
        assert self.told(client) == "Ziel der Stadt: 20 Arbeitstage"

    def test_says_the_week_where_it_is_planned(self, client):
        told = sent(client)
        Report.objects.update(waiting="scheduled", waiting_until=dt.date(timezone.localdate().year, 12, 3))
        said = client.get(f"{REPORTS}{told['public_id']}/").json()["properties"]["expected"]
        week = dt.date(timezone.localdate().year, 12, 3).isocalendar().week
        assert said == f"geplant für KW {week}"

    def test_promises_nothing_for_what_is_done(self, client):
        self.done_reports(20)
        number = Report.objects.first().public_id
        assert client.get(f"{REPORTS}{number}/").json()["properties"]["expected"] is None


def test_the_description_of_the_api_is_a_page_without_third_parties(client):
    page = client.get("/api/").content.decode()
    assert "POST /api/v1/reports/" in page
    assert "Idempotency-Key" in page
    assert "<script>" not in page
    assert "style=" not in page


def test_a_form_without_its_boundary_is_refused_in_the_readers_language(client):
    refused = client.post(REPORTS, b"x", content_type="multipart/form-data", headers={"Idempotency-Key": "k" * 20})
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert "Das Formular ist nicht lesbar" in refused.json()["title"]


@pytest.mark.parametrize("path", [REPORTS, "/api/v1/changes/", "/api/v1/categories/", "/api/v1/zones/"])
def test_other_methods_are_refused_and_head_and_options_are_sane(client, path):
    refused = client.delete(path)
    assert (refused.status_code, refused["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in refused["Allow"]
    assert client.head(path).status_code == 200
    assert client.options(path).status_code == 200
    assert client.get(path, headers={"Accept": "application/xml"}).status_code == 200


def test_an_unknown_address_is_a_problem_in_the_readers_language(client):
    german = client.get("/api/v1/nothing/")
    english = client.get("/api/v1/nothing/", headers={"Accept-Language": "en"})
    assert german.status_code == 404
    assert german["Content-Type"] == "application/problem+json"
    assert english["Content-Language"] == "en"


def test_a_report_sent_to_the_address_without_slash_is_not_mistaken_for_taken(client):
    response = client.post(
        "/api/v1/reports", body(), content_type="application/json", headers={"Idempotency-Key": "k" * 9}
    )
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    led_on = client.get("/api/v1/reports?limit=3")
    assert (led_on.status_code, led_on["Location"]) == (301, "/api/v1/reports/?limit=3")
    assert client.get("/api/v1/").status_code == 404


def test_posting_a_report_and_reading_it_in_english_names_things_in_english(client):
    told = post(client, lang="en", **body()).json()["properties"]
    german = client.get(f"{REPORTS}{told['public_id']}/").json()["properties"]
    assert told["category"]["name"] != german["category"]["name"]
    assert told["reason"] != german["reason"]


def test_what_was_declined_was_never_done(client):
    told = sent(client)
    reason = DeclinedReason.objects.get(code="nothing_found")
    workflow.move_report(
        report=report_of(told), to=State.DECLINED, user=make_clerk("tiefbau"), note="Nichts.", declined_reason=reason
    )
    shown = client.get(f"{REPORTS}{told['public_id']}/").json()["properties"]
    assert (shown["state"], shown["resolved_at"]) == ("declined", None)
