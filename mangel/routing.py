"""Who is responsible: `decide`. Every point × category has exactly one answer, always the same (DESIGN 5.2).

Candidates are the rules whose every condition holds, in this order: (a) outside the city; (b) the layers
the category names, in its order (a layer not named takes no part); (c) district; (d) no zone. Within a
step: leaf before group before any category, with answer before without, smaller zone, rule id. First wins.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from geo import revisions
from geo.lookup import ZoneHit, ZoneIndex, ZonesAt
from geo.reach import possible_sets
from mangel.catalogue import Catalogue
from mangel.models import Category, Office, RoutingRule, RuleSet

DISTRICT = "district"
NONE = "none"
UNKNOWN = "unknown"
UNCLEAR_PLACE = "unclear_place"
NO_RULE = "central"
NO_PLACE = "no_place"

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A routing rule as this process knows it. `level`: 0 leaf, 1 group, 2 any category."""

    pk: int
    level: int
    outside: bool
    layer: str
    zone: str
    question: str
    option: str
    office_id: int
    reason_code: str

    @property
    def order(self) -> tuple[int, int, int]:
        return (self.level, 0 if self.question else 1, self.pk)

    def snapshot(self) -> dict[str, Any]:
        """The rule as it is now, to be kept beside a decision: later edits must not change what was decided."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "pk"} | {"id": self.pk}

    def answered_by(self, answers: Answers) -> bool:
        """Whether its condition on an answer holds (no condition: always)."""
        if not self.question:
            return True
        given = answers.get(self.question)
        return self.option in given if isinstance(given, list | tuple) else given == self.option


@dataclass(frozen=True, slots=True)
class CategoryRules:
    """The rules that can speak about one category, sorted, by step."""

    outside: tuple[Rule, ...] = ()
    by_zone: dict[tuple[str, str], tuple[Rule, ...]] = field(default_factory=dict)
    anywhere: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What the rules say for one set of zones: the rule (None: nothing spoke) and the zone that decided."""

    rule: Rule | None
    hit: ZoneHit | None

    @property
    def office_id(self) -> int | None:
        return self.rule.office_id if self.rule else None


@dataclass(frozen=True)
class PlaceQuestion:
    """The one question asked where the accuracy circle reaches another office (DESIGN 5.2.2)."""

    layer: str
    options: tuple[tuple[str, ZoneHit | None, Office], ...]

    code = "place"


@dataclass(frozen=True)
class Outcome:
    """The decision: always one office. `question` is set where the place is unclear and unanswered."""

    office: Office
    rule: Rule | None
    reason_code: str
    reason_params: dict[str, Any]
    zones: ZonesAt | None
    candidates: list[dict[str, str]]
    question: PlaceQuestion | None = None

    @property
    def ambiguous(self) -> bool:
        return self.question is not None


class RoutingTable:
    """The active rules (or those of a draft), compiled per category."""

    def __init__(self, rules: Iterable[Rule | tuple[Rule, str | None]], catalogue: Catalogue, revision: int) -> None:
        self.catalogue = catalogue
        self.revision = revision
        self._of: dict[str, CategoryRules] = {}
        self._rules = list(rules)

    def of(self, category: Category) -> CategoryRules:
        """The rules of a leaf, compiled at first use."""
        compiled = self._of.get(category.code)
        if compiled is None:
            compiled = self._of[category.code] = compile_rules(self._rules, category)
        return compiled

    @classmethod
    def current(cls, known: Mapping[str, int] | None = None) -> RoutingTable:
        """The active rules of this moment. `known`: revisions already read (saves one SQL)."""
        global _held
        known = known or revisions.current()
        revision, catalogue = known.get("routing", 0), Catalogue.current(known)
        held = _held
        if held is None or held.revision != revision or held.catalogue is not catalogue:
            with _lock:
                held = _held = cls.load(
                    RuleSet.objects.filter(status=RuleSet.Status.ACTIVE).first(), catalogue, revision
                )
        return held

    @classmethod
    def load(cls, rule_set: RuleSet | None, catalogue: Catalogue, revision: int = 0) -> RoutingTable:
        """Compile a rule set. Rules of inactive offices do not speak: the next candidate does."""
        rows = RoutingRule.objects.filter(rule_set=rule_set, active=True, office__active=True).order_by("pk")
        return cls([(as_rule(row, catalogue), code_of(row, catalogue)) for row in rows], catalogue, revision)


_held: RoutingTable | None = None
_lock = threading.Lock()


def code_of(row: RoutingRule, catalogue: Catalogue) -> str | None:
    return catalogue.category_by_id[row.category_id].code if row.category_id else None


def as_rule(row: RoutingRule, catalogue: Catalogue) -> Rule:
    """The lean form of a rule row."""
    category = catalogue.category_by_id[row.category_id] if row.category_id else None
    level = 2 if category is None else 1 if category.parent_id is None else 0
    return Rule(
        row.pk, level, row.outside, row.layer, row.zone_code, row.question, row.option, row.office_id, row.reason_code
    )


def compile_rules(rules: Iterable[Any], category: Category) -> CategoryRules:
    """The rules that name this leaf, its group or no category, sorted within each step."""
    codes = {None, category.code, category.parent.code if category.parent else None}
    mine = sorted((rule for rule, code in rules if code in codes), key=lambda rule: rule.order)
    by_zone: dict[tuple[str, str], list[Rule]] = {}
    for rule in mine:
        if rule.layer:
            by_zone.setdefault((rule.layer, rule.zone), []).append(rule)
    return CategoryRules(
        outside=tuple(r for r in mine if r.outside),
        by_zone={key: tuple(found) for key, found in by_zone.items()},
        anywhere=tuple(r for r in mine if not r.outside and not r.layer),
    )


