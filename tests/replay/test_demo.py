"""manage.py load_demo: a believable town, made through the services, with a history that is true to itself."""

import datetime as dt
from io import BytesIO, StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from fixtures.demo.canvas import LIGHTS
from fixtures.demo.scenes import SCENES, paint
from fixtures.management.commands import load_demo
from mangel.models import CityText, Decision, Membership, Report
from mangel.timeline import state_from
from photos.models import Photo


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, small, loaded once for the tests of this file; what it said."""
    from django.conf import settings
    from django.db import connection

    from tests.conftest import empty_what_happened

    said, before = StringIO(), settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("demo-media")
    with django_db_blocker.unblock():
        call_command("load_demo", "--reports", "36", stdout=said)
        yield said.getvalue()
        empty_what_happened(None)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM mangel_citytext WHERE key = %s", [load_demo.FLAG])
    settings.MEDIA_ROOT = before


@pytest.mark.django_db
def test_reports_are_in_many_states_and_some_wait_for_a_look(demo):
    assert Report.objects.count() == 36
    states = set(Report.objects.values_list("state", flat=True))
    assert {"received", "resolved"} < states
    waiting = Report.objects.filter(state="received", merged_into=None, text_check="waiting")
    assert waiting.count() >= 10
    assert Report.objects.filter(visibility="public").exclude(public_text="").exists()


@pytest.mark.django_db
def test_every_history_goes_forward_and_tells_state_and_office(demo):
    for report in Report.objects.prefetch_related("entries"):
        entries = sorted(report.entries.all(), key=lambda entry: entry.seq)
        times = [entry.at for entry in entries]
        assert times == sorted(times)
        assert times[0] == report.created_at
        assert report.created_at <= report.updated_at <= timezone.now()
        assert state_from(entries) == report.state
        newest = Decision.objects.filter(report=report).latest("seq")
        assert newest.office_id == report.office_id
        assert newest.at <= report.updated_at
        assert report.month == timezone.localtime(report.created_at).date().replace(day=1)
        if report.resolved_at:
            assert report.fresh == (report.resolved_at > timezone.now() - dt.timedelta(days=30))


@pytest.mark.django_db
def test_photos_can_be_looked_at_at_once_and_nothing_unseen_is_public(demo):
    assert Photo.objects.exists()
    assert not Photo.objects.exclude(status="ready").exists()
    received = Report.objects.filter(state="received", merged_into=None, entries__kind="received").exclude(
        entries__kind="released"
    )
    assert not Photo.objects.filter(thing__report__in=received, check_state="shown").exists()


@pytest.mark.django_db
def test_passwords_are_printed_once_and_open_the_desks(demo, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as when they were made
    lines = [line.split() for line in demo.splitlines() if line.strip().startswith("demo-")]
    assert [name for name, *_ in lines] == [
        "demo-zentral",
        "demo-tiefbau",
        "demo-gruen",
        "demo-kommunalservice",
        "demo-verwaltung",
    ]
    for name, password, *_what in lines:
        assert authenticate(username=name, password=password)
    assert Membership.objects.get(user__username="demo-tiefbau").office.code == "tiefbau"
    assert not Membership.objects.get(user__username="demo-licht").user.has_usable_password()


def test_who_waits_sees_how_far_it_is(demo):
    assert "25 of 36 reports" in demo
    assert demo.index("25 of 36") < demo.index("36 of 36") < demo.index("36 invented reports")


@pytest.mark.django_db
def test_a_second_run_says_so_and_changes_nothing(demo):
    said = StringIO()
    call_command("load_demo", stdout=said)
    assert "loaded already" in said.getvalue()
    assert Report.objects.count() == 36
    assert CityText.objects.get(key=load_demo.FLAG).texts["de"].startswith("Vorführdaten")


def test_the_same_seed_paints_the_same_picture():
    assert paint("bench", seed=5, light="noon") == paint("bench", seed=5, light="noon")
    assert paint("bench", seed=5, light="noon") != paint("bench", seed=6, light="noon")


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_painted_broken_and_mended(scene):
    light = sorted(LIGHTS)[len(scene) % len(LIGHTS)]
    before, after = (paint(scene, seed=5, light=light, mended=mended) for mended in (False, True))
    assert Image.open(BytesIO(before)).size == Image.open(BytesIO(after)).size == (896, 672)
    if scene != "plain":
        assert before != after
