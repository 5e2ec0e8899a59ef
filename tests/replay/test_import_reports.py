"""manage.py import_reports: real reports of other cities through our own rules."""

import csv
import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command

from fixtures.replay import Source, lay_town, replay
from geo.models import City
from mangel import doubles
from mangel.models import Entry, EntryText, Report, TileDelta
from mangel.timeline import state_from

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture(params=["zuerich", "boston"])
def source(request, empty_town, data):
    source = Source.of(request.param)
    lay_town(source, data / source.told["zones"]["file"])
    return source


@pytest.fixture
def boston(empty_town, data):
    source = Source.of("boston")
    lay_town(source, data / source.told["zones"]["file"])
    return source


def rows_of(data: Path, source: Source, count: int) -> list[dict[str, str]]:
    with gzip.open(data / source.told["file"], "rt", encoding="utf-8-sig") as lines:
        return [row for row, _ in zip(csv.DictReader(lines), range(count), strict=False)]


def written(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "reports.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_two_hundred_real_reports_come_in_with_their_times_and_a_history_that_tells_their_state(source, data):
    summary = replay(source, data / source.told["file"], limit=200)
    assert (summary.read, summary.imported, summary.accounted_for) == (200, 200, True)
    assert sum(summary.offices.values()) == 200
    assert Report.objects.count() == 200
    for report in Report.objects.prefetch_related("entries", "decisions"):
        entries = list(report.entries.all())
        assert state_from(entries) == report.state
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert entries[0].at == report.created_at
        assert entries[-1].at == report.updated_at
        assert [decision.office_id for decision in report.decisions.all()] == [report.office_id]
        assert report.created_at.year in (2011, *range(2016, 2026))
        assert report.district_code
        assert not report.fresh or report.state == "received"
    assert TileDelta.objects.count() == 200


def test_a_second_run_brings_only_what_is_new(source, data):
    file = data / source.told["file"]
    assert replay(source, file, limit=50).imported == 50
    again = replay(source, file, limit=80)
    assert (again.here_already, again.imported) == (50, 30)
    assert Report.objects.count() == 80


def test_what_somebody_wrote_about_the_closing_is_kept_but_not_shown(boston, data):
    replay(boston, data / boston.told["file"], limit=60)
    texts = EntryText.objects.filter(entry__kind=Entry.Kind.MOVED)
    assert texts.count() > 40
    assert set(texts.values_list("check_state", flat=True)) == {"waiting"}


def test_the_summary_says_what_was_skipped_and_why(boston, data, tmp_path):
    rows = rows_of(data, boston, 6)
    rows[0]["longitude"] = "11.33"  # Weimar's: beyond the service area
    rows[0]["latitude"] = "50.98"
    rows[1]["latitude"] = "north"
    rows[2]["open_dt"] = "yesterday"
    rows[3]["longitude"] = rows[3]["latitude"] = "0"
    rows[4]["type"] = "Unheard of"
    summary = replay(boston, written(tmp_path, rows))
    assert (summary.read, summary.imported, summary.accounted_for) == (6, 2, True)
    assert summary.skipped["lon: outside_service_area"] == 1
    assert summary.skipped["its time cannot be read"] == 1
    assert summary.skipped.total() == 4
    assert summary.unmapped["Unheard of"] == 1
    said = "\n".join(summary.lines())
    assert "6 rows read, 2 imported, 0 were here already" in said
    assert "1 skipped: lon: outside_service_area" in said


def test_possible_doubles_are_those_that_intake_would_have_marked(boston, data):
    replay(boston, data / boston.told["file"], limit=400)
    newest = Report.objects.order_by("-created_at", "-pk").first()
    marked = 0
    for report in Report.objects.exclude(pk=newest.pk).select_related("category").order_by("-created_at", "-pk")[:150]:
        # As it was when this one came in: the later ones were not there, what was finished later was open.
        later = Report.objects.filter(created_at__gt=report.created_at) | Report.objects.filter(
            created_at=report.created_at, pk__gte=report.pk
        )
        point = Point(report.point.x, report.point.y, srid=4326)
        radius_m = doubles.radius_for(report.category, None)
        before = (
            Report.objects.published()
            .filter(category__parent_id=report.category.parent_id)
            .exclude(pk__in=later.values("pk"))
            .near(point, radius_m=radius_m)
        )
        alive = [
            other.pk
            for other in before
            if other.resolved_at is None or other.resolved_at >= report.created_at - doubles.RECENTLY_RESOLVED
        ]
        assert report.possible_duplicate_of_id == (alive[0] if alive else None)
        marked += bool(alive)
    assert marked > 5


def test_another_citys_database_is_refused(db, data):
    assert City.objects.get().key == "weimar"
    with pytest.raises(CommandError, match="belongs to Weimar"):
        call_command("import_reports", "--pack", "boston", "--limit", "5", stdout=StringIO())
    assert not Report.objects.exists()


def test_a_pack_without_a_replay_is_named_with_those_that_have_one(db):
    with pytest.raises(CommandError, match="boston, zuerich"):
        call_command("import_reports", "--pack", "weimar", stdout=StringIO())


def test_a_file_that_lacks_a_column_is_refused_whole(boston, tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text("case_enquiry_id,type\n1,Graffiti Removal\n")
    with pytest.raises(CommandError, match="has no column closed_dt, closure_reason, latitude"):
        call_command("import_reports", str(path), "--pack", "boston", stdout=StringIO())
