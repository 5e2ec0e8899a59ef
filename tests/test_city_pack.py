"""The city packs as they lie on disk: whole, in every language, and true to what the town decided. No database."""

import csv
import gzip
import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, shape

ROOT = Path(__file__).resolve().parent.parent
PACKS = ("weimar", "zuerich", "boston")
# The foreign towns are there to replay their reports; our own residents read Weimar's texts.
LANGUAGES = {"weimar": {"de", "en", "uk", "ar", "de-simple"}, "zuerich": {"de", "en"}, "boston": {"de", "en"}}
TEST_DATA = Path(os.environ.get("MANGEL_TEST_DATA") or ROOT / "../shared/data")
UNKNOWN = "weiss_nicht"
CHOICES = {"single", "multi", "yes_no"}
PLACEHOLDERS = {"zone", "phrase", "office", "office_in_sentence", "category", "district"}
# Sentences the code asks for by name, or that wait for a city's own rules.
RESERVED_REASONS = {"central", "unclear_place", "no_place", "by_hand", "category_default", "district_default"}


@cache
def read(pack: str, name: str) -> Any:
    return json.loads((ROOT / "fixtures" / pack / name).read_text(encoding="utf-8"))


def categories(pack: str) -> dict[str, dict[str, Any]]:
    return {c["code"]: c for c in read(pack, "categories.json")}


def leaves(pack: str) -> dict[str, dict[str, Any]]:
    return {code: c for code, c in categories(pack).items() if c["parent"]}


def offices(pack: str) -> dict[str, dict[str, Any]]:
    return {o["code"]: o for o in read(pack, "offices.json")}


def zones() -> dict[str, dict[str, Any]]:
    features = read("weimar", "districts.geojson")["features"] + read("weimar", "owner_zones.geojson")["features"]
    return {f["properties"]["code"]: f for f in features}


