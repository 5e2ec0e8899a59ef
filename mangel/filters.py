"""Which reports somebody looks at: one object for list, page, tile and export, read from the URL (DESIGN 3).

No state, no time and no words asked for: open reports and those finished in the last 30 days (`fresh`).
Any of them given: reports of all time that match.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import CharField, Lookup, Q, TextField
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from geo import parameters
from mangel.catalogue import Catalogue
from mangel.models import Category
from mangel.querysets import ReportQuerySet
from mangel.states import State
from pwa.errors import DomainError, DomainErrors
from threads.numbers import is_number, parse
from threads.states import Check

PARAMETERS = ("bbox", "category", "state", "district", "since", "until", "q")
MANY_MAX = 100
VALUE_MAX = 200
# Three letters are what the trigram indexes need; fewer would read every report there is.
WORDS_MIN = 3
MERCATOR_LAT = 85.06
CODE = re.compile(r"[A-Za-z0-9_.:/ -]{1,80}")

Box = tuple[float, float, float, float]


@CharField.register_lookup
@TextField.register_lookup
class HasWords(Lookup):
    """`column ILIKE '%words%'`: unlike `icontains`, which compares upper case, it finds the trigram index."""

    lookup_name = "has_words"

    def get_prep_lookup(self) -> str:
        escaped = re.sub(r"([\\%_])", r"\\\1", self.rhs)
        return f"%{escaped}%"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, column_params = self.process_lhs(compiler, connection)
        return f"{column} ILIKE %s", [*column_params, self.rhs]


class BadFilter(DomainError):
    """A filter that cannot be read."""

    status = 400
    code = "bad_parameter"


class BadFilters(DomainErrors):
    """All that could not be read, at once."""

    status = 400
    code = "bad_parameter"


@dataclass(frozen=True, slots=True)
class Moment:
    """A month, a day or a minute: as it was written, and its first instant and the one after its last (UTC)."""

    text: str
    start: dt.datetime
    end: dt.datetime

    @property
    def month(self) -> dt.date:
        """The month of its beginning in city time, by its first day: the clock of the tiles."""
        return timezone.localtime(self.start).date().replace(day=1)

    @property
    def last_month(self) -> dt.date:
        """The month of its end in city time, by its first day."""
        return timezone.localtime(self.end - dt.timedelta(minutes=1)).date().replace(day=1)


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What is asked for; empty means everything. `categories`: codes of leaves or groups. `bbox`: west, south, east,
    north in degrees. `notes`: what was dropped while reading a page's URL, for the reader."""

    bbox: Box | None = None
    categories: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    since: Moment | None = None
    until: Moment | None = None
    q: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def parse(
        cls, data: QueryDict, *, strict: bool = True, beside: Iterable[str] = (), without: Iterable[str] = ()
    ) -> Self:
        """Read a query string. `beside`: names of parameters that others read ("cursor", "limit"); `without`: those of
        ours that are unknown here.

        `strict`: raises BadFilters (400) naming every parameter that cannot be read. Otherwise (pages) bad values
        are dropped and told in `notes`; names nobody knows are passed over in silence, for links get decorated.
        """
        reader = _Reader(data)
        if strict:
            reader.refuse_unknown({*PARAMETERS, *beside} - {*without})
        found = cls(
            bbox=reader.one("bbox", read_bbox),
            categories=reader.many("category", read_category),
            states=reader.many("state", read_state),
            districts=reader.many("district", read_district),
            since=reader.one("since", read_moment),
            until=reader.one("until", read_moment),
            q=reader.one("q", read_words) or "",
            notes=tuple(str(error) for error in reader.errors),
        )
        if found.since and found.until and found.since.start >= found.until.end:
            reader.errors.append(BadFilter(_("„Bis“ liegt vor „von“. Bitte die Zeiten prüfen."), field="until"))
            found = cls(**found._values() | {"until": None, "notes": tuple(str(error) for error in reader.errors)})
        if strict and reader.errors:
            raise BadFilters(reader.errors)
        return found

    @property
    def is_default(self) -> bool:
        """Whether the default view is meant: open, or finished in the last 30 days."""
        return not (self.states or self.since or self.until or self.q)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was asked for."""
        return self.is_default and not (self.categories or self.districts or self.bbox)

    def apply(self, reports: ReportQuerySet) -> ReportQuerySet:
        """Narrow down `reports` (start from `Report.objects.published()`); order is left to the caller."""
        if self.is_default:
            reports = reports.filter(fresh=True)
        if self.bbox:
            reports = reports.in_bbox(clipped(self.bbox))
        if self.categories:
            reports = reports.filter(category_id__in=leaf_ids(self.categories))
        if self.states:
            reports = reports.filter(state__in=self.states)
        if self.districts:
            reports = reports.filter(district_code__in=self.districts)
        if self.since:
            reports = reports.filter(created_at__gte=self.since.start)
        if self.until:
            reports = reports.filter(created_at__lt=self.until.end)
        return reports.filter(matching(self.q)) if self.q else reports

    def query(self, **changes: Any) -> str:
        """The canonical query string, without "?": same filter, same string. `changes`: fields to put differently,
        for links such as `filter.query(states=())`."""
        return urlencode([pair for name in PARAMETERS for pair in self._pairs(name, self._values() | changes)])

    def by_month(self) -> Self:
        """The same filter as tiles know it: no bbox, and times widened to whole months."""
        since = read_moment(f"{self.since.month:%Y-%m}") if self.since else None
        until = read_moment(f"{self.until.last_month:%Y-%m}") if self.until else None
        return replace(self, bbox=None, since=since, until=until)

    def tile_query(self) -> str:
        """The query string for tile URLs."""
        return self.by_month().query()

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if name != "notes"}

    @staticmethod
    def _pairs(name: str, values: dict[str, Any]) -> list[tuple[str, str]]:
        value = values[{"category": "categories", "state": "states", "district": "districts"}.get(name, name)]
        if not value:
            return []
        if name == "bbox":
            return [(name, ",".join(f"{degree:g}" if degree == int(degree) else repr(degree) for degree in value))]
        if isinstance(value, Moment):
            return [(name, value.text)]
        return [(name, value)] if isinstance(value, str) else [(name, item) for item in sorted(set(value))]


class _Reader:
    """Reads values one by one and collects the refusals."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data
        self.errors: list[DomainError] = []

    def refuse_unknown(self, known: Iterable[str]) -> None:
        known = set(known)
        for name in self.data:
            if name not in known:
                self.errors.append(
                    BadFilter(
                        _("Diesen Parameter gibt es nicht. Möglich sind: %(names)s.")
                        % {"names": ", ".join(sorted(known))},
                        field=printable(name),
                        code="unknown_parameter",
                    )
                )

    def one(self, name: str, read: Any) -> Any:
        """The value of a parameter that may be given once; empty means not given."""
        values = [value for value in self.data.getlist(name) if value.strip()]
        if len(values) > 1:
            self.errors.append(BadFilter(_("Bitte nur einmal angeben."), field=name))
            return None
        return self._attempt(name, read, values[0]) if values else None

    def many(self, name: str, read: Any) -> tuple[str, ...]:
        """The values of a repeatable parameter, each once, sorted."""
        values = [value for value in self.data.getlist(name) if value.strip()]
        if len(values) > MANY_MAX:
            self.errors.append(BadFilter(_("Bitte höchstens %(n)s Werte.") % {"n": MANY_MAX}, field=name))
            return ()
        return tuple(sorted({found for value in values if (found := self._attempt(name, read, value)) is not None}))

    def _attempt(self, name: str, read: Any, value: str) -> Any:
        try:
            if len(value) > VALUE_MAX or "\x00" in value:
                raise BadFilter(_("Dieser Wert ist zu lang oder enthält ein unzulässiges Zeichen."))
            return read(value.strip())
        except DomainError as error:
            error.field = name
            self.errors.append(error)
            return None