def choose(
    rules: CategoryRules, layers: Iterable[str], *, inside: bool, zones: Iterable[ZoneHit], answers: Answers
) -> Choice:
    """The first candidate, by the order at the top of this file. Pure."""
    if not inside:
        for rule in rules.outside:
            if rule.answered_by(answers):
                return Choice(rule, None)
    zones = tuple(zones)
    for layer in (*layers, DISTRICT):
        best: tuple[tuple[int, int, float, int], Rule, ZoneHit] | None = None
        for hit in zones:
            if hit.layer != layer:
                continue
            for key in ((layer, hit.code), (layer, "")):
                for rule in rules.by_zone.get(key, ()):
                    if rule.answered_by(answers):
                        level, unanswered, pk = rule.order
                        order = (level, unanswered, hit.area_m2, pk)
                        if best is None or order < best[0]:
                            best = (order, rule, hit)
                        break  # the rest of this list sorts behind it
        if best:
            return Choice(best[1], best[2])
    for rule in rules.anywhere:
        if rule.answered_by(answers):
            return Choice(rule, None)
    return Choice(None, None)


def decide(
    *,
    category: Category,
    lon: float | None = None,
    lat: float | None = None,
    accuracy_m: float | None = None,
    answers: Answers | None = None,
    table: RoutingTable | None = None,
    index: ZoneIndex | None = None,
) -> Outcome:
    """Who is responsible for `category` at lon/lat (WGS 84 degrees; None: no place known), and why.

    `accuracy_m`: radius of the position's error in metres. `answers["place"]` (a zone code, "none" or
    "unknown") outranks the point. Never raises for want of a rule: central intake is the last answer.
    """
    table = table or RoutingTable.current()
    answers = answers or {}
    rules = table.of(category)
    layers = category.zone_layers
    if lon is None or lat is None:
        chosen = outcome(table, category, choose(rules, layers, inside=True, zones=(), answers=answers), None)
        if layers and chosen.reason_code == NO_RULE:
            return replace(chosen, reason_code=NO_PLACE)
        return chosen
    index = index or ZoneIndex.current()
    zones = index.at(lon, lat)
    place = answers.get("place")
    if zones.inside_city and layers and place and place != UNKNOWN:
        stated = stated_zones(index, zones, layers, place)
        if stated is not None:
            choice = choose(rules, layers, inside=True, zones=stated, answers=answers)
            return outcome(table, category, choice, zones)
    exact = choose(rules, layers, inside=zones.inside_city, zones=zones, answers=answers)
    if not (zones.inside_city and layers and accuracy_m and accuracy_m > 0):
        return outcome(table, category, exact, zones)
    options = place_options(table, rules, layers, index, zones, lon, lat, accuracy_m, answers)
    if len({choice.office_id for choice in options.values()}) < 2:
        return outcome(table, category, exact, zones)
    return unclear(table, category, zones, options)


def stated_zones(index: ZoneIndex, zones: ZonesAt, layers: list[str], place: str) -> tuple[ZoneHit, ...] | None:
    """The zones as the reporter says: the stated one instead of those the category follows. None: unknown code."""
    rest = tuple(hit for hit in zones if hit.layer not in layers)
    if place == NONE:
        return rest
    for layer in layers:
        stated = index.by_code(layer, place)
        if stated:
            return (*rest, stated)
    return None


def place_options(
    table: RoutingTable,
    rules: CategoryRules,
    layers: list[str],
    index: ZoneIndex,
    zones: ZonesAt,
    lon: float,
    lat: float,
    accuracy_m: float,
    answers: Answers,
) -> dict[str, Choice]:
    """What the rules say for every zone set the circle reaches, keyed by the zone that decides or "none"."""
    rest = tuple(hit for hit in zones if hit.layer not in layers)
    options: dict[str, Choice] = {}
    for possible in possible_sets(index, lon, lat, accuracy_m, layers):
        choice = choose(rules, layers, inside=True, zones=(*rest, *possible), answers=answers)
        decided_by = choice.hit.code if choice.hit and choice.hit.layer in layers else NONE
        options.setdefault(decided_by, choice)
    return options


def unclear(table: RoutingTable, category: Category, zones: ZonesAt, options: dict[str, Choice]) -> Outcome:
    """Central intake, with the candidates named and the question that would settle it."""
    catalogue = table.catalogue
    ordered = sorted(options.items(), key=lambda item: (item[0] == NONE, item[0]))
    office_of = {code: office_for(catalogue, choice) for code, choice in ordered}
    first_hit = next(choice.hit for code, choice in ordered if code != NONE and choice.hit)
    question = PlaceQuestion(
        layer=first_hit.layer,
        options=tuple((code, choice.hit if code != NONE else None, office_of[code]) for code, choice in ordered),
    )
    return Outcome(
        office=catalogue.central(),
        rule=None,
        reason_code=UNCLEAR_PLACE,
        reason_params={},
        zones=zones,
        candidates=[{"office": office_of[code].code, "place": code} for code, _ in ordered],
        question=question,
    )


def office_for(catalogue: Catalogue, choice: Choice) -> Office:
    return catalogue.office_by_id[choice.rule.office_id] if choice.rule else catalogue.central()


def outcome(table: RoutingTable, category: Category, choice: Choice, zones: ZonesAt | None) -> Outcome:
    """A choice as an outcome, with what the sentence needs."""
    hit = choice.hit
    params: dict[str, Any] = {}
    if hit:
        params = {"layer": hit.layer, "zone_code": hit.code, "zone": hit.name, "phrase": hit.phrase}
    return Outcome(
        office=office_for(table.catalogue, choice),
        rule=choice.rule,
        reason_code=choice.rule.reason_code if choice.rule else NO_RULE,
        reason_params=params,
        zones=zones,
        candidates=[],
    )
