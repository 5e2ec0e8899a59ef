"""Do the rules answer every question? Proof over every spot × matter × answer (DESIGN 5.2.5).

A cell is a distinct combination of zones (of the layers that any rule uses) that share more than 1 m² of
ground; PostGIS cuts them. Every cell × active category × routing answers is decided with the very `decide`
that residents meet, so what is proven is what happens.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.lookup import ZoneHit, ZoneIndex
from mangel.answers import option_codes
from mangel.catalogue import Catalogue
from mangel.models import Category, Office, RoutingRule, RuleSet
from mangel.routing import CategoryRules, Choice, RoutingTable, choose
from pwa.errors import DomainError

CELL_MIN_M2 = 1.0
LISTED_AT_MOST = 200
ALWAYS_USED = ("city", "district")


class RulesBlocked(DomainError):
    """A draft that leaves a matter without an active office cannot become active."""

    code = "rules_blocked"


@dataclass(frozen=True)
class Cell:
    """Ground that lies in exactly these zones. Area in m²; `spot` lon/lat inside it (4326)."""

    zones: tuple[ZoneHit, ...]
    area_m2: float
    spot: tuple[float, float] | None
    inside: bool

    def __str__(self) -> str:
        return " + ".join(zone.name for zone in self.zones) or ("city" if self.inside else "outside")


CUT = """
WITH zone AS (
    SELECT z.id, ST_Transform(z.geometry, 25832) AS ground
      FROM geo_zone z JOIN geo_zonelayer l ON l.id = z.layer_id
     WHERE z.valid @> %(day)s::date AND l.key = ANY(%(layers)s)
), lines AS (
    SELECT ST_Union(ST_Boundary(ground)) AS noded FROM zone -- the union nodes the lines
), piece AS (
    SELECT (ST_Dump(ST_Polygonize(noded))).geom AS ground FROM lines
), spot AS (
    SELECT ground, ST_PointOnSurface(ground) AS inside, ST_Area(ground) AS area FROM piece WHERE ST_Area(ground) > 0
), held AS (
    SELECT spot.area, spot.inside,
           (SELECT coalesce(array_agg(zone.id ORDER BY zone.id), '{}') FROM zone
             WHERE ST_Intersects(zone.ground, spot.inside)) AS ids
      FROM spot
)
SELECT ids, sum(area), (array_agg(ST_X(ST_Transform(inside, 4326)) ORDER BY area DESC))[1],
       (array_agg(ST_Y(ST_Transform(inside, 4326)) ORDER BY area DESC))[1]
  FROM held WHERE ids <> '{}' GROUP BY ids HAVING sum(area) > %(minimum)s
