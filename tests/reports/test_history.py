"""History cannot be rewritten, not even by hand at the database."""

import pytest
from django.db import DatabaseError, transaction

from mangel import timeline, workflow
from mangel.models import Decision, Entry, EntryText
from tests.factories import make_clerk, report_in

pytestmark = pytest.mark.django_db


def refused(change):
    with pytest.raises(DatabaseError, match=r"[Cc]annot"), transaction.atomic():
        change()


def test_entries_and_decisions_are_append_only(city):
    report = report_in()
    refused(lambda: Entry.objects.filter(report=report).update(new="resolved"))
    refused(lambda: Entry.objects.filter(report=report).delete())
    refused(lambda: Decision.objects.filter(report=report).update(why="anders"))
    refused(lambda: Decision.objects.filter(report=report).delete())


def test_what_somebody_wrote_can_only_become_empty(city):
    report, clerk = report_in(), make_clerk("tiefbau")
    written = workflow.write_note(report=report, user=clerk, text="Am Montag repariert.", public=True).written
    refused(lambda: EntryText.objects.filter(pk=written.pk).update(text="Nie repariert."))
    refused(lambda: EntryText.objects.filter(pk=written.pk).delete())
    workflow.erase_text(written, because="Name genannt")
    written.refresh_from_db()
    assert (written.text, written.erased_because) == ("", "Name genannt")


def test_the_timeline_never_names_a_person_in_public(city):
    report, clerk = report_in(), make_clerk("tiefbau")
    entry = timeline.add(report=report, kind=Entry.Kind.NOTED, actor=workflow.require(clerk, workflow.WORK, report))
    assert entry.office.code == "tiefbau"
    assert entry.actor_id == clerk.pk
