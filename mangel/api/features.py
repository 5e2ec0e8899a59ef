"""Reports as GeoJSON Features for everybody, in bulk: five SQL however many. What is not named here stays inside.

`PublicReportSerializer` is the contract; a test holds both against each other.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, NamedTuple, Self

from django.contrib.gis.db.models import PointField
from django.db.models import BooleanField, ExpressionWrapper, F, FloatField, Func, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from geo import revisions
from geo.models import Zone
from mangel import reasons
from mangel.answers import public_answers
from mangel.catalogue import Catalogue
from mangel.expected import expected
from mangel.models import Category, Decision, Office, Report
from mangel.states import State
from photos.models import Photo
from photos.querysets import as_public
from photos.states import Role, Status
from pwa.translated import pick
from threads.states import Check

DECISION = ("report_id", "reason_code", "reason_params", "zone_versions")
DECIMALS = 6  # a tenth of a metre


@dataclass(frozen=True, slots=True)
class Row:
    """What is read of a report for the public, and nothing else."""

    pk: int
    thing_id: int
    public_id: str
    category_id: int
    state: str
    waiting: str
    waiting_until: dt.date | None
    office_id: int
    district_id: int | None
    near_address: str
    asset_layer: str | None
    asset_number: str | None
    answers: dict[str, Any]
    public_text: str
    text_check: str
    has_text: bool
    declined_reason_id: int | None
    support_count: int
    created_at: dt.datetime
    updated_at: dt.datetime
    resolved_at: dt.datetime | None
    lon: float | None
    lat: float | None

    @classmethod
    def read(cls, reports: QuerySet[Report]) -> list[Self]:
        """One SQL, in the order of `reports`."""
        x, y = (
            Func(Cast("point", PointField(srid=4326)), function=f"ST_{axis}", output_field=FloatField())
            for axis in "XY"
        )
        has_text = ExpressionWrapper(~Q(description=""), output_field=BooleanField())
        plain = [one.name for one in fields(cls) if one.name not in COMPUTED]
        computed = {"asset_layer": F("asset__layer"), "asset_number": F("asset__number"), "lon": x, "lat": y}
        return [cls(**row) for row in reports.values(*plain, has_text=has_text, **computed)]

    @classmethod
    def of(cls, report: Report) -> Self:
        """The same of one report that was read already (its asset, too)."""
        values = {one.name: getattr(report, one.name) for one in fields(cls) if one.name not in COMPUTED}
        return cls(
            **values,
            has_text=bool(report.description),
            asset_layer=report.asset.layer if report.asset else None,
            asset_number=report.asset.number if report.asset else None,
            lon=report.point.x if report.point else None,
            lat=report.point.y if report.point else None,
        )


COMPUTED = {"asset_layer", "asset_number", "has_text", "lon", "lat"}


class ZoneName(NamedTuple):
    """What is told of a zone version."""

    layer: str
    code: str
    name: str
    names: dict[str, str]

    @property
    def shown(self) -> str:
        return pick(self.names) or self.name

    def told_briefly(self) -> dict[str, str]:
        return {"code": self.code, "name": self.shown}

    def told(self) -> dict[str, str]:
        return {"layer": self.layer, **self.told_briefly()}


@dataclass(frozen=True)
class Beside:
    """What hangs on reports: their newest decisions, their photos, the zones' names. By report, thing, zone."""

    catalogue: Catalogue
    decisions: dict[int, Mapping[str, Any]]
    shown: dict[int, list[Photo]]
    waiting: dict[int, int]
    zones: dict[int, ZoneName]
    base_url: str
    # A hundred reports share a handful of offices, categories and sentences: each is put into words once.
    said: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def once(self, key: tuple[Any, ...], say: Callable[[], Any]) -> Any:
        """What `say` says, said at the first time only."""
        if key not in self.said:
            self.said[key] = say()
        return self.said[key]

    @classmethod
    def read(cls, rows: Iterable[Row], base_url: str) -> Self:
        """Three SQL at most."""
        rows = list(rows)
        newest = Decision.objects.filter(report__in=[row.pk for row in rows]).order_by("report_id", "-seq")
        decisions: dict[int, Mapping[str, Any]] = {
            found["report_id"]: found
            for found in newest.distinct("report_id").values(
                "report_id", "reason_code", "reason_params", "zone_versions"
            )
        }
        shown: dict[int, list[Photo]] = {}
        waiting: dict[int, int] = {}
        present = Photo.objects.present().filter(thing__in=[row.thing_id for row in rows])
        for photo in present.exclude(role=Role.DOCUMENT).order_by("role", "position", "pk"):
            if photo.check_state == Check.SHOWN and photo.status == Status.READY:
                shown.setdefault(photo.thing_id, []).append(photo)
            elif photo.check_state == Check.WAITING and photo.status != Status.FAILED:
                waiting[photo.thing_id] = waiting.get(photo.thing_id, 0) + 1
        numbers = {number for found in decisions.values() for number in found["zone_versions"]}
        numbers |= {row.district_id for row in rows if row.district_id}
        return cls(Catalogue.current(), decisions, shown, waiting, zone_names(numbers), base_url)

    @classmethod
    def of_new(cls, row: Row, decision: Decision, *, photos: int, base_url: str) -> Self:
        """The same of a report that came in this moment; nothing of it has been looked at yet. No SQL as a rule."""
        told = {name: getattr(decision, name) for name in ("reason_code", "reason_params", "zone_versions")}
        numbers = {*decision.zone_versions, *([row.district_id] if row.district_id else [])}
        return cls(Catalogue.current(), {row.pk: told}, {}, {row.thing_id: photos}, zone_names(numbers), base_url)


