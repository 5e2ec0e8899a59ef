"""Every parameter of every endpoint against what strangers send: a clear 4xx naming the field, never a 500 (S11)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mangel.models import Report
from tests.factories import report_in

pytestmark = pytest.mark.django_db
DIGITS = "9" * 500
NUMBERS = ["NaN", "Infinity", "-inf", "1e308", "1e999", DIGITS, "٣", "1_0", "0x10"]
NASTY = [*NUMBERS, "%00", "%ff%fe", "'--", "{}", "[]"]
PLACE = {"lon": "11.33", "lat": "50.98"}
PARAMETERS = [
    (
        "/api/v1/reports/",
        "bbox",
        {},
        [*NASTY, "1,2,3", "11.5,50,11,51", "-500,0,500,1", "1e308,0,1e308,1"],
    ),
    ("/api/v1/reports/", "category", {}, [*NASTY, "XXX"]),
    ("/api/v1/reports/", "state", {}, [*NASTY, "done"]),
    ("/api/v1/reports/", "district", {}, [DIGITS, "%00"]),
    (
        "/api/v1/reports/",
        "since",
        {},
        [*NASTY, "2026-13", "2026-02-30", "0000-01", "9999-12-31", "2026-01-01T99:00"],
    ),
    ("/api/v1/reports/", "until", {}, [*NASTY, "2026-13"]),
    ("/api/v1/reports/", "q", {}, [DIGITS, "%00", "ab", "abc%00"]),
    ("/api/v1/reports/", "limit", {}, [*NASTY, "0", "101", "-1", "1.5"]),
    ("/api/v1/reports/", "cursor", {}, [*NASTY, "417203858", "417203858.abc", "a.b.c"]),
    ("/api/v1/reports/", "srid", {}, ["25832"]),
    ("/api/v1/changes/", "since", {}, NASTY),
    ("/api/v1/changes/", "limit", {}, ["1"]),
    ("/api/v1/responsibility/", "lon", {"lat": "50.98"}, [*NASTY, " ", "181", "", "11,33"]),
    ("/api/v1/responsibility/", "lat", {"lon": "11.33"}, [*NASTY, "91", ""]),
    ("/api/v1/responsibility/", "accuracy", PLACE, [*NASTY, "-1"]),
    ("/api/v1/responsibility/", "category", PLACE, [*NASTY, "STR"]),
    (
        "/api/v1/responsibility/",
        "answers",
        PLACE | {"category": "STR1"},
        [*NASTY[:-2], "[]", '{"x": 1}', '{"place": {}}', "[" * 900],
    ),
    ("/api/v1/categories/", "x", {}, ["1"]),
    ("/api/v1/zones/at/", "lon", {"lat": "50.98"}, [*NASTY, "181", ""]),
    ("/api/v1/zones/", "layer", {}, [DIGITS, "%00"]),
    ("/api/v1/addresses/", "q", {}, [DIGITS, "%00"]),
    ("/api/v1/addresses/", "lon", {"lat": "50.98"}, [*NASTY, "181"]),
    ("/api/v1/assets/", "lat", {"lon": "11.33"}, [*NASTY, "91"]),
    ("/api/v1/assets/", "layer", PLACE, [DIGITS, "%00"]),
    ("/tiles/reports/12/2176/1372.mvt", "category", {}, NASTY),
    ("/tiles/reports/12/2176/1372.mvt", "since", {}, NASTY),
    ("/tiles/reports/15/17410/10982.mvt", "district", {}, [DIGITS, "%00"]),
    ("/tiles/reports/15/17410/10982.mvt", "q", {}, [DIGITS, "%00", "ab"]),
]


@pytest.mark.parametrize(("path", "name", "beside", "values"), PARAMETERS, ids=lambda value: str(value)[:40])
def test_a_bad_value_is_refused_by_name(client, path, name, beside, values):
    for value in values:
        query = "&".join([*(f"{key}={good}" for key, good in beside.items()), f"{name}={value}"])
        response = client.get(f"{path}?{query}")
        assert 400 <= response.status_code < 500, (value[:40], response.status_code, response.content[:300])
        assert response["Content-Type"] == "application/problem+json", value[:40]
        named = {error["field"].split(".")[0] for error in response.json()["errors"]}
        assert name in named, (value[:40], named)


@pytest.mark.parametrize(
    "query",
    [
        "bbox=-180,-90,180,90",
        "bbox=11.2,50.9,11.5,51.1",
        "district=there-is-none",
        "q=%25%25%25",
        "q=\\\\\\",
        "q='; DROP TABLE mangel_report; --",
        "state=received&state=resolved&state=received",
        "since=2026-03-14T08:00:00%2B01:00",
        "since=2026-03-14T08:00:00+01:00",
        "since=&until=&q=&category=",
        "since=1900-01&until=8999-12",
    ],
)
def test_an_unusual_but_good_filter_is_answered(client, query):
    report_in()
    assert client.get(f"/api/v1/reports/?{query}").status_code == 200


def test_swapped_axes_are_named(client):
    response = client.get("/api/v1/responsibility/?lon=50.98&lat=11.33&category=STR1")
    assert response.status_code in (400, 422)
    assert "vertauscht" in response.json()["title"]


@pytest.mark.parametrize(
    "number",
    ["0", "41720385", "4172038580", "417203859", "abcdefghi", "417%20203%20858", "٤١٧٢٠٣٨٥٨", "%00", "9" * 500],
)
@pytest.mark.parametrize("path", ["reports/{}/", "tracking/{}/", "reports/{}/support/", "reports/{}/contact/"])
def test_a_number_that_is_none_is_not_found(client, number, path):
    call = client.get if path in ("reports/{}/", "tracking/{}/") else client.post
    response = call(
        f"/api/v1/{path.format(number)}",
        headers={"Authorization": "Tracking 0000-0000-0000-0000", "Supporter-Key": "x" * 20},
    )
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["", "Basic abc", "Tracking", "Tracking " + "x" * 500, "Tracking \xff\xfe\xfd", "Bearer x"]
)
def test_a_strange_authorization_is_asked_for_the_code(client, header):
    response = client.get("/api/v1/tracking/417203858/", headers={"Authorization": header})
    assert response.status_code == 401


@pytest.mark.parametrize("key", ["", "short", "x" * 129, "schlüssel-mit-ü", "tab\tinside-it", "\xff" * 20])
def test_a_strange_key_is_refused(client, key):
    for response in (
        client.post("/api/v1/reports/", {}, content_type="application/json", headers={"Idempotency-Key": key}),
        client.get("/api/v1/submissions/", headers={"Idempotency-Key": key}),
    ):
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({f"f{n}": "x" for n in range(600)}, 400),
        ({f"p{n}": SimpleUploadedFile("x.jpg", b"x") for n in range(12)}, 400),
        ({"description": "x" * 3_000_000}, 413),
        ({"photos": [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(7)]}, 422),
        ({"photos": "no file"}, 422),
        ({"colour": SimpleUploadedFile("x.jpg", b"x")}, 422),
        ({"lon": ["11.33", "11.34"]}, 422),
        ({"photos_expected": ["x", "y"]}, 422),
        ({"photos_expected": "[" * 5000}, 422),
        ({"answers": "[" * 100_000}, 422),
        ({"answers": '{"place": "\\u0000"}'}, 422),
        ({"description": "a\x00b", "photo_alts": "\x00"}, 422),
    ],
)
def test_a_hostile_form_gets_a_clear_answer_and_leaves_nothing(client, media, fields, status):
    whole = {"category": "STR2", "lon": "11.3295", "lat": "50.9795"} | fields
    response = client.post("/api/v1/reports/", whole, headers={"Idempotency-Key": "k" * 20})
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert not Report.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
