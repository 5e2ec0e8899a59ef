"""A clerk at the desk, and a report in every state, reached by the moves a clerk makes."""

import pytest
from django.db.models import Max

from mangel import rerouting, workflow
from mangel.models import DeclinedReason, Entry, Office
from mangel.states import State
from photos import formats
from photos.models import Photo
from photos.tasks import make_renditions
from tests.factories import FOOTWAY, make_clerk, report_in, stored
from tests.pages.conftest import jpeg

__all__ = ["jpeg"]
formats.register()


def render_all() -> None:
    """What the workers do after the commit."""
    for photo in Photo.objects.filter(status="stored"):
        make_renditions(photo.pk)


def last_seq(report) -> int:
    return Entry.objects.filter(report=report).aggregate(last=Max("seq"))["last"]


@pytest.fixture
def clerk(city):
    return make_clerk("tiefbau")


@pytest.fixture
def desk(client, clerk):
    """The clerk's browser, signed in."""
    client.force_login(clerk)
    return client


@pytest.fixture
def report(city):
    return report_in("STR2", FOOTWAY, description="Platte wackelt, Herr Müller ist gestürzt.")


@pytest.fixture
def act(desk):
    """act(report, "umleiten", office="gruen", why="…") → the answer to one click on a page that is up to date."""

    def act(report, slug, *, seen_seq=None, modus="", browser=None, **typed):
        data = {f"{slug}-{name}": value for name, value in typed.items() if not name.startswith("look")}
        data |= {name.replace("look_", "look-", 1): value for name, value in typed.items() if name.startswith("look")}
        data["seen_seq"] = last_seq(report) if seen_seq is None else seen_seq
        if modus:
            data["modus"] = modus
        return (browser or desk).post(f"/dienst/meldung/{report.public_id}/{slug}/", data)

    return act


def bring(report, state: State, clerk):
    """The report in `state`, by the services."""
    if state == State.FORWARDED:
        rerouting.reroute(
            report=report, office=Office.objects.get(code="klassik"), user=clerk, why="Gehört der Stiftung."
        )
        workflow.move_report(report=stored(report), to=state, user=make_clerk("zentral"))
    elif state == State.DECLINED:
        reason = DeclinedReason.objects.get(code="no_defect")
        workflow.move_report(report=report, to=state, user=clerk, note="In Ordnung.", declined_reason=reason)
    elif state != State.RECEIVED:
        workflow.move_report(report=report, to=state, user=clerk, note="So ist es.")
    return stored(report)