def features(reports: QuerySet[Report], *, base_url: str) -> list[dict[str, Any]]:
    """Features of all `reports`, in their order."""
    rows = Row.read(reports)
    beside = Beside.read(rows, base_url)
    return [feature(row, beside) for row in rows]


def feature(row: Row, beside: Beside) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry(row), "properties": properties(row, beside)}


def geometry(row: Row) -> dict[str, Any] | None:
    if row.lon is None or row.lat is None:
        return None
    return {"type": "Point", "coordinates": [round(row.lon, DECIMALS), round(row.lat, DECIMALS)]}


def properties(row: Row, beside: Beside) -> dict[str, Any]:
    """What everybody may read of a published report, in the reader's language."""
    catalogue, once = beside.catalogue, beside.once
    category = catalogue.category_by_id[row.category_id]
    office = catalogue.office_by_id[row.office_id]
    # The matter decides, also if it was corrected after somebody had released text and photos.
    may_show_text, may_show_photos = category.text_policy != NEVER, category.photo_policy != NEVER
    decision = beside.decisions.get(row.pk)
    district = beside.zones.get(row.district_id) if row.district_id else None
    zones = [zone for n in (decision["zone_versions"] if decision else ()) if (zone := beside.zones.get(n))]
    promise = (row.category_id, row.state, row.waiting, row.waiting_until)
    because = (
        decision and (decision["reason_code"], repr(decision["reason_params"])),
        office.pk,
        category.pk,
        district,
    )
    return {
        "public_id": row.public_id,
        "category": once(("category", category.pk), lambda: {"code": category.code, "name": category.name}),
        "state": row.state,
        "waiting": {"kind": row.waiting, "until": day(row.waiting_until)} if row.waiting else None,
        "office": once(("office", office.pk), lambda: told_office(office)),
        "reason": once(("reason", *map(str, because)), lambda: told_reason(decision, office, category, district)),
        "zones": [once(("zone", zone.layer, zone.code, zone.name), zone.told) for zone in zones],
        "district": once(("district", row.district_id), district.told_briefly) if district else None,
        "near_address": row.near_address or None,
        "asset": {"layer": row.asset_layer, "number": row.asset_number} if row.asset_number else None,
        "answers": public_answers(catalogue.asked(category), row.answers),
        "description": row.public_text or None if may_show_text and row.text_check == Check.SHOWN else None,
        "declined_reason": once(("declined", row.declined_reason_id), lambda: told_declined(row, catalogue)),
        "text_pending": row.has_text and row.text_check == Check.WAITING and may_show_text,
        "photos": [as_public(p, beside.base_url) for p in beside.shown.get(row.thing_id, ()) if may_show_photos],
        "photos_pending": beside.waiting.get(row.thing_id, 0) if may_show_photos else 0,
        "support_count": row.support_count,
        "created_at": minute(row.created_at),
        "updated_at": minute(row.updated_at),
        "expected": once(("expected", *promise), lambda: told_promise(row, category)),
        # Done means repaired: what was declined is finished, too, but was never done.
        "resolved_at": minute(row.resolved_at) if row.state == State.RESOLVED else None,
        "url": beside.base_url + once(("page",), lambda: reverse("report", args=[ANY])).replace(ANY, row.public_id),
    }


NEVER = Category.Policy.NEVER
ANY = "NUMBER"


def told_promise(row: Row, category: Category) -> str | None:
    return expected(category=category, state=row.state, waiting=row.waiting, waiting_until=row.waiting_until)


def told_declined(row: Row, catalogue: Catalogue) -> dict[str, str] | None:
    declined = next((d for d in catalogue.declined.values() if d.pk == row.declined_reason_id), None)
    return {"code": declined.code, "name": pick(declined.names)} if declined else None


def told_office(office: Office) -> dict[str, str]:
    return {"code": office.code, "name": office.name, "kind": office.kind}


def told_reason(
    decision: Mapping[str, Any] | None, office: Office, category: Category, district: ZoneName | None
) -> str:
    """The sentence of the newest decision."""
    if decision is None:
        return office.name
    return reasons.sentence(
        reason_code=decision["reason_code"],
        params=decision["reason_params"],
        office=office,
        category=category,
        district=district,  # type: ignore[arg-type]  # it has a name, which is all that is asked of it
    )


def minute(at: dt.datetime | None) -> str | None:
    """RFC 3339 in UTC, cut to the minute: who was seen sending at 12:03:17 must not be found by it."""
    return f"{at.astimezone(dt.UTC).isoformat()[:16]}:00Z" if at else None  # a third of the time of strftime


def day(at: dt.date | None) -> str | None:
    return at.isoformat() if at else None


def zone_names(numbers: Iterable[int]) -> dict[int, ZoneName]:
    """Names of zone versions by primary key, also of ended ones; remembered while the zones stay as they are."""
    known = remembered_zones(revisions.current().get("geo", 0))
    missing = set(numbers) - known.keys()
    if missing:
        rows = Zone.objects.filter(pk__in=missing).values_list("pk", "layer__key", "code", "name", "names")
        known.update({pk: ZoneName(*told) for pk, *told in rows})
    return known


@lru_cache(maxsize=2)
def remembered_zones(revision: int) -> dict[int, ZoneName]:
    """An empty table for each revision of the zones, filled by `zone_names`."""
    return {}
