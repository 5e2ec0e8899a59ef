"""Zones change, reports keep what they were decided with."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from geo import zones
from geo.models import Zone
from geo.querysets import city_day
from geo.zones import ZoneFeature, ZoneRefused, import_layer
from tests.geo.conftest import square

pytestmark = pytest.mark.django_db


def feature(code: str, geometry, name: str = "", **values) -> ZoneFeature:
    return ZoneFeature(code=code, name=name or code.title(), geometry=geometry, **values)


def versions(code: str) -> list[Zone]:
    return list(Zone.objects.filter(code=code, layer__key="meadow").order_by("pk"))


@pytest.fixture
def tomorrow():
    with time_machine.travel(f"{city_day() + timedelta(days=1)}T12:00:00+00:00"):
        yield


def test_other_ground_makes_a_new_version_and_keeps_the_old_row(zone):
    old = zone("a", square(0, 0))
    with time_machine.travel(f"{city_day() + timedelta(days=10)}T12:00:00+00:00"):
        new = zones.change_zone(old, geometry=square(0, 0, 0.02), name="Größer")
        today = city_day()
    assert new.pk != old.pk
    assert [(v.name, v.valid) for v in versions("a")] == [
        ("A", DateRange(today - timedelta(days=10), today)),
        ("Größer", DateRange(today, None)),
    ]
    assert versions("a")[0].area_m2 == pytest.approx(old.area_m2)


def test_other_words_change_the_version_in_place(zone):
    old = zone("a", square(0, 0))
    assert zones.change_zone(old, phrase={"de": "Auf der Wiese"}, geometry=square(0, 0)).pk == old.pk
    assert versions("a")[0].phrase == {"de": "Auf der Wiese"}


def test_a_version_replaced_on_its_first_day_stays_as_a_row_that_never_counted(zone):
    first = zone("a", square(0, 0))
    second = zones.change_zone(first, geometry=square(0.1, 0))
    third = zones.change_zone(second, geometry=square(0.2, 0))
    assert [v.valid.isempty for v in versions("a")] == [True, True, False]
    assert Zone.objects.valid_now().get(code="a") == third


def test_a_stale_version_cannot_be_changed(zone):
    old = zone("a", square(0, 0))
    zones.change_zone(old, geometry=square(0.1, 0))
    with pytest.raises(ZoneRefused, match="aktuelle Fassung"):
        zones.change_zone(old, geometry=square(0.2, 0))


def test_a_code_counts_once_a_day(zone):
    old = zone("a", square(0, 0))
    with pytest.raises(ZoneRefused, match="vergeben"):
        zones.add_zone(layer=old.layer, code="a", name="Zweites", geometry=square(1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():  # and the database agrees
        Zone.objects.create(layer=old.layer, code="a", name="x", geometry=old.geometry, valid=old.valid)


def test_a_version_is_never_deleted_nor_given_other_ground(zone):
    made = zone("a", square(0, 0))
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        made.delete()
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE geo_zone SET geometry = ST_Translate(geometry, 1, 0) WHERE id = %s", [made.pk])


def test_the_area_is_measured_on_the_ellipsoid(zone):
    made = zone("a", square(0, 0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Area(geometry::geography) FROM geo_zone WHERE id = %s", [made.pk])
        assert made.area_m2 == pytest.approx(cursor.fetchone()[0])
    assert made.area_m2 == pytest.approx(947_000, rel=0.01)  # 854 m × 1,110 m


def test_a_zone_in_use_does_not_end_unnoticed(zone, monkeypatch):
    made = zone("a", square(0, 0))
    monkeypatch.setattr(zones.users, "_registered", [])
    zones.register_users(lambda layer, codes: [f"Regel 7 ({layer})"] if "a" in codes else [])
    with pytest.raises(ZoneRefused, match=r"Regel 7 \(meadow\)"):
        zones.end_zone(made)
    zones.end_zone(made, force=True)
    assert not Zone.objects.valid_now().filter(code="a").exists()


# --- imports ---------------------------------------------------------------------------------------------------------


def test_an_import_tells_what_it_added_changed_ended_and_left(layer):
    meadow = layer()
    import_layer([feature(c, square(i / 10, 0)) for i, c in enumerate("abc")], layer=meadow)
    diff = import_layer(
        [feature("a", square(0, 0)), feature("b", square(0.1, 0, 0.02)), feature("d", square(0.5, 0))], layer=meadow
    )
    assert (diff.added, [c.code for c in diff.changed], diff.ended, diff.unchanged) == (["d"], ["b"], ["c"], ["a"])
    assert diff.changed[0].what == ("geometry",)
    assert diff.changed[0].moved_m2 == pytest.approx(3 * 947_000, rel=0.01)
    assert sorted(Zone.objects.valid_now().filter(layer=meadow).values_list("code", flat=True)) == ["a", "b", "d"]


def test_the_same_file_again_changes_nothing(layer):
    meadow, features = layer(), [feature("a", square(0, 0), properties={"nr": 1})]
    import_layer(features, layer=meadow)
    diff = import_layer(features, layer=meadow)
    assert (diff.unchanged, diff.writes, len(versions("a"))) == (["a"], False, 1)


def test_a_ring_that_starts_elsewhere_is_the_same_ground(layer):
    meadow = layer()
    import_layer([feature("a", square(0, 0))], layer=meadow)
    turned = square(0, 0).reverse()
    assert import_layer([feature("a", turned)], layer=meadow).unchanged == ["a"]


def test_words_the_city_wrote_survive_a_source_that_has_none(layer):
    meadow = layer()
    import_layer([feature("a", square(0, 0), phrase={"de": "Auf der Wiese"})], layer=meadow)
    import_layer([feature("a", square(0.5, 0))], layer=meadow)
    assert Zone.objects.valid_now().get(layer=meadow).phrase == {"de": "Auf der Wiese"}


def test_a_dry_run_writes_nothing_but_says_the_same(layer):
    meadow = layer()
    import_layer([feature("a", square(0, 0))], layer=meadow)
    dry = import_layer([feature("b", square(0.5, 0))], layer=meadow, dry_run=True)
    assert (dry.added, dry.ended) == (["b"], ["a"])
    assert [v.code for v in Zone.objects.valid_now().filter(layer=meadow)] == ["a"]


def test_what_is_there_can_be_left_as_the_city_edited_it(layer):
    meadow = layer()
    import_layer([feature("a", square(0, 0)), feature("z", square(0.9, 0))], layer=meadow)
    diff = import_layer([feature("a", square(0.5, 0)), feature("b", square(0.7, 0))], layer=meadow, only_missing=True)
    assert (diff.added, sorted(diff.kept), diff.ended) == (["b"], ["a", "z"], [])


def test_ending_a_code_in_use_needs_force_and_lists_its_users(layer, monkeypatch):
    meadow = layer()
    monkeypatch.setattr(zones.users, "_registered", [lambda layer, codes: ["Kategorie Bank"] * ("a" in codes)])
    import_layer([feature("a", square(0, 0)), feature("b", square(0.5, 0))], layer=meadow)
    with pytest.raises(zones.CodesInUse, match="a: Kategorie Bank"):
        import_layer([feature("b", square(0.5, 0))], layer=meadow)
    assert Zone.objects.valid_now().filter(code="a", layer=meadow).exists()
    diff = import_layer([feature("b", square(0.5, 0))], layer=meadow, force=True)
    assert (diff.ended, diff.users) == (["a"], {"a": ["Kategorie Bank"]})


def test_a_code_that_ended_may_come_back(layer, tomorrow):
    meadow = layer()
    import_layer([feature("a", square(0, 0)), feature("b", square(0.5, 0))], layer=meadow)
    import_layer([feature("b", square(0.5, 0))], layer=meadow)
    assert import_layer([feature("a", square(0, 0)), feature("b", square(0.5, 0))], layer=meadow).added == ["a"]


def test_a_change_can_wait_for_its_day(layer):
    meadow, today = layer(), city_day()
    import_layer([feature("a", square(0, 0))], layer=meadow)
    start = today + timedelta(days=30)
    import_layer([feature("a", square(0, 0, 0.02))], layer=meadow, valid_from=start)
    assert [v.valid for v in versions("a")] == [DateRange(today, start), DateRange(start, None)]
    # A correction meanwhile counts until the waiting version starts.
    import_layer([feature("a", square(0, 0, 0.005))], layer=meadow)
    assert [v.valid for v in versions("a") if not v.valid.isempty] == [DateRange(start, None), DateRange(today, start)]


def test_the_past_is_not_rewritten(layer):
    with pytest.raises(zones.ImportRefused, match="lies in the past"):
        import_layer([feature("a", square(0, 0))], layer=layer(), valid_from=city_day() - timedelta(days=1))


def test_overlaps_and_gaps_are_told_in_square_metres(layer):
    ring = square(0, 0, 0.03).difference(square(0.01, 0.01))
    diff = import_layer([feature("ring", ring), feature("lid", square(0.02, 0.02, 0.02))], layer=layer(), dry_run=True)
    assert [(one, other) for one, other, _area in diff.overlaps] == [("lid", "ring")]
    assert diff.overlaps[0][2] == pytest.approx(947_000, rel=0.01)
    assert [round(area / 1000) for area, _lon, _lat in diff.gaps] == [pytest.approx(947, rel=0.01)]


def test_parts_of_one_code_become_one_zone(layer):
    meadow = layer()
    diff = import_layer([feature("a", square(0, 0)), feature("a", square(0.5, 0))], layer=meadow)
    assert diff.merged == ["a"]
    assert len(versions("a")[0].geometry) == 2
    with pytest.raises(zones.ImportRefused, match="share a code but not a name"):
        import_layer([feature("a", square(0, 0), "Eins"), feature("a", square(0.5, 0), "Zwei")], layer=meadow)
