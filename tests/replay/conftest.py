"""A second city beside Weimar cannot be: replays get an empty town, rolled back after each test."""

import pytest
from django.db import connection

from mangel.models import RuleSet


@pytest.fixture
def empty_town(db):
    """No city at all: what a fresh database holds. Undone with the test's transaction."""
    assert RuleSet.objects.exists(), "the session's town is laid"
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE geo_city, geo_zonelayer, geo_zone, geo_population, mangel_office, mangel_category,"
            " mangel_question, mangel_declinedreason, mangel_hazardword, mangel_citytext, mangel_reasontext,"
            " mangel_ruleset, mangel_routingrule CASCADE"
        )