def printable(text: str) -> str:
    """What somebody sent, fit to be said back to them."""
    return "".join(c if c.isprintable() else "?" for c in text[:60])


def read_bbox(text: str) -> Box:
    """west,south,east,north in degrees. Raises DomainError."""
    try:
        return parameters.bbox(text)
    except DomainError as error:
        raise BadFilter(error.message) from error


def clipped(box: Box) -> Box:
    """The part of a box that Web Mercator can show: the poles are infinitely far away there."""
    west, south, east, north = box
    return west, max(-MERCATOR_LAT, min(south, MERCATOR_LAT)), east, max(-MERCATOR_LAT, min(north, MERCATOR_LAT))


def read_category(text: str) -> str:
    """Code of a leaf or a group; also one that is not offered any more, for its reports are still there."""
    if text not in Catalogue.current().categories:
        raise BadFilter(_("Diese Kategorie gibt es nicht. Die Liste steht unter /api/v1/categories/."))
    return text


def read_state(text: str) -> str:
    if text not in State.values:
        raise BadFilter(_("Diesen Stand gibt es nicht. Möglich: %(states)s.") % {"states": ", ".join(State.values)})
    return text


def read_district(text: str) -> str:
    """Code of a zone of the layer `district`. One nobody knows finds nothing: districts come and go."""
    if not all(c.isprintable() for c in text) or len(text) > 80:
        raise BadFilter(_("Dieser Ortsteil ist nicht lesbar. Die Liste steht unter /api/v1/zones/?layer=district."))
    return text


