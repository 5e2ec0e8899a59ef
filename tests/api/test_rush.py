"""A flood of reports: phones calculate, forms without JavaScript wait, residents get through. Redis is real."""

import time
import uuid

import pytest

from mangel import work
from mangel.models import Report
from mangel.views.reporting import sending
from tests.api.conftest import REPORTS, body, post
from tests.pages.conftest import Walker, text_of

pytestmark = pytest.mark.django_db
LIMIT = 3


@pytest.fixture
def rush(settings, monkeypatch, client):
    """More reports than the city's rate have come in this minute."""
    monkeypatch.setattr(work, "COUNTER", f"test:{uuid.uuid4()}:")
    settings.MANGEL_WORK_ABOVE_PER_MINUTE = LIMIT
    for _number in range(LIMIT):
        assert post(client).status_code == 201


def number_behind(challenge):
    expires, nonce, target, most, _signature = challenge.split(".")
    return next(n for n in range(int(most)) if work.target(expires, nonce, n) == target)


def send(client, key, solution=""):
    headers = {"Idempotency-Key": key, "Proof-Of-Work": solution}
    return client.post(REPORTS, body(), content_type="application/json", headers=headers)


def test_in_a_rush_a_client_calculates_and_is_let_in(client, rush):
    key = str(uuid.uuid4())
    asked = send(client, key)
    assert asked.status_code == 429
    assert asked["Content-Type"] == "application/problem+json"
    assert 0 < int(asked["Retry-After"]) <= 60
    challenge = asked.json()["work"]
    assert send(client, key, f"{challenge}.{number_behind(challenge)}").status_code == 201
    assert Report.objects.count() == LIMIT + 1


def test_a_wrong_number_another_key_and_a_forged_challenge_are_asked_again(client, rush):
    key = str(uuid.uuid4())
    challenge = send(client, key).json()["work"]
    number = number_behind(challenge)
    expires, nonce, target, most, _signature = challenge.split(".")
    for other, solution in (
        (key, f"{challenge}.{number + 1}"),
        (str(uuid.uuid4()), f"{challenge}.{number}"),
        (key, f"{expires}.{nonce}.{target}.{most}.{'0' * 64}.{number}"),
        (key, "x" * 500),
        (key, "1.2.3.4.5.6"),
    ):
        assert send(client, other, solution).status_code == 429


def test_a_challenge_is_good_for_ten_minutes(client, rush, monkeypatch):
    key = str(uuid.uuid4())
    challenge = send(client, key).json()["work"]
    solution = f"{challenge}.{number_behind(challenge)}"
    assert work.is_solved(solution, key=key)
    later = time.time() + work.GOOD_FOR_S + 1
    monkeypatch.setattr(work.time, "time", lambda: later)
    assert not work.is_solved(solution, key=key)


def test_what_was_taken_before_is_answered_again_without_work(client, rush, settings):
    settings.MANGEL_WORK_ABOVE_PER_MINUTE = 0
    key = str(uuid.uuid4())
    assert send(client, key).status_code == 201
    settings.MANGEL_WORK_ABOVE_PER_MINUTE = LIMIT
    assert send(client, key).status_code == 200


def test_without_redis_nothing_is_demanded(client, rush, settings):
    settings.CACHES = settings.CACHES | {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nonexistent/redis.sock"}
    }
    assert post(client).status_code == 201


def test_a_form_without_javascript_waits_half_a_minute_instead(client, rush, monkeypatch):
    monkeypatch.setattr(sending, "FASTEST_S", 0.0)
    walker = Walker(client)
    walker.to_details("STR2", address="Markt")
    page = walker.send(description="Platte steht hoch.")
    assert page.status_code == 429
    assert "Bitte warten Sie" in text_of(page)
    assert "Platte steht hoch." in page.content.decode()
    now = time.time()
    monkeypatch.setattr(work.time, "time", lambda: now + work.WAITING_S)
    assert walker.send(description="Platte steht hoch.").status_code == 302


def test_an_ordinary_day_asks_nobody_for_anything(client, settings, monkeypatch):
    monkeypatch.setattr(work, "COUNTER", f"test:{uuid.uuid4()}:")
    settings.MANGEL_WORK_ABOVE_PER_MINUTE = LIMIT
    assert [post(client).status_code for _number in range(LIMIT)] == [201] * LIMIT