"""


def used_layers(rules: list[RoutingRule], catalogue: Catalogue) -> list[str]:
    """Layers that can change an office: those that rules name; city and district always."""
    return sorted({rule.layer for rule in rules if rule.layer} | set(ALWAYS_USED))


def cells(layers: list[str], index: ZoneIndex | None = None) -> list[Cell]:
    """Every distinct set of zones with more than 1 m² of ground, and "outside the city". Areas are planar in
    ETRS89/UTM 32N (EPSG:25832), good to 0.04 %."""
    index = index or ZoneIndex.current()
    by_id = {zone.id: zone for zone in index.zones}
    rank = {zone.id: number for number, zone in enumerate(index.zones)}
    with connection.cursor() as cursor:
        cursor.execute(CUT, {"day": index.day, "layers": layers, "minimum": CELL_MIN_M2})
        rows = cursor.fetchall()
    found = []
    for ids, area, lon, lat in rows:
        zones = tuple(by_id[pk] for pk in sorted((pk for pk in ids if pk in by_id), key=rank.__getitem__))
        inside = not index.has_city or any(zone.layer == "city" for zone in zones)
        found.append(Cell(zones=zones, area_m2=float(area), spot=(lon, lat), inside=inside))
    found.append(Cell(zones=(), area_m2=0.0, spot=None, inside=not index.has_city))
    return sorted(found, key=lambda cell: (not cell.inside, str(cell)))


def routing_answers(catalogue: Catalogue, category: Category, rules: CategoryRules) -> Iterator[dict[str, str]]:
    """Every combination of answers that a rule of this category asks for, "not answered" among them."""
    spoken = {rule.question for rule in all_rules(rules) if rule.question}
    choices = []
    for question in catalogue.asked(category):
        if question.code in spoken:
            choices.append([(question.code, code) for code in [None, *option_codes(question)]])
    for combination in itertools.product(*choices):
        yield {code: option for code, option in combination if option}


def all_rules(rules: CategoryRules) -> list[Any]:
    return [*rules.outside, *itertools.chain.from_iterable(rules.by_zone.values()), *rules.anywhere]


def every_case(table: RoutingTable, ground: list[Cell]) -> Iterator[tuple[Category, dict[str, str], Cell, Choice]]:
    """Every matter × answers × cell with what the rules say, and the case without a place."""
    nowhere = Cell(zones=(), area_m2=0.0, spot=None, inside=True)
    for category in table.catalogue.leaves():
        rules = table.of(category)
        for answers in routing_answers(table.catalogue, category, rules):
            for cell in [*ground, nowhere]:
                zones = tuple(zone for zone in cell.zones)
                choice = choose(rules, category.zone_layers, inside=cell.inside, zones=zones, answers=answers)
                yield category, answers, cell, choice


def check(rule_set: RuleSet) -> dict[str, Any]:
    """Check a rule set against ground and catalogue. Returns plain data: counts and lists, worst first.

    `blocking` names matters left without an active office; a draft with any cannot become active.
    """
    catalogue = Catalogue.current()
    rows = list(rule_set.rules.filter(active=True).select_related("office", "category"))
    layers = used_layers(rows, catalogue)
    ground = cells(layers)
    table = RoutingTable.load(rule_set, catalogue)
    active_set = RuleSet.objects.filter(status=RuleSet.Status.ACTIVE).exclude(pk=rule_set.pk).first()
    before = RoutingTable.load(active_set, catalogue) if active_set else None
    won: Counter[int] = Counter()
    unanswered: list[str] = []
    central: Counter[str] = Counter()
    cases = 0
    for category, answers, cell, choice in every_case(table, ground):
        cases += 1
        if choice.rule is None:
            unanswered.append(f"{category.code} · {cell}" + (f" · {answers}" if answers else ""))
            continue
        won[choice.rule.pk] += 1
        if catalogue.office_by_id[choice.rule.office_id].kind == Office.Kind.INTAKE:
            central[category.code] += 1
    return {
        "cases": cases,
        "cells": len(ground),
        "layers": layers,
        "blocking": unanswered[:LISTED_AT_MOST] + no_intake(catalogue),
        "blocking_count": len(unanswered) + len(no_intake(catalogue)),
        "central": dict(central.most_common()),
        "never_win": [describe(row) for row in rows if row.pk not in won and row.office.active][:LISTED_AT_MOST],
        "equal": equal_rules(rows),
        "ended": ended_codes(rows),
        "inactive_offices": sorted({row.office.code for row in rows if not row.office.active}),
        "unreached_offices": unreached(catalogue, rows),
        "gaps_and_overlaps": gaps_and_overlaps(),
        "changes": changed_area(before, table, ground) if before else [],
        "checked_at": timezone.now().isoformat(timespec="seconds"),
    }


def describe(row: RoutingRule) -> str:
    return f"{row.pk}: {row}"


def no_intake(catalogue: Catalogue) -> list[str]:
    try:
        catalogue.central()
    except LookupError:
        return ["Es gibt keine aktive zentrale Annahme."]
    return []


def equal_rules(rows: list[RoutingRule]) -> list[str]:
    """Rules with the same conditions: only their number decides between them."""
    seen: dict[tuple[Any, ...], RoutingRule] = {}
    equal = []
    for row in rows:
        key = (row.category_id, row.outside, row.layer, row.zone_code, row.question, row.option)
        if key in seen:
            equal.append(f"{describe(seen[key])}  =  {describe(row)}")
        seen.setdefault(key, row)
    return equal


def ended_codes(rows: list[RoutingRule]) -> list[str]:
    """Rules on a zone code that no version valid today carries."""
    index = ZoneIndex.current()
    return [describe(row) for row in rows if row.zone_code and index.by_code(row.layer, row.zone_code) is None]


def unreached(catalogue: Catalogue, rows: list[RoutingRule]) -> list[str]:
    """Active offices that no rule names: reached by hand only."""
    named = {row.office_id for row in rows}
    return sorted(o.code for o in catalogue.offices.values() if o.active and o.pk not in named)


def gaps_and_overlaps() -> list[str]:
    """Ground of the city in no district, and ground in two districts, in m² (ETRS89/UTM 32N)."""
    with connection.cursor() as cursor:
        cursor.execute(GAPS_AND_OVERLAPS, {"day": ZoneIndex.current().day})
        return [f"{what}: {area:,.0f} m²".replace(",", ".") for what, area in cursor.fetchall()]


GAPS_AND_OVERLAPS = """
WITH zone AS (
    SELECT l.key, z.code, z.name, ST_Transform(z.geometry, 25832) AS ground
      FROM geo_zone z JOIN geo_zonelayer l ON l.id = z.layer_id
     WHERE z.valid @> %(day)s::date AND l.key IN ('city', 'district')
), town AS (SELECT ST_Union(ground) AS ground FROM zone WHERE key = 'city'),
   quarters AS (SELECT ST_Union(ground) AS ground FROM zone WHERE key = 'district')
