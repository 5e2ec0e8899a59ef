"""The town all tests live in: Weimar's city pack, loaded once into the test database.

Tests that commit (`transaction=True`, live server) would lose it to Django's flush; here they empty only
what happened (reports, photos, events, people), not what the city set up.
"""

import os
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from fixtures.city_pack import load

# Several test processes at once (`pytest -n 2`): each has its own test database already, and here its own Redis one.
if worker := os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw"):
    number = int(worker) + 1
    settings.REDIS_URL = settings.CACHES["default"]["LOCATION"] = f"{settings.REDIS_URL}?db={number}"
    settings.CELERY_BROKER_URL = f"{settings.CELERY_BROKER_URL}?virtual_host={number}"

# Configuration: loaded once, read by everybody. A test that commits changes to these takes `changed_city`.
SET_UP_ONCE = {
    *("geo_city", "geo_revision", "geo_zonelayer", "geo_zone", "geo_population"),
    *("mangel_office", "mangel_category", "mangel_question", "mangel_declinedreason", "mangel_hazardword"),
    *("mangel_citytext", "mangel_reasontext", "mangel_ruleset", "mangel_routingrule"),
    *("django_content_type", "auth_permission", "django_migrations"),
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with Weimar in it."""
    with django_db_blocker.unblock():
        load(Path(settings.BASE_DIR) / "fixtures" / "weimar")
    TransactionTestCase._fixture_teardown = empty_what_happened
    return django_db_setup


def empty_what_happened(test: TransactionTestCase) -> None:
    """Instead of Django's flush."""
    models = apps.get_models(include_auto_created=True)
    tables = [model._meta.db_table for model in models if model._meta.managed]  # PostGIS's own are views
    happened = ", ".join(sorted(f'"{table}"' for table in set(tables) - SET_UP_ONCE))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {happened} RESTART IDENTITY")


@pytest.fixture
def changed_city(transactional_db):
    """For a test that commits changes to the city's set-up: it is laid anew afterwards."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE {} CASCADE".format(
                ", ".join(SET_UP_ONCE - {"django_content_type", "auth_permission", "django_migrations", "geo_revision"})
            )
        )
    load(Path(settings.BASE_DIR) / "fixtures" / "weimar")


@pytest.fixture
def city(db):
    """Weimar, as a test may name it."""
    from geo.models import City

    return City.current()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Photos of a test lie in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def no_rush(settings):
    """Tests send more in a minute than a city; those about the rush say so themselves."""
    settings.MANGEL_WORK_ABOVE_PER_MINUTE = 0


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """A password hash that is slow on purpose would cost the tests minutes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def data():
    """The folder of real test data; tests marked `data` are skipped where a city runs our tests without it."""
    folder = settings.MANGEL_TEST_DATA
    if not (folder / "README.md").exists():
        pytest.skip(f"no real test data at {folder} (MANGEL_TEST_DATA)")
    return folder


@pytest.fixture
def clerk_of(db):
    """clerk_of("tiefbau") → somebody of that office who is signed in nowhere yet."""
    from tests.factories import make_clerk

    return make_clerk


@pytest.fixture
def make_report(city):
    """make_report(category="STR2", …) → a report that came in the usual way."""
    from tests.factories import report_in

    return report_in
