"""The map's tiles: points near, counted cells far, exact at every moment (DESIGN 4)."""

import datetime as dt
import gzip
import math
import random

import pytest
from django.db import connection
from django.utils import timezone

from mangel import merging, tasks, tile_counts
from mangel.models import Category, DeclinedReason, Report, TileCount, TileDelta
from mangel.states import FINISHED, State, Visibility
from tests.api.conftest import problem_fields
from tests.api.mvt import layers
from tests.factories import FOOTWAY, MARKET, PARK_BENCH, make_clerk, report_in

pytestmark = pytest.mark.django_db
CITY_TILE_Z5 = (5, 17, 10)


def tile_at(lon, lat, z):
    """z/x/y of the tile over a place."""
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * n), int(y * n)


def fetch(client, z, x, y, query=""):
    response = client.get(f"/tiles/reports/{z}/{x}/{y}.mvt?{query}")
    assert response.status_code == 200, response.content
    return response


def drawn(client, z, x, y, query=""):
    return layers(fetch(client, z, x, y, query).content)


def counted(client, z, query="", places=(FOOTWAY, PARK_BENCH)):
    """How many reports the tiles of zoom z over the places tell of, each tile once."""
    tiles = {tile_at(*place, z) for place in places}
    return sum(
        cluster["count"]
        for tile in tiles
        for cluster in drawn(client, *tile, query).get("clusters", [])
        if all(0 <= unit < 4096 for unit in cluster["at"])
    )


def test_a_report_is_a_point_with_number_category_and_state(client):
    report = report_in()
    (point,) = drawn(client, *tile_at(*FOOTWAY, 16))["reports"]
    assert {k: v for k, v in point.items() if k != "at"} == {
        "public_id": report.public_id,
        "category": "STR2",
        "state": "received",
    }


@pytest.mark.parametrize("z", range(14))
def test_further_away_reports_are_counted_in_all_and_by_state(client, z):
    for at in (FOOTWAY, FOOTWAY, PARK_BENCH):
        report_in(at=at)
    Report.objects.filter(pk=Report.objects.first().pk).update(state="in_progress")
    assert counted(client, z) == 3
    tile_counts.fold_all()
    assert not TileDelta.objects.exists()
    assert counted(client, z) == 3
    assert sum(c["in_progress"] for c in drawn(client, *tile_at(*FOOTWAY, z))["clusters"]) >= 1 or z > 12


def test_a_cluster_lies_where_its_reports_are(client):
    report_in()
    z, x, y = tile_at(*FOOTWAY, 13)
    (cluster,) = drawn(client, z, x, y)["clusters"]
    lon = (x + cluster["at"][0] / 4096) / 2**z * 360 - 180
    assert lon == pytest.approx(FOOTWAY[0], abs=1e-4)


@pytest.mark.parametrize("z", [3, 5, 9, 12, 13, 15])
@pytest.mark.parametrize("folded", [False, True])
def test_every_filter_counts_the_same_on_the_map_and_in_the_list(client, z, folded):
    made = [report_in("STR2"), report_in("LIC1"), report_in("GRU4", PARK_BENCH), report_in("STR2", PARK_BENCH)]
    old = timezone.now() - dt.timedelta(days=100)
    Report.objects.filter(pk=made[0].pk).update(created_at=old, month=timezone.localtime(old).date().replace(day=1))
    Report.objects.filter(pk=made[1].pk).update(state="resolved", resolved_at=old, fresh=False)
    if folded:
        tile_counts.fold_all()
    district = made[0].district_code
    month = f"{timezone.localdate():%Y-%m}"
    for query in (
        "",
        "category=STR",
        "category=STR2&category=LIC1",
        "state=resolved",
        "state=resolved&state=received",
        f"district={district}",
        f"since={month}",
        f"until={timezone.localtime(old):%Y-%m}",
        f"since={month}&category=STR2&district={district}&state=received",
        "q=Gehweg",
        f"q={made[2].public_id}",
    ):
        listed = len(client.get(f"/api/v1/reports/?{query}").json()["features"])
        if z >= 14:
            tiles = {tile_at(*place, z) for place in (FOOTWAY, PARK_BENCH)}
            on_map = len({p["public_id"] for t in tiles for p in drawn(client, *t, query).get("reports", [])})
        else:
            on_map = counted(client, z, query)
        assert on_map == listed, query


CAME = ["2021-12", "2022-01", "2022-06", "2022-12", "2023-01", "2023-07", "2024-12", "2025-01", "2025-03", "2025-03"]


@pytest.fixture
def years(city):
    """Reports of several years in two districts and two categories, done long ago."""
    for number, came in enumerate(CAME):
        report = report_in(("STR2", "LIC1")[number % 2], (FOOTWAY, PARK_BENCH)[number % 3 == 0])
        month = dt.date.fromisoformat(f"{came}-01")
        at = dt.datetime(month.year, month.month, 17, 12, tzinfo=dt.UTC)
        Report.objects.filter(pk=report.pk).update(
            created_at=at, month=month, state="resolved", resolved_at=at, fresh=False
        )
    tile_counts.fold_all()
    return report.district_code


TIMES = [
    *("since=2022-01", "since=2022-02", "since=2022-12", "since=2026-01", "until=2024-12", "until=2024-11"),
    *("since=2022-02&until=2025-02", "since=2022-01&until=2024-12", "since=2022-06&until=2022-12"),
    *("since=2022-12&until=2023-01", "since=2022-07&until=2022-11", "until=2021-11", "since=2025-03&until=2025-03"),
]


