"""What strangers send as numbers and places."""

import math
from contextlib import suppress

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from geo import parameters
from geo.parameters import Query
from pwa.errors import DomainError, DomainErrors

ANYTHING = st.one_of(
    st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.lists(st.text()), st.text("0123456789.,-+eE ")
)


@given(ANYTHING, ANYTHING)
def test_a_position_is_on_earth_or_refused(lon, lat):
    with suppress(DomainError):
        read = parameters.position(lon, lat)
        assert -180 <= read[0] <= 180
        assert -90 <= read[1] <= 90
        assert read != (0, 0)


@given(ANYTHING)
def test_a_number_is_finite_or_refused(raw):
    with suppress(DomainError):
        assert math.isfinite(parameters.number(raw, "x"))


@given(st.one_of(st.text(), st.lists(st.text("0123456789.-e"), max_size=6).map(",".join)))
def test_a_box_has_ground_or_is_refused(raw):
    with suppress(DomainError):
        west, south, east, north = parameters.bbox(raw)
        assert -180 <= west < east <= 180
        assert -90 <= south < north <= 90


@pytest.mark.parametrize("raw", ["11.3235", " 11.3235 ", "+11.3235", "1.13235e1", 11.3235])
def test_numbers_as_programs_write_them(raw):
    assert parameters.number(raw, "lon") == 11.3235


@pytest.mark.parametrize(
    "raw",
    [
        "nan",
        "NaN",
        "Infinity",
        "-inf",
        "1e999",
        "9" * 500,
        "1_0",
        "٣",
        "0x10",
        "elf",
        "",
        None,
        True,
        [],
        {},
        1 << 9000,
    ],
)
def test_what_is_no_number_is_named_with_its_field(raw):
    with pytest.raises(DomainError, match="Zahl") as refused:
        parameters.number(raw, "lon")
    assert refused.value.field == "lon"


def test_a_german_comma_gets_its_remedy():
    with pytest.raises(DomainError, match="Punkt statt des Kommas"):
        parameters.number("11,3235", "lon")


def test_both_wrong_coordinates_are_named_at_once():
    with pytest.raises(DomainErrors) as refused:
        parameters.position("x", "95")
    assert [error.field for error in refused.value.errors] == ["lon", "lat"]
    assert "vertauscht" in str(refused.value.errors[1])


def query(text: str, *known: str) -> Query:
    return Query(QueryDict(text), known=known)


@pytest.mark.parametrize(
    ("text", "known", "read", "field", "says"),
    [
        ("colour=red", ["lon"], "place", "colour", "Möglich sind: lon"),
        ("lon=1&lon=2&lat=3", ["lon", "lat"], "place", "lon", "nur einmal"),
        ("q=a%00b", ["q"], "text", "q", "lesbare Zeichen"),
        ("q=" + "x" * 201, ["q"], "text", "q", "höchstens 200"),
        ("lon=11.3", ["lon", "lat"], "place", "lat", "beide"),
        ("lon=0&lat=0", ["lon", "lat"], "place", "lon", "0,0 ist kein Ort"),
        ("bbox=1,2,3", ["bbox"], "bbox", "bbox", "West,Süd,Ost,Nord"),
        ("bbox=11.5,50,11.2,51", ["bbox"], "bbox", "bbox", "vertauscht"),
        ("bbox=1,2,3,nan", ["bbox"], "bbox", "bbox", "Zahl"),
        ("bbox=50,111,51,112", ["bbox"], "bbox", "bbox", "vertauscht"),
    ],
)
def test_a_wrong_query_is_a_400_that_names_the_parameter(db, text, known, read, field, says):
    def ask() -> None:
        asked = query(text, *known)
        asked.text("q") if read == "text" else getattr(asked, read)()

    with pytest.raises(DomainError, match=says) as refused:
        ask()
    assert refused.value.status == 400
    named = [error.field for error in getattr(refused.value, "errors", [refused.value])]
    assert field in named


@pytest.mark.parametrize("raw", ["0", "101", "-1", "1.5", "x", "1e2", "٣", "9" * 150])
def test_a_limit_is_a_whole_number_in_its_bounds(raw):
    with pytest.raises(DomainError, match="ganze Zahl von 1 bis 100"):
        query(f"limit={raw}", "limit").integer("limit", default=50, low=1, high=100)


def test_a_box_of_the_world_is_a_box():
    assert query("bbox=-180,-90,180,90", "bbox").bbox() == (-180, -90, 180, 90)


def test_swapped_axes_of_the_town_are_asked_about(city):
    with pytest.raises(DomainError, match="vertauscht"):
        query("lon=50.98&lat=11.33", "lon", "lat").place()
    assert query("lon=11.33&lat=50.98", "lon", "lat").place() == (11.33, 50.98)
