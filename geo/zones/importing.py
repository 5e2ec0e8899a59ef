"""Bring a layer to the state of a source, in one transaction, and say truthfully what that changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.models import Zone, ZoneLayer
from geo.querysets import city_day
from geo.zones import shapes, survey
from geo.zones.diff import Change, Diff
from geo.zones.refusals import CodesInUse, ImportRefused
from geo.zones.users import users_of
from geo.zones.versions import close

TEXTS = ("names", "answer_label", "phrase")


@dataclass(frozen=True)
class ZoneFeature:
    """One feature of a source. `geometry`: shapely, SRID 4326, or None. Texts and properties that are None say
    nothing: what the city wrote stays."""

    code: str
    name: str
    geometry: BaseGeometry | None
    names: dict[str, str] | None = None
    answer_label: dict[str, str] | None = None
    phrase: dict[str, str] | None = None
    properties: dict[str, Any] | None = None
    position: int = 0

    def __str__(self) -> str:
        return f"feature {self.position} ({self.code}, {self.name})"


@dataclass(frozen=True)
class Ready:
    """A feature and its valid ground."""

    feature: ZoneFeature
    ground: BaseGeometry


@dataclass
class _Plan:
    diff: Diff
    create: list[Zone] = field(default_factory=list)
    close: list[int] = field(default_factory=list)
    result: dict[str, BaseGeometry] = field(default_factory=dict)


@transaction.atomic
def import_layer(
    features: Iterable[ZoneFeature],
    *,
    layer: ZoneLayer,
    source: str = "",
    valid_from: date | None = None,
    buffer_m: float = 0,
    dry_run: bool = False,
    force: bool = False,
    only_missing: bool = False,
) -> Diff:
    """Add, replace and end versions of `layer` so that it says what `features` say, from `valid_from` (default:
    today in the city) on. Codes that the source lacks end; with `only_missing` nothing that is there is touched.
    A version replaced on the day it started keeps its row with an empty range, for a report may point at it.

    Raises ImportRefused (naming the feature), CodesInUse (ending a used code without `force`); then nothing changed.
    """
    # One import of a layer at a time: two would plan against the same old state.
    layer = ZoneLayer.objects.select_for_update().get(pk=layer.pk)
    day = check_day(valid_from)
    diff = Diff(layer=layer.key, dry_run=dry_run)
    incoming = prepare(features, buffer_m=buffer_m, diff=diff)
    plan = _plan(layer, incoming, day=day, source=source, only_missing=only_missing, diff=diff)
    if diff.ended and (used := users_of(layer.key, diff.ended)):
        if not force:
            raise CodesInUse(used)
        diff.users = used
    _survey(layer, plan)
    if not dry_run:
        close(plan.close, on=day)
        Zone.objects.bulk_create(plan.create, batch_size=500)
    return diff


def check_day(valid_from: date | None) -> date:
    """The day an import counts from; the past is not rewritten."""
    today = city_day()
    if valid_from and valid_from < today:
        raise ImportRefused(f"valid from {valid_from} lies in the past; zones change from today ({today}) on")
    return valid_from or today


def prepare(features: Iterable[ZoneFeature], *, buffer_m: float, diff: Diff) -> dict[str, Ready]:
    """Valid areas by code; notes what was mended, merged and skipped. Raises ImportRefused naming the feature."""
    ready: dict[str, Ready] = {}
    for feature in features:
        _check_words(feature)
        if feature.geometry is None or feature.geometry.is_empty:
            diff.skipped.append((str(feature), "it has no geometry"))
            continue
        try:
            area, wrong = shapes.as_area(feature.geometry, buffer_m=buffer_m)
        except (shapes.Unusable, shapely.errors.GEOSException) as error:
            raise ImportRefused(f"{feature}: {error}", field="geometry") from error
        if wrong:
            diff.repaired.append((feature.code, wrong))
        if feature.code in ready:
            area = _merge(ready[feature.code], feature, area, diff)
        ready[feature.code] = Ready(feature, area)
    if not ready:
        raise ImportRefused("the source holds no area at all; nothing was changed")
    return ready


def _check_words(feature: ZoneFeature) -> None:
    for what, value, most in (("code", feature.code, 80), ("name", feature.name, 200)):
        if not value.strip():
            raise ImportRefused(f"{feature}: its {what} is empty; name another field with --{what}-field", field=what)
        if len(value) > most or "\x00" in value:
            raise ImportRefused(f"{feature}: its {what} is longer than {most} characters or not text", field=what)


def _merge(ready: Ready, second: ZoneFeature, area: MultiPolygon, diff: Diff) -> MultiPolygon:
    first = ready.feature
    # Official files cut one municipality into its land and its water; two names for one code are a mistake.
    if first.name != second.name:
        raise ImportRefused(
            f"{first} and {second} share a code but not a name; choose another --code-field", field="code"
        )
    if first.code not in diff.merged:
        diff.merged.append(first.code)
    return shapes.as_area(shapely.union(ready.ground, area))[0]


def _plan(
    layer: ZoneLayer, incoming: dict[str, Ready], *, day: date, source: str, only_missing: bool, diff: Diff
) -> _Plan:
    plan = _Plan(diff)
    present = {zone.code: zone for zone in layer.zones.valid_on(day)}
    scheduled = _scheduled(layer, day)
    for code, ready in sorted(incoming.items()):
        old, ground = present.get(code), ready.ground
        before = shapes.ground_of(old.geometry) if old else ground
        change = _difference(old, before, ready) if old else None
        if old and only_missing:
            diff.kept.append(code)
            ground = before
        elif old and not change:
            diff.unchanged.append(code)
        else:
            plan.create.append(_version(layer, ready, old, DateRange(day, scheduled.get(code)), source))
            if old and change:
                diff.changed.append(change)
                plan.close.append(old.pk)
            else:
                diff.added.append(code)
        plan.result[code] = ground
    _end_missing(plan, present, only_missing=only_missing)
    return plan


def _end_missing(plan: _Plan, present: dict[str, Zone], *, only_missing: bool) -> None:
    for code in sorted(present.keys() - plan.result.keys()):
        if only_missing:
            plan.diff.kept.append(code)
            plan.result[code] = shapes.ground_of(present[code].geometry)
        else:
            plan.diff.ended.append(code)
            plan.close.append(present[code].pk)


def _scheduled(layer: ZoneLayer, day: date) -> dict[str, date]:
    """Code → first day of the next version that already waits; a new one ends there."""
    starts: dict[str, date] = {}
    for code, valid in layer.zones.filter(valid__startswith__gt=day).values_list("code", "valid"):
        starts[code] = min(valid.lower, starts.get(code, valid.lower))
    return starts


def _difference(old: Zone, before: BaseGeometry, ready: Ready) -> Change | None:
    what, moved, feature = [], 0.0, ready.feature
    if not shapes.same_ground(before, ready.ground):
        what.append("geometry")
        moved = shapes.moved_m2(before, ready.ground)
    what += [key for key in ("name", *TEXTS, "properties") if getattr(feature, key) not in (None, getattr(old, key))]
    return Change(old.code, tuple(what), moved) if what else None


def _version(layer: ZoneLayer, ready: Ready, old: Zone | None, valid: DateRange, source: str) -> Zone:
    feature, source = ready.feature, source or (old.source if old else "")
    zone = Zone(layer=layer, code=feature.code, name=feature.name, valid=valid, source=source)
    zone.geometry = shapes.geos(ready.ground)
    for key in (*TEXTS, "properties"):
        value = getattr(feature, key)
        setattr(zone, key, value if value is not None else getattr(old, key, {}))
    return zone


def _survey(layer: ZoneLayer, plan: _Plan) -> None:
    codes, geometries = list(plan.result), np.array(list(plan.result.values()), dtype=object)
    plan.diff.overlaps = survey.overlaps(codes, geometries)
    city = None
    if layer.key == "district":
        cities = [shapes.ground_of(zone.geometry) for zone in Zone.objects.valid_now().filter(layer__key="city")]
        city = shapely.union_all(cities) if cities else None
    plan.diff.gaps = survey.gaps(geometries, within=city)
