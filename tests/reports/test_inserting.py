"""The short way into the database writes what `save` writes."""

import datetime as dt
import itertools
import json
import uuid

import pytest
from django.db import connection
from django.db.models.signals import post_save, pre_save

from mangel.inserting import insert
from mangel.models import Decision, Entry, Report, Submission
from notifications.models import Event
from tests.factories import FOOTWAY, report_in, stored
from threads.services import new_thing
from threads.states import Kind

pytestmark = pytest.mark.django_db

MODELS = [Report, Decision, Entry, Event, Submission]
NUMBERS = itertools.count(100)
# What must differ between two rows that are otherwise alike.
OWN = {
    Report: lambda: {"thing_id": new_thing(Kind.REPORT).pk, "public_id": str(uuid.uuid4().int)[:9]},
    Decision: lambda: {"seq": next(NUMBERS)},
    Entry: lambda: {"seq": next(NUMBERS)},
    Event: dict,
    Submission: lambda: {"key": str(uuid.uuid4())},
}
APART = {"id", "thing_id", "public_id", "seq", "key"}


@pytest.fixture
def report(city):
    made = report_in("STR1", FOOTWAY, answers={"tiefe": "tief"})
    insert(Submission(key=str(uuid.uuid4()), fingerprint="f" * 64, report=made))
    return stored(made)


def another(model, like):
    """A row of the same values, not saved yet."""
    columns = [f for f in model._meta.local_concrete_fields if not (f.primary_key or f.generated)]
    return model(**{column.attname: getattr(like, column.attname) for column in columns} | OWN[model]())


def as_it_is_stored(row):
    """Every column, generated ones too, as the database holds it; not those that tell two rows apart."""
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(stored) FROM {table} stored WHERE id = %s", [row.pk])  # noqa: S608
        columns = json.loads(cursor.fetchone()[0])
    return {name: value for name, value in columns.items() if name not in APART}


@pytest.mark.parametrize("model", MODELS)
def test_an_inserted_row_is_the_row_that_save_would_have_written(report, model):
    like = model.objects.order_by("pk").last()
    saved, inserted = another(model, like), another(model, like)
    saved.save(force_insert=True)
    assert insert(inserted) is inserted
    assert inserted.pk > saved.pk
    assert not inserted._state.adding
    assert as_it_is_stored(inserted) == as_it_is_stored(saved)


def test_a_report_may_lack_whatever_can_be_empty(report):
    nothing = {"point": None, "accuracy_m": None, "answers": {}, "district_id": None, "near_address": "", "asset": None}
    rows = [another(Report, report) for _ in "ab"]
    for row in rows:
        for name, value in nothing.items():
            setattr(row, name, value)
    rows[0].save(force_insert=True)
    insert(rows[1])
    assert as_it_is_stored(rows[1]) == as_it_is_stored(rows[0])
    assert rows[1].point_3857 is None


def test_an_inserted_report_can_be_read_and_saved_like_any_other(report):
    row = insert(another(Report, report))
    assert row.point_3857.equals_exact(report.point_3857, 0.01)
    row.place_hint = "neben der Bank"
    row.save(update_fields=["place_hint"])
    assert stored(row).place_hint == "neben der Bank"
    assert row.created_at - report.created_at < dt.timedelta(seconds=1)


@pytest.mark.parametrize("model", MODELS)
def test_nobody_waits_for_the_signals_that_are_not_sent(model):
    assert not pre_save.has_listeners(model)
    assert not post_save.has_listeners(model)
