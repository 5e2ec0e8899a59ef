"""Sending a report: exactly once, with an answer that says who is responsible (DESIGN 5.6, GOALS R2, R3)."""

import datetime as dt
import json
import threading
import uuid
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mangel import tasks
from mangel.models import Decision, Entry, Report, Submission
from notifications.models import Event
from tests.api.conftest import REPORTS, body, jpeg, post, problem_fields, report_of, sent
from tests.factories import JENA, PARK_BENCH
from threads.numbers import is_number

pytestmark = pytest.mark.django_db


def test_a_bench_in_the_park_goes_to_the_foundation_and_the_answer_says_why(client):
    response = post(client, **body("GRU4", PARK_BENCH))
    told = response.json()["properties"]
    assert response.status_code == 201
    assert told["office"]["code"] == "klassik"
    assert told["office"]["kind"] == "external"
    assert "Klassik" in told["reason"]
    assert "owner" in {zone["layer"] for zone in told["zones"]}
    assert told["state"] == "received"
    assert is_number(told["public_id"])
    assert response["Location"].endswith(f"/api/v1/reports/{told['public_id']}/")
    assert told["tracking_url"].endswith(f"/verfolgen/{told['public_id']}/{told['tracking_code']}/")
    assert client.get(response["Location"]).status_code == 200


def test_the_reporters_words_and_the_exact_second_are_not_in_the_public_answer(client):
    told = sent(client, description="Vor dem Haus von Frau Geheim", accuracy_m=7)
    public = client.get(f"{REPORTS}{told['public_id']}/").json()["properties"]
    assert public["description"] is None
    assert public["text_pending"] is True
    assert public["created_at"].endswith(":00Z")
    assert not public.keys() & {
        "accuracy_m",
        "channel",
        "language",
        "contact",
        "tracking_code",
        "address",
        "place_hint",
    }


def test_the_same_key_again_gives_the_same_report(client):
    key = str(uuid.uuid4())
    first, again = post(client, key, **body()), post(client, key, **body())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert Report.objects.count() == 1


def test_a_replay_after_29_days_still_gives_the_first_answer(client):
    key = str(uuid.uuid4())
    first = post(client, key, **body())
    Submission.objects.update(created_at=timezone.now() - dt.timedelta(days=29))
    tasks.sweep()
    assert post(client, key, **body()).json() == first.json()


def test_the_same_key_with_other_content_is_refused(client):
    key = str(uuid.uuid4())
    post(client, key, **body())
    response = post(client, key, **body(description="etwas anderes"))
    assert response.status_code == 422
    assert problem_fields(response) == {"Idempotency-Key"}
    assert Report.objects.count() == 1


def test_without_a_key_nothing_is_taken(client):
    response = client.post(REPORTS, body(), content_type="application/json")
    assert response.status_code == 422
    assert problem_fields(response) == {"Idempotency-Key"}
    assert not Report.objects.exists()