@pytest.mark.parametrize("z", [3, 9, 10, 12, 13, 15])
def test_times_count_the_same_on_the_map_and_in_the_list(client, years, z, monkeypatch):
    monkeypatch.setattr("mangel.tiles.POINTS_MAX", 0)
    for more in ("", "&category=STR2", f"&district={years}", f"&category=STR&district={years}&state=resolved"):
        for time in TIMES:
            listed = len(client.get(f"/api/v1/reports/?{time}{more}").json()["features"])
            assert counted(client, z, time + more) == listed, time + more


def test_where_too_many_would_hide_each_other_a_near_tile_has_clusters(client, years, monkeypatch):
    places = {z: tile_at(*FOOTWAY, z) for z in (14, 15, 16)}
    assert all(set(drawn(client, *places[z], "state=resolved")) == {"reports"} for z in places)
    monkeypatch.setattr("mangel.tiles.POINTS_MAX", 3)
    layers_at = {z: set(drawn(client, *places[z], "state=resolved")) for z in places}
    assert layers_at == {14: {"clusters"}, 15: {"clusters"}, 16: {"reports"}}
    for _ in range(4):
        report_in()
    # What is open is not that much, and words are not counted.
    assert set(drawn(client, *places[14])) == {"reports"}
    assert set(drawn(client, *places[14], "q=Gehweg")) == {"reports"}


def test_after_any_moves_the_counts_are_a_recount(client, city):
    chance = random.Random(7)
    clerk = make_clerk("tiefbau")
    reason = DeclinedReason.objects.first()
    categories = list(Category.objects.filter(parent__isnull=False, privacy="public")[:6])
    reports = [report_in(at=(11.30 + chance.random() / 20, 50.96 + chance.random() / 30)) for _ in range(25)]
    for step in range(150):
        report = Report.objects.get(pk=chance.choice(reports).pk)
        what = chance.randrange(6)
        if what == 0:
            report.state = chance.choice(State.values)
            report.resolved_at = timezone.now() if report.state in FINISHED else None
            report.declined_reason = reason if report.state == State.DECLINED else None
        elif what == 1:
            report.visibility = chance.choice(Visibility.values)
        elif what == 2:
            report.category = chance.choice(categories)
        elif what == 3:
            report.point.x = 11.30 + chance.random() / 20
        elif what == 4:
            report.fresh = not report.fresh
        elif what == 5 and report.merged_into_id is None:
            into = Report.objects.exclude(pk=report.pk).filter(merged_into__isnull=True).order_by("?").first()
            merging.write_merge(report, into, merging.timeline.Actor(user_id=clerk.pk))
            continue
        report.save()
        if step % 20 == 0:
            tile_counts.fold(batch=chance.randrange(1, 40))
    tile_counts.fold_all()
    kept = rows_of_counts()
    tile_counts.recount()
    tile_counts.fold_all()
    assert kept == rows_of_counts()
    assert all(row[-3] > 0 for row in kept)
    on_map = Report.objects.published().filter(point__isnull=False).count()
    for level in tile_counts.LEVELS:
        assert sum(row[-3] for row in kept if row[:2] == (int(tile_counts.Cut.TOTAL), level)) == on_map


def rows_of_counts():
    names = [f.name for f in TileCount._meta.fields if f.name not in ("id", "n", "sum_x", "sum_y")]
    return sorted(TileCount.objects.values_list(*names, "n", "sum_x", "sum_y"), key=str)


def test_what_was_finished_over_30_days_ago_leaves_the_default_view(client):
    report = report_in()
    gone = timezone.now() - dt.timedelta(days=31)
    Report.objects.filter(pk=report.pk).update(state="resolved", resolved_at=gone)
    assert counted(client, 10) == 1
    assert tasks.end_freshness() == 1
    assert counted(client, 10) == 0
    assert counted(client, 10, "state=resolved") == 1
    assert tasks.end_freshness() == 0


def test_only_one_worker_folds_at_a_time(client):
    report_in()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mangel_tiledelta")
        assert cursor.fetchone()[0] == 1
    assert tile_counts.fold() == 1
    assert tile_counts.fold() == 0


def test_a_tile_is_short_lived_and_has_a_tag(client):
    report_in()
    first = fetch(client, *tile_at(*FOOTWAY, 15))
    assert first["Cache-Control"] == "public, max-age=5"
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    z, x, y = tile_at(*FOOTWAY, 15)
    again = client.get(f"/tiles/reports/{z}/{x}/{y}.mvt?v=abc", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    report_in(at=MARKET)
    other = client.get(f"/tiles/reports/{z}/{x}/{y}.mvt", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_a_large_tile_travels_compressed(client):
    for _ in range(40):
        report_in()
    z, x, y = tile_at(*FOOTWAY, 15)
    response = client.get(f"/tiles/reports/{z}/{x}/{y}.mvt", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(layers(gzip.decompress(response.content))["reports"]) == 40


@pytest.mark.parametrize(
    "address", ["23/0/0", "5/32/0", "5/0/32", "a/0/0", "-1/0/0", f"{'9' * 500}/0/0", "1.5/0/0", "٣/0/0"]
)
def test_a_tile_that_does_not_exist_is_a_404(client, address):
    response = client.get(f"/tiles/reports/{address}.mvt")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=nope", "state"),
        ("bbox=1,2,3,4", "bbox"),
        ("since=abc", "since"),
        ("category=%00", "category"),
        ("x=1", "x"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(client, query, field):
    response = client.get(f"/tiles/reports/10/544/343.mvt?{query}")
    assert response.status_code == 400
    assert problem_fields(response) == {field}