def read_moment(text: str) -> Moment:
    """A month (2026-03), a day (2026-03-14) or a time (RFC 3339), without offset in city time. Times count by the
    minute, as published times do: otherwise a search could find out the second. Raises BadFilter."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            first = dt.date.fromisoformat(f"{text}-01")
            after = (first + dt.timedelta(days=31)).replace(day=1)
            return Moment(text, midnight(first), midnight(after))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = dt.date.fromisoformat(text)
            return Moment(text, midnight(day), midnight(day + dt.timedelta(days=1)))
        # In a query string "+" means a blank; nobody writes one before an offset.
        instant = parse_datetime(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
        if instant is None or not 1900 <= instant.year <= 9000:
            raise ValueError(text)
        if timezone.is_naive(instant):
            instant = timezone.make_aware(instant)
        minute = instant.astimezone(dt.UTC).replace(second=0, microsecond=0)
        return Moment(f"{minute:%Y-%m-%dT%H:%MZ}", minute, minute + dt.timedelta(minutes=1))
    except (ValueError, OverflowError) as error:
        raise BadFilter(
            _("Bitte als Monat, Tag oder Zeit angeben, zum Beispiel 2026-03, 2026-03-14, 2026-03-14T08:00Z.")
        ) from error


def midnight(day: dt.date) -> dt.datetime:
    """The first instant of a day in city time. Raises ValueError for years nobody reports from."""
    if not 1900 <= day.year <= 9000:
        raise ValueError(day)
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def read_words(text: str) -> str:
    """What is searched for, in one line."""
    words = " ".join(text.split())
    if len(words) < WORDS_MIN:
        raise BadFilter(_("Bitte mindestens %(n)s Zeichen eingeben.") % {"n": WORDS_MIN})
    if not words.isprintable():
        raise BadFilter(_("Dieser Text enthält ein unzulässiges Zeichen."))
    return words


def leaf_ids(codes: Iterable[str]) -> list[int]:
    """Primary keys of the leaves that are named or lie in a named group, active or not."""
    known = Catalogue.current().categories
    named = {known[code].pk for code in codes if code in known}
    return sorted(c.pk for c in known.values() if c.pk in named or c.parent_id in named)


def matching(words: str) -> Q:
    """Reports whose number, released text, near address or category has the words."""
    if is_number(parse(words)):
        return Q(public_id=parse(words))
    known = Catalogue.current().categories.values()
    found = Q(public_text__has_words=words, text_check=Check.SHOWN)
    if silent := [c.pk for c in known if c.text_policy == Category.Policy.NEVER]:
        found &= ~Q(category_id__in=silent)
    found |= Q(near_address__has_words=words)
    categories = [c.pk for c in known if c.parent_id and is_about(c, words)]
    return found | Q(category_id__in=categories) if categories else found


def is_about(category: Category, words: str) -> bool:
    """Whether a category's name or one of its synonyms, in any language, begins a word with what is searched."""
    names = [*category.names.values(), *(s for many in category.synonyms.values() for s in many)]
    return any(f" {words.casefold()}" in f" {name.casefold()}" for name in names)
