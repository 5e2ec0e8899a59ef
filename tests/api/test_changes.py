"""What changed, in commit order: nothing skipped, nothing told twice (DESIGN 5.6)."""

import time

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from mangel import feed, workflow
from mangel.models import Report, ReportChange
from mangel.states import State, Visibility
from tests.api.conftest import problem_fields
from tests.factories import make_clerk, report_in

URL = "/api/v1/changes/"
pytestmark = pytest.mark.django_db(transaction=True)


def ask(client, since=""):
    response = client.get(URL, {"since": since} if since else {})
    assert response.status_code == 200, response.content
    return response.json()


def news(client, since, enough=lambda changes: changes):
    """What the feed tells once it may: another database's transactions on the same server hold it back, too."""
    told = []
    for _ in range(100):
        answer = ask(client, since)
        told, since = told + answer["changes"], answer["cursor"]
        if enough(told):
            break
        time.sleep(0.1)
    return told, since


def test_the_first_answer_is_the_cursor_of_now_and_nothing_else(client):
    report_in()
    answer = ask(client)
    assert answer["changes"] == []
    assert answer["more"] is False
    assert answer["cursor"]


def test_a_new_report_and_every_step_of_it_are_told_once(client, clerk_of):
    start = ask(client)["cursor"]
    report = report_in("STR2")
    told, cursor = news(client, start)
    assert told == [{"public_id": report.public_id, "state": "received", "gone": False}]
    workflow.accept(report=report, user=clerk_of("tiefbau"), public_text="Loch")
    workflow.move_report(report=report, to=State.IN_PROGRESS, user=clerk_of("tiefbau"))
    told, cursor = news(client, cursor, lambda told: told and told[-1]["state"] == "in_progress")
    assert told[-1] == {"public_id": report.public_id, "state": "in_progress", "gone": False}
    assert news(client, cursor, lambda told: True)[0] == []


def test_several_changes_of_one_report_are_one_line(client, clerk_of):
    start = ask(client)["cursor"]
    with transaction.atomic():
        report = report_in("STR2")
        workflow.accept(report=report, user=clerk_of("tiefbau"))
    told, _cursor = news(client, start)
    assert told == [{"public_id": report.public_id, "state": "accepted", "gone": False}]


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.PRIVATE])
def test_what_goes_away_is_told_as_gone(client, visibility):
    report = report_in("STR2")
    start = ask(client)["cursor"]
    workflow.set_visibility(report=report, visibility=visibility, user=make_clerk("tiefbau"))
    told, _cursor = news(client, start, lambda told: told and told[-1]["gone"])
    assert told[-1] == {"public_id": report.public_id, "state": None, "gone": True}


def test_an_old_line_about_what_was_hidden_meanwhile_tells_nothing(client):
    start = ask(client)["cursor"]
    report = report_in("STR2")
    workflow.set_visibility(report=report, visibility=Visibility.HIDDEN, user=make_clerk("tiefbau"))
    told, _cursor = news(client, start)
    assert {change["state"] for change in told} == {None}


def test_who_commits_late_is_not_skipped_and_holds_nobody_up(client):
    """Two clerks: the first to write is the last to commit. A feed ordered by time or number would lose the first, one
    that waits for the oldest transaction would make everybody wait."""
    start = ask(client)["cursor"]
    slow = connections.create_connection("default")
    try:
        with slow.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO mangel_reportchange (xid, public_id, state, gone, at)"
                " VALUES (pg_current_xact_id()::text::bigint, '417203858', '', true, now())"
            )
            quick = report_in("STR2")
            first = ask(client, start)
            assert [change["public_id"] for change in first["changes"]] == [quick.public_id]
            cursor.execute("COMMIT")
    finally:
        slow.close()
    second = ask(client, first["cursor"])
    assert [change["public_id"] for change in second["changes"]] == ["417203858"]
    assert ask(client, second["cursor"])["changes"] == []


def test_a_quiet_town_is_a_304(client):
    cursor = ask(client)["cursor"]
    first = client.get(URL, {"since": cursor})
    again = client.get(URL, {"since": cursor}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_many_changes_come_in_portions(client):
    start = ask(client)["cursor"]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mangel_reportchange (xid, public_id, state, gone, at)"
            " SELECT pg_current_xact_id()::text::bigint, (100000000 + n)::text, '', true, now()"
            " FROM generate_series(1, %s) n",
            [feed.AT_MOST + 20],
        )
    for _ in range(100):
        first = ask(client, start)
        if first["changes"]:
            break
        time.sleep(0.1)
    assert (len(first["changes"]), first["more"]) == (feed.AT_MOST, True)
    second = ask(client, first["cursor"])
    assert (len(second["changes"]), second["more"]) == (20, False)


@pytest.mark.parametrize(
    "cursor",
    ["abc", "-1", "1-1", "1-1-1", "0-0-0", "f" * 500, "1-2-3-4", "١-١-١", "1-1-1%00", "zz-1-75c3f", "' OR 1=1 --"],
)
def test_garbage_is_no_cursor(client, cursor):
    response = client.get(f"{URL}?since={cursor}")
    assert response.status_code == 400
    assert problem_fields(response) == {"since"}


@pytest.mark.parametrize("change", [{"hour": -24 * 30}, {"hour": 48}, {"xmax": 10**9}])
def test_a_cursor_of_another_database_or_of_last_month_begins_anew(client, change):
    cursor = feed.Cursor.parse(ask(client)["cursor"])
    xmin, xmax, _running = cursor.seen.split(":")
    strange = feed.Cursor(f"{xmin}:{int(xmax) + change.get('xmax', 0)}:", hour=cursor.hour + change.get("hour", 0))
    response = client.get(URL, {"since": str(strange)})
    assert (response.status_code, response.json()["code"]) == (400, "bad_cursor")


def test_a_snapshot_that_is_none_is_refused(client):
    hour = feed.this_hour()
    for snapshot in ("9-3-", "1-9-7.5", "0-9-", "3-9-12"):
        response = client.get(URL, {"since": f"{snapshot}__0.0_{hour}"})
        assert (response.status_code, response.json()["code"]) == (400, "bad_cursor"), snapshot


def test_a_cursor_nobody_moved_for_a_day_is_renewed(client):
    cursor = feed.Cursor.parse(ask(client)["cursor"])
    old = str(feed.Cursor(cursor.seen, hour=cursor.hour - 30))
    assert ask(client, old)["cursor"] != old


def test_old_lines_are_swept_and_no_good_cursor_misses_them(client):
    report_in()
    ReportChange.objects.update(at=timezone.now() - feed.KEPT - timezone.timedelta(hours=1))
    report_in()
    assert feed.sweep() == 1
    assert ReportChange.objects.count() == Report.objects.count() - 1