def test_an_answer_that_got_lost_is_found_by_its_key(client):
    key = str(uuid.uuid4())
    assert client.get("/api/v1/submissions/", headers={"Idempotency-Key": key}).status_code == 404
    first = post(client, key, **body())
    found = client.get("/api/v1/submissions/", headers={"Idempotency-Key": key})
    assert found.status_code == 200
    assert found.json() == first.json()
    assert found["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_thirty_posts_of_one_key_at_once_make_one_report(client):
    key, statuses, numbers, lock = str(uuid.uuid4()), [], set(), threading.Lock()
    start = threading.Barrier(30)

    def send():
        try:
            start.wait()
            for _attempt in range(100):
                response = post(Client(), key, **body())
                connections.close_all()  # as a server does after each request: the pool is smaller than the crowd
                with lock:
                    statuses.append(response.status_code)
                if response.status_code != 409:
                    with lock:
                        numbers.add(response.json()["properties"]["public_id"])
                    return
                assert int(response["Retry-After"]) >= 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = Counter(statuses)
    assert counted[201] == 1
    assert counted[200] == 29
    assert set(counted) <= {200, 201, 409}
    assert len(numbers) == 1
    assert (Report.objects.count(), Submission.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_report_decision_timeline_key_and_event_stand_or_fall_together(client, monkeypatch):
    def broken(row):
        raise RuntimeError("listener")

    monkeypatch.setattr("notifications.listeners.insert", broken)
    key = str(uuid.uuid4())
    with pytest.raises(RuntimeError):
        post(client, key, **body())
    assert not any(model.objects.exists() for model in (Report, Submission, Decision, Entry))
    monkeypatch.undo()
    assert post(client, key, **body()).status_code == 201


def test_a_report_takes_at_most_twelve_sql(client):
    post(client, **body())  # what a process reads once: city, zones, catalogue, rules
    with CaptureQueriesContext(connection) as taken:
        assert post(client, **body(description="Kaputt", accuracy_m=5)).status_code == 201
    # BEGIN and COMMIT among them, which are savepoints in a test.
    assert len(taken) <= 12, "\n".join(query["sql"][:150] for query in taken)


def test_who_is_overtaken_between_look_and_lock_waits_and_gets_the_first_answer(client, monkeypatch):
    key = str(uuid.uuid4())
    first = post(client, key, **body())
    monkeypatch.setattr("mangel.intake.lock_key", lambda key: None)
    assert post(client, key, **body()).status_code == 409
    monkeypatch.undo()
    assert post(client, key, **body()).json() == first.json()
    assert Report.objects.count() == 1


def test_a_form_with_photos_is_the_same_as_json(client):
    photo = SimpleUploadedFile("loch.jpg", jpeg())
    response = client.post(
        REPORTS,
        {
            "category": "STR2",
            "lon": "11.3295",
            "lat": "50.9795",
            "photos": [photo, SimpleUploadedFile("zwei.png", jpeg("blue"))],
            "photo_alts": ["Ein Loch"],
            "answers": "{}",
        },
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    told = response.json()["properties"]
    assert response.status_code == 201, response.content
    assert (told["photos"], told["photos_pending"]) == ([], 2)
    assert [p.alt_text for p in report_of(told).thing.photos.order_by("position")] == ["Ein Loch", ""]


def test_a_file_that_is_no_photo_is_refused_by_name_of_the_field_and_leaves_nothing(client, media):
    response = client.post(
        REPORTS,
        {**body(), "photos": SimpleUploadedFile("x.jpg", b"GIF89a nope")},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert response.status_code == 422
    assert problem_fields(response) == {"photos"}
    assert not Report.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_all_wrong_fields_are_named_at_once_in_the_readers_language(client):
    wrong = body("XXX", (11.3, "NaN"), channel="phone", email="nobody", colour="red")
    german, english = post(client, **wrong), post(client, lang="en", **wrong)
    assert german.status_code == 422
    assert problem_fields(german) == {"category", "lat", "channel", "email", "colour"}
    assert (german["Content-Language"], english["Content-Language"]) == ("de", "en")


@pytest.mark.parametrize(
    ("at", "field"),
    [
        ((50.98, 11.33), "lon"),
        ((0, 0), "lon"),
        ((13.4, 52.5), "lon"),
        ((11.33, 91), "lat"),
        (("1e308", 50.9), "lon"),
        ((11.33, None), "lat"),
    ],
)
def test_a_place_that_cannot_be_is_questioned(client, at, field):
    response = post(client, **body(at=at))
    assert response.status_code == 422
    assert field in problem_fields(response)


def test_outside_the_city_but_near_goes_to_the_neighbour(client):
    assert sent(client, at=JENA)["office"]["code"] == "nachbar"


def test_an_address_in_words_is_enough(client):
    told = post(client, category="STR2", address="hinter der alten Mühle").json()
    assert told["geometry"] is None
    assert told["properties"]["state"] == "received"


@pytest.mark.parametrize(
    ("raw", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "application/json", 422),
        (b'{"lon": NaN}', "application/json", 400),
        (b'{"lon": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"category": "STR2", "lon": ' + b"9" * 500 + b', "lat": 50.9}', "application/json", 422),
        (b'{"category": "STR2", "lon": 1e999, "lat": 50.9}', "application/json", 422),
        (b'{"category": "STR2", "description": "a\\u0000b"}', "application/json", 422),
        (b'{"category": "STR2", "description": "\\ud800"}', "application/json", 422),
        (b'{"category": "STR2", "answers": {"\\u0000": 1}}', "application/json", 422),
        (b'{"category": ["STR2"], "lon": {}, "lat": []}', "application/json", 422),
        (b'{"description": "' + b"x" * 600_000 + b'"}', "application/json", 413),
        (b"hello", "text/plain", 415),
        (b"<x/>", "application/xml", 415),
        (b"not multipart", "multipart/form-data; boundary=x", 422),
    ],
)
def test_a_hostile_body_gets_a_clear_answer(client, raw, media_type, status):
    response = client.post(REPORTS, raw, content_type=media_type, headers={"Idempotency-Key": "k" * 20})
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"]
    if status == 422:
        assert problem_fields(response)
    assert not Report.objects.exists()


def test_half_characters_hidden_in_a_forms_answers_are_refused(client):
    response = client.post(
        REPORTS, {**body("STR1"), "answers": '{"tiefe": "\\ud800"}'}, headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert response.status_code == 422
    assert problem_fields(response) == {"answers"}


def test_a_private_matter_is_taken_and_told_to_the_reporter_only(client):
    told = sent(client, category="MUE6")
    assert told["tracking_code"]
    assert client.get(f"{REPORTS}{told['public_id']}/").status_code == 404


def test_json_of_the_answer_is_geojson(client):
    feature = json.loads(post(client, **body()).content)
    assert feature["type"] == "Feature"
    assert feature["geometry"] == {"type": "Point", "coordinates": [11.3295, 50.9795]}


def test_a_word_of_danger_makes_a_report_urgent_unless_the_sender_says_that_all_is_calm(client):
    assert report_of(sent(client, description="Kabel hängt herunter")).hazard
    assert report_of(sent(client, description="Kabel hängt herunter", danger="called")).hazard
    assert not report_of(sent(client, description="Kabel hängt herunter", danger="calm")).hazard
    answer = post(client, **body(danger="maybe"))
    assert answer.status_code == 422
    assert problem_fields(answer) == {"danger"}