SELECT 'Stadtgebiet ohne Ortsteil', ST_Area(ST_Difference(town.ground, quarters.ground)) FROM town, quarters
 WHERE ST_Area(ST_Difference(town.ground, quarters.ground)) > 1
UNION ALL
SELECT a.name || ' und ' || b.name, ST_Area(ST_Intersection(a.ground, b.ground))
  FROM zone a JOIN zone b ON a.key = 'district' AND b.key = 'district' AND a.code < b.code
   AND ST_Intersects(a.ground, b.ground)
 WHERE ST_Area(ST_Intersection(a.ground, b.ground)) > 1
"""


def changed_area(before: RoutingTable, after: RoutingTable, ground: list[Cell]) -> list[dict[str, Any]]:
    """The area (m²) that changes office per category, largest first; answers count one by one."""
    office = after.catalogue.office_by_id
    changed: Counter[tuple[str, str, str]] = Counter()
    for category, answers, cell, new in every_case(after, ground):
        old = choose(before.of(category), category.zone_layers, inside=cell.inside, zones=cell.zones, answers=answers)
        if old.office_id != new.office_id:
            names = tuple(office[pk].code if pk else "–" for pk in (old.office_id, new.office_id))
            changed[(category.code, names[0], names[1])] += max(int(cell.area_m2), 1)
    return [
        {"category": category, "old": old, "new": new, "area_m2": area}
        for (category, old, new), area in changed.most_common(LISTED_AT_MOST)
    ]


def check_rule_set(rule_set_id: int) -> dict[str, Any]:
    """Check a draft and keep the result with it: ready, or blocked. Idempotent; an active set keeps its status.

    Checking takes seconds: what was put in force meanwhile stays in force, what was edited stays a draft.
    """
    begun = RuleSet.objects.get(pk=rule_set_id)
    result = check(begun)
    with transaction.atomic():
        rule_set = RuleSet.objects.select_for_update().get(pk=rule_set_id)
        if rule_set.status == RuleSet.Status.DRAFT and begun.status != RuleSet.Status.DRAFT:
            return result  # of rules that are not these any more
        rule_set.result, rule_set.checked_at = result, timezone.now()
        if rule_set.status not in (RuleSet.Status.ACTIVE, RuleSet.Status.RETIRED):
            rule_set.status = RuleSet.Status.BLOCKED if result["blocking"] else RuleSet.Status.READY
        rule_set.save(update_fields=["result", "checked_at", "status"])
    return result


@transaction.atomic
def activate(rule_set_id: int) -> RuleSet:
    """Make a checked draft the rules that hold. Raises RulesBlocked if it was not checked or is blocked."""
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set_id)
    if rule_set.status != RuleSet.Status.READY:
        raise RulesBlocked(
            _("Dieses Regelwerk ist nicht geprüft oder lässt Fälle offen. Bitte zuerst prüfen und ergänzen.")
        )
    # Rules or zones may have moved since the check.
    if check(rule_set)["blocking"]:
        rule_set.status = RuleSet.Status.BLOCKED
        rule_set.save(update_fields=["status"])
        raise RulesBlocked(_("Seit der Prüfung hat sich etwas geändert; jetzt bleiben Fälle offen. Bitte neu prüfen."))
    RuleSet.objects.filter(status=RuleSet.Status.ACTIVE).update(status=RuleSet.Status.RETIRED)
    rule_set.status, rule_set.activated_at = RuleSet.Status.ACTIVE, timezone.now()
    rule_set.save(update_fields=["status", "activated_at"])
    return rule_set


def check_and_activate(rule_set: RuleSet) -> RuleSet:
    """Check, and activate if nothing stays open. Raises RulesBlocked naming the first open case."""
    result = check_rule_set(rule_set.pk)
    if result["blocking"]:
        raise RulesBlocked(
            _("Das Regelwerk lässt %(n)s Fälle offen, zum Beispiel: %(case)s")
            % {"n": result["blocking_count"], "case": result["blocking"][0]}
        )
    return activate(rule_set.pk)


def copy_as_draft(rule_set: RuleSet, *, name: str) -> RuleSet:
    """A draft with the same rules in the same order, to be edited."""
    with transaction.atomic():
        draft = RuleSet.objects.create(name=name)
        rows = list(rule_set.rules.order_by("pk"))
        for row in rows:
            row.pk, row.rule_set, row._state.adding = None, draft, True
        RoutingRule.objects.bulk_create(rows)
        return draft
