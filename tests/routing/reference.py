"""Who is responsible, once more in SQL: slow and obviously right. `mangel.routing.decide` is held against it.

The order of candidates is DESIGN 5.2.1, line by line; which zones lie at a point says `tests.geo.reference`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from geo.lookup import ZoneIndex
from mangel.models import Category
from mangel.routing import RoutingTable, decide
from mangel.routing_check import routing_answers
from tests.geo.reference import zone_sets

DECIDE = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(cases)s::jsonb)
           AS given (number int, category text, inside bool, zones bigint[], answers jsonb)
), candidate AS (
    SELECT given.number, rule.id AS rule, rule.office_id AS office,
           -- (a) outside the city; (b) the layers the category names, in its order; (c) district; (d) no zone
           CASE WHEN rule.outside THEN 0
                WHEN rule.layer = ANY(category.zone_layers) THEN array_position(category.zone_layers, rule.layer)
                WHEN rule.layer = 'district' THEN 1000
                WHEN rule.layer = '' THEN 2000 END AS step,
           -- leaf before group before any
           CASE WHEN rule.category_id = category.id THEN 0
                WHEN rule.category_id = category.parent_id THEN 1
                WHEN rule.category_id IS NULL THEN 2 END AS level,
           -- with answer before without
           CASE WHEN rule.question <> '' THEN 0 ELSE 1 END AS unanswered,
           zone.area_m2
      FROM given
      JOIN mangel_category category ON category.code = given.category
      JOIN mangel_routingrule rule ON rule.active
      JOIN mangel_ruleset rules ON rules.id = rule.rule_set_id AND rules.status = 'active'
      JOIN mangel_office office ON office.id = rule.office_id AND office.active
      LEFT JOIN geo_zonelayer layer ON layer.key = rule.layer
      LEFT JOIN geo_zone zone ON zone.layer_id = layer.id AND zone.id = ANY(given.zones)
                             AND rule.zone_code IN ('', zone.code)
     WHERE (rule.outside IS FALSE OR given.inside IS FALSE)
       AND (rule.layer = '' OR zone.id IS NOT NULL)
       AND (rule.question = '' OR given.answers -> rule.question @> to_jsonb(rule.option))
)
SELECT DISTINCT ON (number) number, office, rule FROM candidate
 WHERE step IS NOT NULL AND level IS NOT NULL -- a layer not named takes no part, nor does another category's rule
 ORDER BY number, step, level, unanswered, area_m2, rule
"""
INSIDE = """
SELECT count(*) = 0 OR bool_or(zone.id = ANY(%s))
  FROM geo_zone zone JOIN geo_zonelayer layer ON layer.id = zone.layer_id
 WHERE layer.key = 'city' AND zone.valid @> %s::date
"""
AT_ONCE = 4_000


@dataclass(frozen=True)
class Case:
    """A matter at a spot, answered so. `spot` None: no place known."""

    category: Category
    answers: dict[str, str]
    spot: tuple[float, float] | None
    zones: frozenset[int]
    inside: bool


def spots_of_zone_sets(points: Sequence[tuple[float, float]]) -> dict[frozenset[int], tuple[float, float]]:
    """Every distinct set of zones (by SQL) at the points, and one point for each."""
    spots: dict[frozenset[int], tuple[float, float]] = {}
    for point, zones in zip(points, zone_sets(points), strict=True):
        spots.setdefault(zones, point)
    return spots


def every_case(spots: dict[frozenset[int], tuple[float, float]]) -> Iterator[Case]:
    """Every zone set × every category × every combination of answers that a rule asks for, and no place at all."""
    table, day = RoutingTable.current(), ZoneIndex.current().day
    inside: dict[frozenset[int], bool] = {}
    with connection.cursor() as cursor:
        for zones in spots:
            cursor.execute(INSIDE, [list(zones), day])
            inside[zones] = cursor.fetchone()[0]
    for category in table.catalogue.leaves():
        for answers in routing_answers(table.catalogue, category, table.of(category)):
            yield Case(category, answers, None, frozenset(), inside=True)
            for zones, spot in spots.items():
                yield Case(category, answers, spot, zones, inside[zones])


def sql_decides(cases: Sequence[Case]) -> list[tuple[int | None, int | None]]:
    """(office, rule) of each case, by SQL."""
    told: list[dict[str, Any]] = [
        {"number": n, "category": c.category.code, "inside": c.inside, "zones": sorted(c.zones), "answers": c.answers}
        for n, c in enumerate(cases)
    ]
    with connection.cursor() as cursor:
        cursor.execute(DECIDE, {"cases": json.dumps(told)})
        found = {number: (office, rule) for number, office, rule in cursor.fetchall()}
    return [found.get(number, (None, None)) for number in range(len(cases))]


def disagreements(cases: Sequence[Case]) -> list[Case]:
    """The cases that `decide` and SQL answer differently, by office or by rule."""
    table, index = RoutingTable.current(), ZoneIndex.current()
    wrong = []
    for start in range(0, len(cases), AT_ONCE):
        part = cases[start : start + AT_ONCE]
        for case, sql in zip(part, sql_decides(part), strict=True):
            lon, lat = case.spot or (None, None)
            ours = decide(category=case.category, lon=lon, lat=lat, answers=case.answers, table=table, index=index)
            if (ours.office.pk, ours.rule and ours.rule.pk) != sql:
                wrong.append(case)
    return wrong
