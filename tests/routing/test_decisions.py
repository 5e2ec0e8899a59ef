"""The checks of weimar/decisions.md, word by word, and the examples the town was promised."""

import pytest

from mangel.catalogue import Catalogue
from mangel.reasons import sentence
from mangel.routing import decide
from tests.factories import FOOTWAY, JENA, PARK_BENCH

pytestmark = pytest.mark.django_db

B7 = (11.342, 50.9755)
B7_IN_PARK = (11.3362, 50.97712)
ILM_IN_PARK = (11.3355, 50.976)
RAILWAY = (11.345, 50.990)


def office_for(category, place, **answers):
    lon, lat = place
    found = decide(category=Catalogue.current().categories[category], lon=lon, lat=lat, answers=answers)
    return found.office.code


@pytest.mark.parametrize(
    ("what", "category", "place", "office"),
    [
        ("a bench in the Park an der Ilm", "GRU4", PARK_BENCH, "klassik"),
        ("a broken footway in the town", "STR2", FOOTWAY, "tiefbau"),
        ("a pothole on the B 7", "STR1", B7, "tlbv"),
        ("a pothole on the B 7 inside the park", "STR1", B7_IN_PARK, "tlbv"),
        ("a footway beside the B 7", "STR2", B7, "tiefbau"),
        ("a lamp on the B 7", "LIC1", B7, "licht"),
        ("noise in the park", "SON2", PARK_BENCH, "ordnung"),
        ("needles in the park", "MUE7", PARK_BENCH, "ordnung"),
        ("dead fish in the park", "WAS3", ILM_IN_PARK, "umwelt"),
        ("debris at the bank of the Ilm", "WAS4", ILM_IN_PARK, "tlubn"),
        ("rubbish on the railway", "MUE1", RAILWAY, "bahn"),
        ("a pothole in Jena", "STR1", JENA, "nachbar"),
        ("noise in Jena", "SON2", JENA, "nachbar"),
        ("something else in the park", "SON3", PARK_BENCH, "zentral"),
        ("a blocked drain in the park: a fixed operator", "WAS1", PARK_BENCH, "kommunalservice"),
    ],
)
def test_the_town_knows_who_is_responsible(city, what, category, place, office):
    assert office_for(category, place) == office, what


@pytest.mark.parametrize(
    ("category", "answers", "office"),
    [
        ("VAN1", {"woran": "bruecke_strasse"}, "tiefbau"),
        ("VAN1", {"woran": "haltestelle"}, "bus"),
        ("VAN1", {"woran": "park"}, "gruen"),
        ("VAN1", {"woran": "anderes"}, "zentral"),
        ("VAN4", {"aufschrift": "strom_gas"}, "stadtwerke"),
        ("VAN4", {"aufschrift": "telekom"}, "zentral"),
        ("VAN4", {}, "zentral"),
        ("FAH3", {"anbieter": "mit_anbieter"}, "verleih"),
        ("FAH3", {}, "ordnung"),
        ("VKE2", {"schaden": "zugewachsen"}, "gruen"),
        ("VKE2", {"schaden": "verdreht"}, "verkehr"),
    ],
)
def test_an_answer_decides_outside_owner_zones(city, category, answers, office):
    assert office_for(category, FOOTWAY, **answers) == office


def test_inside_an_owner_zone_the_owner_decides_whatever_was_answered(city):
    assert office_for("VAN1", PARK_BENCH, woran="haltestelle") == "klassik"


def test_an_inaccurate_position_near_the_b7_asks_one_question_and_goes_to_central_intake(city):
    category = Catalogue.current().categories["STR1"]
    unclear = decide(category=category, lon=11.342, lat=50.9757, accuracy_m=30)
    assert unclear.office.code == "zentral"
    assert {candidate["office"] for candidate in unclear.candidates} == {"tlbv", "tiefbau"}
    assert [code for code, _hit, _office in unclear.question.options] == ["b7", "none"]


@pytest.mark.parametrize(("place", "office"), [("b7", "tlbv"), ("none", "tiefbau"), ("unknown", "zentral")])
def test_the_answer_to_the_place_question_outranks_the_point(city, place, office):
    category = Catalogue.current().categories["STR1"]
    found = decide(category=category, lon=11.342, lat=50.9757, accuracy_m=30, answers={"place": place})
    assert found.office.code == office


def test_an_inaccurate_position_is_not_asked_where_the_office_is_the_same_anyway(city):
    category = Catalogue.current().categories["SON2"]
    assert not decide(category=category, lon=11.342, lat=50.9757, accuracy_m=500).ambiguous


def test_the_reason_is_a_sentence_a_layman_understands(city):
    category = Catalogue.current().categories["GRU4"]
    found = decide(category=category, lon=PARK_BENCH[0], lat=PARK_BENCH[1])
    told = sentence(
        reason_code=found.reason_code, params=found.reason_params, office=found.office, category=category, language="de"
    )
    assert told == "Im Park an der Ilm ist die Klassik Stiftung Weimar zuständig, nicht die Stadt."


def test_without_a_place_the_category_still_finds_its_office(city):
    assert decide(category=Catalogue.current().categories["SON2"]).office.code == "ordnung"
    assert decide(category=Catalogue.current().categories["SON3"]).office.code == "zentral"