def questions(pack: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for code, category in categories(pack).items():
        for question in category["questions"]:
            yield f"{code}.{question['code']}", question


def option_codes(question: Mapping[str, Any]) -> list[str]:
    return [option["code"] for option in question["options"]]


def texts(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every {"de": …, "en": …} below `value`, with the way to it."""
    if isinstance(value, dict):
        if "de" in value or "en" in value:
            yield path, value
        else:
            for key, item in value.items():
                yield from texts(item, f"{path}.{key}")
    elif isinstance(value, list):
        for n, item in enumerate(value):
            code = item["code"] if isinstance(item, dict) and "code" in item else n
            yield from texts(item, f"{path}.{code}")


def all_texts(pack: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((ROOT / "fixtures" / pack).glob("*.*json")):
        yield from texts(read(pack, path.name), path.name)


def ruled(code: str, *zone_codes: str, outside: bool = False, **answers: str) -> dict[str, Any]:
    """The winning rule for a matter in these zones: the order of DESIGN 5.2, spelled out slowly for this pack alone."""
    category = leaves("weimar")[code]
    places = {zones()[z]["properties"]["layer"]: z for z in zone_codes}
    fitting: list[tuple[Any, ...]] = []
    for n, rule in enumerate(read("weimar", "rules.json")):
        if rule["category"] not in (None, code, category["parent"]):
            continue
        if rule["question"] and answers.get(rule["question"]) != rule["option"]:
            continue
        if rule["outside"]:
            if not outside:
                continue
            step = 0
        elif rule["layer"]:
            if rule["layer"] not in category["zone_layers"] or places.get(rule["layer"]) != rule["zone"]:
                continue
            step = 1 + category["zone_layers"].index(rule["layer"])
        else:
            step = 90
        level = [code, category["parent"], None].index(rule["category"])
        fitting.append((step, level, not rule["question"], n, rule))
    return min(fitting)[-1]


def in_charge(code: str, *zone_codes: str, **answers: Any) -> str:
    return ruled(code, *zone_codes, **answers)["office"]


def sentence(code: str, language: str, *zone_codes: str, **answers: Any) -> str:
    rule = ruled(code, *zone_codes, **answers)
    office, reason = rule["office"], rule["reason"]
    nowhere: dict[str, Any] = {"name": "", "phrase": {language: ""}}
    zone: dict[str, Any] = zones()[rule["zone"]]["properties"] if rule["zone"] else nowhere
    text = read("weimar", "reasons.json")[reason][language].format(
        zone=zone["name"],
        phrase=zone["phrase"][language],
        office=offices("weimar")[office]["names"][language],
        office_in_sentence=offices("weimar")[office]["names_in_sentence"][language],
        category=leaves("weimar")[code]["names"][language],
        district="",
    )
    return text[:1].upper() + text[1:]


# --- every pack


@pytest.mark.parametrize("pack", PACKS)
def test_every_text_is_there_in_every_language_of_the_pack(pack: str) -> None:
    for path, text in all_texts(pack):
        if isinstance(text["de"], list):  # words to search by: Leichte Sprache types the German ones
            assert {code for code, words in text.items() if words} in (set(), LANGUAGES[pack] - {"de-simple"}), path
            continue
        assert set(text) == LANGUAGES[pack], path
        assert all(words.strip() == words != "" for words in text.values()), path


@pytest.mark.parametrize("pack", PACKS)
def test_codes_are_given_once_and_fit_the_columns(pack: str) -> None:
    for name in ("categories.json", "offices.json", "declined.json"):
        codes = [row["code"] for row in read(pack, name)]
        assert len(codes) == len(set(codes)), name
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,24}", code) for code in codes), name
    for code, category in categories(pack).items():
        asked = [q["code"] for q in category["questions"]]
        assert len(asked) == len(set(asked)), code
        assert "place" not in asked, f"{code}: answers.place is the answer to „Wo genau?“"
    for where, question in questions(pack):
        assert len(option_codes(question)) == len(set(option_codes(question))), where


@pytest.mark.parametrize("pack", PACKS)
def test_references_between_the_files_resolve(pack: str) -> None:
    layers = {layer["key"] for layer in read(pack, "layers.json")}
    parents = {code for code, c in categories(pack).items() if c["parent"] is None}
    for code, category in leaves(pack).items():
        assert category["parent"] in parents, code
        assert set(category["zone_layers"]) <= layers, code
    assert parents == {c["parent"] for c in leaves(pack).values()}, "a group without categories"
    for office in offices(pack).values():
        assert office["minded_by"] is None or offices(pack)[office["minded_by"]]["kind"] in ("internal", "intake")
        assert bool(office["minded_by"]) == (office["kind"] in ("external", "neighbour")), office["code"]
    assert [o["code"] for o in offices(pack).values() if o["kind"] == "intake"] == ["zentral"]
    for rule in read(pack, "rules.json"):
        assert rule["office"] in offices(pack), rule
        assert rule["reason"] in read(pack, "reasons.json"), rule
        assert rule["category"] is None or rule["category"] in categories(pack), rule
        assert rule["layer"] is None or rule["layer"] in layers, rule
        if rule["zone"]:
            assert zones()[rule["zone"]]["properties"]["layer"] == rule["layer"], rule
        if rule["question"]:
            question = {q["code"]: q for q in categories(pack)[rule["category"]]["questions"]}[rule["question"]]
            assert rule["option"] in option_codes(question), rule
            assert question["routes"], rule


@pytest.mark.parametrize("pack", PACKS)
def test_questions_can_be_asked_and_answered(pack: str) -> None:
    for where, question in questions(pack):
        kind, codes = question["kind"], option_codes(question)
        assert (kind in CHOICES) == bool(codes), where
        assert set(question["hazard_if"]) <= set(codes), where
        assert set(question["private_if"]) <= set(codes), where
        assert question["required"] == bool(question["routes"] or question["hazard_if"]), where
        assert not question["required"] or UNKNOWN in codes, where
        assert not question["public"] or kind in CHOICES, f"{where}: free text is never public"
        assert not question["public"] or not question["private_if"], where
        if question["shown_if"]:
            siblings = {q["code"]: q for q in categories(pack)[where.split(".")[0]]["questions"]}
            asked_before = siblings[question["shown_if"]["question"]]
            assert set(question["shown_if"]["options"]) <= set(option_codes(asked_before)), where
            assert asked_before["order"] < question["order"], where


@pytest.mark.parametrize("pack", PACKS)
def test_an_answer_routes_exactly_where_a_rule_reads_it(pack: str) -> None:
    read_by_rules = {f"{r['category']}.{r['question']}" for r in read(pack, "rules.json") if r["question"]}
    assert {where for where, question in questions(pack) if question["routes"]} == read_by_rules


@pytest.mark.parametrize("pack", PACKS)
def test_values_are_ones_the_product_knows(pack: str) -> None:
    for code, c in categories(pack).items():
        assert c["place"] in ("required", "optional", "none"), code
        assert c["privacy"] in ("public", "private_default", "never_public"), code
        assert c["hazard"] in ("never", "by_answer", "always"), code
        assert c["duplicate_radius_m"] in (15, 30, 50), code
        assert {c["text_policy"], c["photo_policy"]} <= {"after_check", "after_blur", "never"}, code
        assert (c["hazard"] == "by_answer") == any(q["hazard_if"] for q in c["questions"]), code
        assert c["done_days"] is None or 0 <= c["react_days"] <= c["done_days"], code
        if c["privacy"] == "never_public":
            assert c["text_policy"] == c["photo_policy"] == "never", code
            assert not any(q["public"] for q in c["questions"]), code
    for office in offices(pack).values():
        assert office["kind"] in ("intake", "internal", "external", "neighbour", "council")
        assert office["forward_by"] == "manual"


@pytest.mark.parametrize("pack", PACKS)
def test_every_matter_has_an_answer_and_the_last_rule_is_central_intake(pack: str) -> None:
    rules = read(pack, "rules.json")
    conditions = [tuple(r[k] for k in ("category", "outside", "layer", "zone", "question", "option")) for r in rules]
    assert len(conditions) == len(set(conditions)), "two rules with the same conditions: the second never wins"
    assert conditions[-1] == (None, False, None, None, None, None)
    assert rules[-1]["office"] == "zentral"
    first = rules[0]
    assert (first["outside"], first["category"], offices(pack)[first["office"]]["kind"]) == (True, None, "neighbour")


@pytest.mark.parametrize("pack", PACKS)
def test_reasons_use_known_placeholders_and_none_lies_idle(pack: str) -> None:
    reasons = read(pack, "reasons.json")
    used = {rule["reason"] for rule in read(pack, "rules.json")}
    assert set(reasons) - used <= RESERVED_REASONS
    assert {"central", "unclear_place", "by_hand"} <= set(reasons)
    for code, text in reasons.items():
        for language, words in text.items():
            assert set(re.findall(r"{(\w*)}", words)) <= PLACEHOLDERS, (code, language)
            assert words.count("{") == words.count("}") == len(re.findall(r"{\w+}", words)), (code, language)
            assert words.endswith("."), (code, language)


@pytest.mark.parametrize("pack", PACKS)
def test_nobody_s_number_or_address_is_invented(pack: str) -> None:
    for office in offices(pack).values():
        assert office["contact"] == {} == office["hours"], office["code"]
    city = read(pack, "city.json")
    assert city["hotline"] == ""
    assert not any(city["outage_numbers"].values())
    for path, text in all_texts(pack):
        for words in text.values():
            assert not re.search(r"\d[\d /()-]{4,}\d|@\w|https?:", str(words)), path


@pytest.mark.parametrize("pack", PACKS)
def test_city_is_inside_its_own_bounds(pack: str) -> None:
    city = read(pack, "city.json")
    west, south, east, north = city["bounds"]
    lon, lat = city["centre"]
    assert west < lon < east
    assert south < lat < north
    assert city["key"] == pack


@pytest.mark.parametrize("pack", PACKS)
def test_every_icon_is_in_exactly_one_set(pack: str) -> None:
    modules = ROOT / "pwa/frontend/node_modules"
    sets = [modules / "@mapbox/maki/icons", modules / "@rapideditor/temaki/icons"]
    if not all(folder.is_dir() for folder in sets):
        pytest.skip("Maki and Temaki are not installed: npm ci in pwa/frontend")
    for code, category in categories(pack).items():
        assert sum((folder / f"{category['icon']}.svg").is_file() for folder in sets) == 1, (code, category["icon"])


@pytest.mark.parametrize("pack", ["zuerich", "boston"])
def test_a_replay_maps_every_label_to_a_category(pack: str) -> None:
    mapping = read(pack, "mapping.json")
    assert "*" in mapping
    assert set(mapping.values()) == set(leaves(pack)), "a category nobody maps to, or a code that is none"


@pytest.mark.data
@pytest.mark.parametrize(
    ("pack", "file", "field", "share"),
    [
        ("zuerich", "zuerich_zueriwieneu.csv.gz", "service_code", 1.0),
        ("boston", "boston_311_2011h2.csv.gz", "type", 0.94),
    ],
)
def test_a_replay_knows_the_labels_of_the_real_file(pack: str, file: str, field: str, share: float) -> None:
    path = TEST_DATA / "reports" / file
    if not path.exists():
        pytest.skip(f"{path} is not here; set MANGEL_TEST_DATA")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        labels = [row[field] for row in csv.DictReader(lines)]
    named = set(read(pack, "mapping.json")) - {"*"}
    assert named <= set(labels), "a label that never occurs is a typo"
    assert sum(label in named for label in labels) >= share * len(labels)


# --- Weimar: what the town decided, word by word

LAYERS = {
    ("road", "owner"): "STR1 STR4 STR7 VKE3",
    ("owner",): "STR2 STR3 STR5 LIC1 LIC2 VKE6 MUE1 MUE2 MUE4 MUE5 GRU1 GRU2 GRU3 GRU4 GRU7 SPI1 SPI3 VAN1 VAN3 VAN5"
    " WIN1 BAR1",
    ("water", "owner"): "WAS4",
    (): "MUE3 MUE6 MUE8 VKE4 VKE5 VKE7 VKE8 GRU5 WAS1 WAS2 WAS5 WAS6 VAN4 FAH3 STR6 VKE1 VKE2 MUE7 GRU6 WAS3 VAN2 FAH1"
    " FAH2 FAH4 WIN2 SON1 SON2 BAR2 BAR3 SON3",
}
HAZARDS = {
    "STR1": {"gefahr"},
    "STR4": {"offen", UNKNOWN},
    "LIC2": {"draehte_offen"},
    "VKE1": {"ganz_dunkel"},
    "GRU1": {"ueber_weg"},
    "SPI1": {"verletzungsgefahr"},
    "MUE7": {"laeuft_aus", "unbekannt", UNKNOWN},
    "WAS1": {"unter_wasser"},
    "WAS3": {"tote_fische", "oel"},
}
# (matter, zones, answers) → office
DECIDED = [
    # sovereign duties stay with the city's offices, also in a park
    ("SON2", ("klassik-ilmpark",), {}, "ordnung"),
    ("MUE7", ("klassik-ilmpark",), {}, "ordnung"),
    ("WAS3", ("klassik-ilmpark", "ilm"), {}, "umwelt"),
    ("SON1", ("klassik-ilmpark",), {"tier": "tot"}, "kommunalservice"),
    ("SON1", (), {"tier": "verletzt"}, "kommunalservice"),
    ("SON1", (), {"tier": "seuche"}, "vet"),
    # carriageway, footway and lamp of a federal road
    ("STR1", ("b7",), {}, "tlbv"),
    ("STR1", ("klassik-ilmpark", "b7"), {}, "tlbv"),
    ("STR1", ("a4",), {}, "autobahn"),
    ("STR7", ("b85",), {}, "tlbv"),
    ("STR2", ("b7",), {}, "tiefbau"),
    ("LIC1", ("b7",), {}, "licht"),
    ("STR2", (), {}, "tiefbau"),
    # land of others
    ("GRU4", ("klassik-ilmpark",), {}, "klassik"),
    ("STR2", ("klassik-belvedere",), {}, "klassik"),
    ("MUE1", ("bahn-erfurt-jena",), {}, "bahn"),
    ("WAS4", ("ilm",), {}, "tlubn"),
    ("WAS4", ("klassik-tiefurt", "ilm"), {}, "tlubn"),
    ("WAS4", (), {}, "umwelt"),
    # by answer, outside owner zones
    ("VAN1", (), {"woran": "bruecke_strasse"}, "tiefbau"),
    ("VAN1", (), {"woran": "haltestelle"}, "bus"),
    ("VAN1", (), {"woran": "park"}, "gruen"),
    ("VAN1", (), {"woran": "privathaus"}, "zentral"),
    ("VAN1", (), {"woran": UNKNOWN}, "zentral"),
    ("VAN1", ("klassik-tiefurt",), {"woran": "bruecke_strasse"}, "klassik"),
    ("VAN4", (), {"aufschrift": "strom_gas"}, "stadtwerke"),
    ("VAN4", (), {"aufschrift": "post"}, "zentral"),
    ("FAH3", (), {"anbieter": "mit_anbieter"}, "verleih"),
    ("FAH3", (), {"anbieter": UNKNOWN}, "ordnung"),
    ("VKE2", (), {"schaden": "zugewachsen"}, "gruen"),
    ("VKE2", ("klassik-ilmpark",), {"schaden": "fehlt"}, "verkehr"),
    # no place
    ("BAR2", (), {}, "zentral"),
    ("BAR3", (), {}, "zentral"),
    ("SON3", (), {}, "zentral"),
    # the new codes
    ("GRU7", (), {}, "gruen"),
    ("MUE8", (), {}, "kommunalservice"),
    ("VAN5", (), {}, "gruen"),
    ("VKE7", (), {}, "bahn"),
    ("VKE8", (), {}, "tiefbau"),
    ("WAS6", (), {}, "stadtwerke"),
    ("STR7", (), {}, "tiefbau"),
    ("WAS5", (), {}, "kommunalservice"),
]


def test_each_category_follows_the_layers_that_were_decided() -> None:
    decided = {code: layers for layers, codes in LAYERS.items() for code in codes.split()}
    assert {code: tuple(c["zone_layers"]) for code, c in leaves("weimar").items()} == decided


def test_merged_categories_are_not_shipped_but_can_still_be_said() -> None:
    assert {"SPI2", "LIC3"}.isdisjoint(categories("weimar"))
    asked = {where: set(option_codes(question)) for where, question in questions("weimar")}
    assert "brennt_am_tag" in asked["LIC1.stoerung"]
    assert {"scherben", "kot"} <= asked["SPI1.sand"]
    wasps = dict(questions("weimar"))["GRU6.wespen"]
    assert wasps["kind"] == "notice"
    assert wasps["shown_if"] == {"question": "art", "options": ["wespen"]}


@pytest.mark.parametrize(("code", "zone_codes", "answers", "office"), DECIDED)
def test_the_decided_office_answers(code: str, zone_codes: tuple[str, ...], answers: dict, office: str) -> None:
    assert in_charge(code, *zone_codes, **answers) == office


def test_outside_the_city_the_neighbour_answers_for_everything() -> None:
    assert {in_charge(code, outside=True) for code in leaves("weimar")} == {"nachbar"}


def test_inside_the_city_only_unclear_matters_reach_central_intake() -> None:
    central = {code for code in leaves("weimar") if in_charge(code) == "zentral"}
    assert central == {"VAN1", "VAN4", "BAR2", "BAR3", "SON3"}


def test_emergency_page_comes_for_the_decided_answers_and_no_others() -> None:
    gated = {
        code: {option for q in c["questions"] for option in q["hazard_if"]}
        for code, c in leaves("weimar").items()
        if c["hazard"] == "by_answer"
    }
    assert gated == HAZARDS
    assert {code for code, c in leaves("weimar").items() if c["hazard"] == "always"} == {"WAS2", "WAS6"}
    # The town's four words, and the same ones in the other languages.
    assert read("weimar", "hazard_words.json")[:4] == ["gas", "kabel", "munition", "bombe"]
    assert {"gas", "bomb", "газ", "غاز"} <= set(read("weimar", "hazard_words.json"))


def test_what_names_a_person_stays_private() -> None:
    private = {
        f"{code}.{option}" for code, c in leaves("weimar").items() for q in c["questions"] for option in q["private_if"]
    }
    assert private == {"GRU2.private_hecke", "MUE5.hundehalter_bekannt", "MUE1.verursacher_bekannt"}
    by_privacy: dict[str, set[str]] = {}
    for code, c in leaves("weimar").items():
        by_privacy.setdefault(c["privacy"], set()).add(code)
    assert by_privacy["never_public"] == {"MUE6", "VAN2", "FAH1", "FAH4", "WIN2", "SON2"}
    assert by_privacy["private_default"] == {"GRU6", "BAR3"}


def test_ideas_and_praise_need_no_place_and_have_no_target() -> None:
    for code in ("BAR2", "BAR3"):
        c = leaves("weimar")[code]
        assert (c["place"], c["react_days"], c["done_days"]) == ("none", None, None)
    assert leaves("weimar")["SON3"]["place"] == "optional"
    assert leaves("weimar")["SON3"]["needs_text_or_photo"]
    assert {c["place"] for code, c in leaves("weimar").items() if code not in ("BAR2", "BAR3", "SON3")} == {"required"}


def test_winter_service_is_offered_from_november_to_march() -> None:
    seasonal = {code: c["season"] for code, c in categories("weimar").items() if c["season"]}
    assert seasonal == {code: [11, 12, 1, 2, 3] for code in ("WIN", "WIN1", "WIN2")}


def test_new_codes_have_the_default_target() -> None:
    for code in ("GRU7", "MUE8", "VAN5", "VKE7", "VKE8", "WAS6", "STR7"):
        assert (leaves("weimar")[code]["react_days"], leaves("weimar")[code]["done_days"]) == (2, 20), code


def test_three_taps_categories_ask_nothing_that_must_be_answered_but_danger() -> None:
    for code in ("STR1", "LIC1", "MUE1"):
        required = [q for q in leaves("weimar")[code]["questions"] if q["required"]]
        assert len(required) <= 1, code
        assert all(q["hazard_if"] for q in required), code


def test_frequent_categories_come_first() -> None:
    ranked = sorted(leaves("weimar").values(), key=lambda c: c["rank"])
    assert [c["code"] for c in ranked[:8]] == ["STR1", "MUE1", "LIC1", "STR2", "MUE2", "GRU1", "SPI1", "VAN1"]
    assert [c["code"] for c in ranked if c["frequent"]] == [c["code"] for c in ranked[:8]]


def test_every_category_is_found_by_words_people_use() -> None:
    for code, c in leaves("weimar").items():
        assert len(c["synonyms"]["de"]) >= 5, code
        assert all(len(c["synonyms"][language]) >= 3 for language in ("en", "uk", "ar")), code
        assert all(word.strip() == word != "" for words in c["synonyms"].values() for word in words), code


def test_reasons_for_keine_massnahme_each_say_a_next_step() -> None:
    declined = {row["code"]: row for row in read("weimar", "declined.json")}
    assert set(declined) == {
        "nothing_found",
        "no_defect",
        "private_ground",
        "no_funds",
        "not_lawful",
        "not_locatable",
        "wrong_channel",
        "withdrawn",
    }
    for row in declined.values():
        assert len(re.findall(r"[.?!](?:\s|$)", row["next_step"]["de"])) >= 2, row["code"]
        assert row["hides"] is False


@pytest.mark.parametrize("language", sorted(LANGUAGES["weimar"]))
def test_every_sentence_reads_like_one(language: str) -> None:
    said = {sentence(code, language) for code in leaves("weimar")}
    said |= {sentence(code, language, outside=True) for code in leaves("weimar")}
    said |= {sentence(code, language, *zone_codes, **answers) for code, zone_codes, answers, _ in DECIDED}
    for text in said:
        assert text[0] == text[0].upper() or text[0] in "“„", text
        assert text.endswith("."), text
        assert not re.search(r"[{}]|  | ,|\.\.|,,| \.", text), text


def test_sentences_name_the_place_and_who_answers_there() -> None:
    assert (
        sentence("GRU4", "de", "klassik-ilmpark")
        == "Im Park an der Ilm ist die Klassik Stiftung Weimar zuständig, nicht die Stadt."
    )
    assert (
        sentence("STR1", "de", "klassik-ilmpark", "b7")
        == "Auf der Fahrbahn der B 7 ist das Thüringer Landesamt für Bau und Verkehr zuständig, nicht die Stadt."
    )
    assert (
        sentence("STR2", "de") == "Für Gehwege ist der Bereich Tiefbau und Straßen zuständig, auch neben Bundesstraßen."
    )
    assert sentence("SON3", "de") == "Wir klären in der zentralen Annahme, wer zuständig ist."
    assert (
        sentence("LIC1", "de", outside=True)
        == "Dieser Ort liegt außerhalb von Weimar. Dort ist die Nachbargemeinde zuständig; "
        "wir leiten Meldungen dorthin weiter."
    )
    for office in offices("weimar").values():
        assert re.match(r"(der|die|das) (?!Stadtwerke)", office["names_in_sentence"]["de"]), office["code"]


def test_every_zone_of_others_has_its_office_and_can_be_asked_about() -> None:
    to_office = {rule["zone"]: rule["office"] for rule in read("weimar", "rules.json") if rule["zone"]}
    others = {code: z["properties"] for code, z in zones().items() if z["properties"]["layer"] != "district"}
    assert to_office == {code: zone["office"] for code, zone in others.items()}
    for code, zone in others.items():
        assert {"answer_label", "phrase"} <= set(zone), code


def test_offices_without_a_zone_or_rule_are_the_three_reached_by_hand() -> None:
    by_rule = {rule["office"] for rule in read("weimar", "rules.json")}
    assert set(offices("weimar")) - by_rule == {"wohnstaette", "forst", "gedenk"}


def test_known_places_lie_in_the_zones_people_expect() -> None:
    def at(lat: float, lon: float) -> set[str]:
        return {code for code, zone in zones().items() if shape(zone["geometry"]).covers(Point(lon, lat))}

    assert at(50.9740, 11.3352) & set(others_codes()) == {"klassik-ilmpark"}
    assert at(50.9795, 11.3295) & set(others_codes()) == set()
    # the B 7 crosses the park; a pothole there is the Land's
    assert {"b7", "klassik-ilmpark"} <= at(50.9774816, 11.3346398)


def others_codes() -> list[str]:
    return [code for code, zone in zones().items() if zone["properties"]["layer"] != "district"]


def test_districts_cover_the_bounds_without_overlap() -> None:
    districts = [shape(z["geometry"]) for z in zones().values() if z["properties"]["layer"] == "district"]
    assert len(districts) == 19
    assert sum(z["properties"].get("statutory_council", False) for z in zones().values()) == 13
    west, south, east, north = read("weimar", "city.json")["bounds"]
    assert all(
        west <= d.bounds[0] and south <= d.bounds[1] and d.bounds[2] <= east and d.bounds[3] <= north for d in districts
    )
    overlap = sum(a.intersection(b).area for n, a in enumerate(districts) for b in districts[:n])
    assert overlap < 1e-9 * sum(d.area for d in districts)


def test_legal_pages_say_that_they_are_placeholders() -> None:
    for key in ("imprint", "privacy", "accessibility", "legal_placeholder"):
        assert read("weimar", "texts.json")[key]["de"].startswith("Platzhalter:"), key
        assert read("weimar", "texts.json")[key]["en"].startswith("Placeholder:"), key
    assert read("weimar", "texts.json")["text_waiting"]["de"] == "wird angesehen (Mo–Fr 8–15 Uhr)"
