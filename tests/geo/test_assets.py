"""manage.py import_assets: lamps and trees with the numbers written on them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from geo.models import Asset

pytestmark = pytest.mark.django_db
LAMPS = "Nummer;Eigentümer;lon;lat;Mast\nL1;Stadt;11.33;50.98;Holz\nL2;Stadt;11.34;50.98;Stahl\n"


def run(path, *more: str) -> str:
    said = StringIO()
    call_command("import_assets", str(path), "--layer", "lamp", *more, stdout=said)
    return said.getvalue()


@pytest.fixture
def lamps(tmp_path):
    path = tmp_path / "lampen.csv"
    path.write_text(LAMPS)
    return path


def test_a_list_is_read_and_twice_changes_nothing(lamps):
    assert run(lamps) == "lamp: 2 added, 0 changed, 0 gone, 0 unchanged\n"
    assert run(lamps) == "lamp: 0 added, 0 changed, 0 gone, 2 unchanged\n"
    lamp = Asset.objects.get(layer="lamp", number="L1")
    assert (lamp.owner, lamp.properties["mast"], lamp.point.x) == ("Stadt", "Holz", 11.33)


def test_what_the_list_lacks_is_marked_as_gone_and_comes_back(lamps):
    run(lamps)
    lamps.write_text(LAMPS.replace("L2;Stadt;11.34", "L3;Stadt;11.35"))
    assert run(lamps) == "lamp: 1 added, 0 changed, 1 gone, 1 unchanged\n"
    assert list(Asset.objects.present().order_by("number").values_list("number", flat=True)) == ["L1", "L3"]
    lamps.write_text(LAMPS)
    assert run(lamps) == "lamp: 0 added, 1 changed, 1 gone, 1 unchanged\n"


def test_a_moved_lamp_is_a_change(lamps):
    run(lamps)
    lamps.write_text(LAMPS.replace("11.33;", "11.3301;"))
    assert run(lamps, "--dry-run") == "lamp: 0 added, 1 changed, 0 gone, 1 unchanged (dry run)\n"
    assert Asset.objects.get(number="L1").point.x == 11.33


def test_geojson_and_a_chosen_column_work(tmp_path):
    path = tmp_path / "baeume.geojson"
    point = {"type": "Point", "coordinates": [11.33, 50.98]}
    features = [{"type": "Feature", "geometry": point, "properties": {"Baum_Nr": 17, "art": "Linde"}}]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    run(path, "--number-field", "Baum_Nr")
    assert Asset.objects.get().number == "17"


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        ("L2", "", "row 3: its number is empty"),
        ("11.34", "x", "line 3: lon='x' is not a number"),
        ("11.34;50.98", "0;0", "row 3: 0,0 is no place"),
        ("Nummer", "Kennung", "no column named number .* choose one with --number-field"),
        ("lon", "länge", "has no column lon or lng or long"),
    ],
)
def test_a_wrong_list_changes_nothing_and_names_the_line(lamps, old, new, because):
    lamps.write_text(LAMPS.replace(old, new))
    with pytest.raises(CommandError, match=because):
        run(lamps)
    assert not Asset.objects.exists()
