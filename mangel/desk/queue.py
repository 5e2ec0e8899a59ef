"""The queue: what lies on my desk, in views with counts, by due. At most ten SQL, however much lies there."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from geo.lookup import ZoneIndex
from mangel.catalogue import Catalogue
from mangel.desk.due import DUE, Due, report_due
from mangel.models import Category, Report
from mangel.states import FINISHED, OPEN, State
from photos.models import Photo
from threads.numbers import parse

PAGE = 50
COUNTED_AT_MOST = 1000
SEARCH_MAX = 100


@dataclass(frozen=True)
class View:
    """One chip above the list."""

    key: str
    name: Any
    empty: Any
    states: frozenset[State]


VIEWS = {
    view.key: view
    for view in (
        View("faellig", _("Fällig"), _("Bis heute Abend ist nichts fällig."), frozenset(OPEN)),
        View("sichten", _("Sichten"), _("Alles gesichtet."), frozenset({State.RECEIVED})),
        View(
            "in-arbeit",
            _("In Arbeit"),
            _("Gerade ist nichts in Arbeit."),
            frozenset({State.ACCEPTED, State.IN_PROGRESS}),
        ),
        View("weitergeleitet", _("Weitergeleitet"), _("Nichts liegt bei anderen."), frozenset({State.FORWARDED})),
        View("abgeschlossen", _("Abgeschlossen"), _("Noch nichts abgeschlossen."), FINISHED),
    )
}


@dataclass(frozen=True)
class Filter:
    """What the address says: view, category or group, district, words, page."""

    view: View
    category: str = ""
    district: str = ""
    q: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filter":
        """Anything unreadable falls back to its default: a mistyped address still shows the desk."""
        page = query.get("seite", "")
        return cls(
            view=VIEWS.get(query.get("ansicht", ""), VIEWS["faellig"]),
            category=query.get("kategorie", "").replace("\x00", "")[:24],
            district=query.get("ortsteil", "").replace("\x00", "")[:80],
            q=query.get("q", "").replace("\x00", "").strip()[:SEARCH_MAX],
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) <= 4 else 1,
        )

    @property
    def narrows(self) -> bool:
        return bool(self.category or self.district or self.q)

    @property
    def number(self) -> str:
        """The nine digits somebody typed into search, or empty."""
        digits = parse(self.q)
        return digits if len(digits) == 9 and digits.isascii() and digits.isdigit() else ""

    @property
    def here(self) -> str:
        """This very page of the list."""
        return self.address(seite=self.page if self.page > 1 else None)

    @property
    def without_filter(self) -> str:
        """The view, all of it."""
        return self.address(kategorie=None, ortsteil=None, q=None)

    def address(self, **changes: Any) -> str:
        """The query string of this filter with something changed; `None` leaves a key out."""
        params = {"ansicht": self.view.key, "kategorie": self.category, "ortsteil": self.district, "q": self.q}
        return "?" + urlencode({k: v for k, v in (params | changes).items() if v})


@dataclass(frozen=True)
class Row:
    """One report in the list."""

    report: Report
    category: Category
    place: str
    due: Due | None
    affected: int
    is_new_photo: bool


def new_photos() -> Exists:
    """Photos that nobody has looked at yet."""
    return Exists(Photo.objects.waiting().filter(thing=OuterRef("thing")))


def to_look_at() -> Q | Any:
    """Received, or with photos that came later and wait."""
    return Q(state=State.RECEIVED) | Q(new_photos(), state__in=OPEN)


def of_view(reports: QuerySet[Report], view: View, *, today_ends: dt.datetime) -> QuerySet[Report]:
    """The reports behind a chip."""
    if view.key == "faellig":
        return reports.filter(due_until(today_ends))
    if view.key == "sichten":
        return reports.filter(to_look_at())
    return reports.filter(state__in=view.states)


def due_until(moment: dt.datetime) -> Q:
    """Ours to act on by `moment`: overdue too; what lies with others is not."""
    received = Q(state=State.RECEIVED) & (
        Q(react_due_at__lt=moment) | Q(react_due_at__isnull=True, done_due_at__lt=moment) | Q(hazard=True)
    )
    working = Q(state__in=[State.ACCEPTED, State.IN_PROGRESS]) & (Q(done_due_at__lt=moment) | Q(hazard=True))
    return received | working


def narrowed(reports: QuerySet[Report], wanted: Filter, catalogue: Catalogue) -> QuerySet[Report]:
    """By category (a group means all its leaves), district, words."""
    if wanted.category:
        chosen = catalogue.categories.get(wanted.category)
        leaves = [c.pk for c in catalogue.category_by_id.values() if chosen and chosen.pk in (c.pk, c.parent_id)]
        reports = reports.filter(category__in=leaves)
    if wanted.district:
        reports = reports.filter(district_code=wanted.district)
    if wanted.q:
        words = Q(description__icontains=wanted.q) | Q(public_text__icontains=wanted.q)
        places = (
            Q(near_address__icontains=wanted.q) | Q(address__icontains=wanted.q) | Q(place_hint__icontains=wanted.q)
        )
        reports = reports.filter(words | places)
    return reports


def ordered(reports: QuerySet[Report], view: View) -> QuerySet[Report]:
    """Hazards first, then by due; what is finished, the newest first. `pk`: pages must not shuffle."""
    if view.key == "abgeschlossen":
        return reports.order_by("-resolved_at", "pk")
    return reports.annotate(due=DUE).order_by("-hazard", F("due").asc(nulls_last=True), "created_at", "pk")


def counts(reports: QuerySet[Report], *, today_ends: dt.datetime) -> dict[str, int]:
    """How much lies behind each chip of what is open: one SQL."""
    return reports.filter(state__in=OPEN).aggregate(
        **{
            "faellig": Count("pk", filter=due_until(today_ends)),
            "sichten": Count("pk", filter=to_look_at()),
            "in-arbeit": Count("pk", filter=Q(state__in=VIEWS["in-arbeit"].states)),
            "weitergeleitet": Count("pk", filter=Q(state=State.FORWARDED)),
        }
    )


def capped_count(reports: QuerySet[Report]) -> int:
    """At most COUNTED_AT_MOST: nobody needs to know whether it is 40,000 or 41,000."""
    return reports.order_by()[:COUNTED_AT_MOST].count()


def place_words(report: Report, index: ZoneIndex) -> str:
    """Where it is, for staff: near address, else as typed, else the district."""
    district = index.by_code("district", report.district_code) if report.district_code else None
    return report.near_address or report.address or report.place_hint or (district.name if district else "")


def rows(reports: list[Report], *, now: dt.datetime, tz: ZoneInfo, catalogue: Catalogue, index: ZoneIndex) -> list[Row]:
    """Reports as the table shows them, without a query a row."""
    return [
        Row(
            report=report,
            category=catalogue.category_by_id[report.category_id],
            place=place_words(report, index),
            due=report_due(report, now, tz),
            affected=report.support_count + 1,
            is_new_photo=getattr(report, "is_new_photo", False) and report.state != State.RECEIVED,
        )
        for report in reports
    ]


def end_of_today(now: dt.datetime, tz: ZoneInfo) -> dt.datetime:
    """Midnight tonight in city time."""
    tomorrow = now.astimezone(tz).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=tz)
