"""Everything a clerk sees of one report: what came, what is public, why it lies here, what happened."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from geo.lookup import ZoneIndex
from geo.models import City
from mangel.answers import in_words
from mangel.catalogue import Catalogue
from mangel.desk.camera import disagreements
from mangel.desk.due import Due, report_due
from mangel.desk.queue import place_words
from mangel.models import Category, Decision, Entry, Office, Report
from mangel.permissions import desk_offices
from mangel.reasons import sentence
from mangel.states import FINISHED, REROUTABLE, State, Visibility
from mangel.views.maps import ground
from photos.models import Photo
from photos.states import Status
from pwa.translated import pick
from threads.states import Check

K = Entry.Kind


@dataclass(frozen=True)
class Picture:
    """A photo as the desk shows it: released or not."""

    photo: Photo
    small: str
    large: str
    alt: str
    hints: tuple[str, ...] = ()  # where the camera says otherwise than the report

    @property
    def is_waiting(self) -> bool:
        return self.photo.check_state == Check.WAITING


@dataclass(frozen=True)
class Line:
    """One entry of the timeline in words; `text` only where this reader may see it."""

    entry: Entry
    words: str
    who: str
    text: str
    state: str = ""
    erased: bool = False


@dataclass
class Sight:
    """One report on the desk."""

    report: Report
    category: Category
    office: Office
    in_charge: Office
    place: str
    due: Due | None
    react_due: Due | None
    affected: int
    pictures: list[Picture] = field(default_factory=list)
    pending_photos: int = 0
    broken_photos: int = 0
    answers: list[tuple[str, str]] = field(default_factory=list)
    decision: Decision | None = None
    reason: str = ""
    candidates: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    seen_seq: int = 0
    double: Report | None = None
    double_picture: Picture | None = None

    @property
    def state(self) -> State:
        return State(self.report.state)

    @property
    def is_open(self) -> bool:
        return self.state not in FINISHED

    @property
    def is_reroutable(self) -> bool:
        return self.state in REROUTABLE

    @property
    def is_private(self) -> bool:
        return self.report.visibility == Visibility.PRIVATE

    @property
    def text_is_never_public(self) -> bool:
        return self.category.text_policy == Category.Policy.NEVER

    @property
    def photos_are_never_public(self) -> bool:
        return self.category.photo_policy == Category.Policy.NEVER

    @property
    def waits(self) -> bool:
        """Whether a text or photo still wants a look."""
        return self.text_waits or any(p.is_waiting for p in self.pictures)

    @property
    def text_waits(self) -> bool:
        return bool(self.report.description) and self.report.text_check == Check.WAITING

    @property
    def group(self) -> str:
        return self.category.group.name


def look_at(report: Report, user: User, *, history: bool = True) -> Sight:
    """The whole sight, in a few SQL, whatever hangs on the report. The panel beside the queue needs no `history`."""
    catalogue, index, city = Catalogue.current(), ZoneIndex.current(), City.current()
    category, office = catalogue.category_by_id[report.category_id], catalogue.office_by_id[report.office_id]
    now = timezone.now()
    sight = Sight(
        report=report,
        category=category,
        office=office,
        in_charge=catalogue.in_charge(office),
        place=place_words(report, index),
        due=report_due(report, now, city.tz),
        react_due=None,
        affected=report.support_count + 1,
        answers=in_words(catalogue.asked(category), report.answers),
    )
    add_photos(sight)
    add_decision(sight, catalogue)
    if history:
        add_timeline(sight, user, catalogue)
    return sight


def add_photos(sight: Sight) -> None:
    """All photos, waiting ones too; and how many are not there yet or cannot be read."""
    for photo in Photo.objects.present().filter(thing=sight.report.thing_id).order_by("position", "pk"):
        if photo.status == Status.READY:
            hints = tuple(disagreements(sight.report, photo))
            sight.pictures.append(replace(picture(photo), hints=hints))
        elif photo.status == Status.FAILED:
            sight.broken_photos += 1
        else:
            sight.pending_photos += 1


def picture(photo: Photo) -> Picture:
    return Picture(photo=photo, small=photo.url(320, "webp"), large=photo.url(1280, "webp"), alt=photo.alt_text)


def add_decision(sight: Sight, catalogue: Catalogue) -> None:
    """Why it lies here: the newest decision, its sentence, who else was possible."""
    decision = Decision.objects.filter(report=sight.report).order_by("-seq").first()
    sight.decision = decision
    if decision is None:
        return
    sight.reason = sentence(
        reason_code=decision.reason_code, params=decision.reason_params, office=sight.office, category=sight.category
    )
    index = ZoneIndex.current()
    for candidate in decision.candidates:
        office = catalogue.offices.get(candidate.get("office", ""))
        sight.candidates.append(
            (office.name if office else candidate.get("office", ""), place_of(candidate, index, sight))
        )


def place_of(candidate: dict[str, str], index: ZoneIndex, sight: Sight) -> str:
    """The place that would have led to a candidate, in words."""
    code = candidate.get("place", "")
    for layer in sight.category.zone_layers:
        if zone := index.by_code(layer, code):
            return pick(zone.answer_label) or zone.name
    return _("in keiner dieser Zonen")


def add_timeline(sight: Sight, user: User, catalogue: Catalogue) -> None:
    """Every entry with who did it. What colleagues of another office noted for themselves stays with them."""
    entries = list(Entry.objects.filter(report=sight.report).select_related("written").order_by("-seq"))
    names = staff_names(entry.actor_id for entry in entries)
    mine = desk_offices(user)
    sight.seen_seq = entries[0].seq if entries else 0
    for entry in entries:
        office = catalogue.office_by_id.get(entry.office_id) if entry.office_id else None
        who = " · ".join(filter(None, [names.get(entry.actor_id or 0, ""), office.name if office else ""]))
        written = getattr(entry, "written", None)
        foreign_note = entry.kind == K.NOTED and not entry.public and entry.office_id not in mine
        sight.lines.append(
            Line(
                entry=entry,
                words=entry_words(entry, catalogue),
                who=who or str(Entry.Role(entry.actor_role).label),
                text="" if foreign_note or written is None else written.text,
                state=entry.new if entry.kind in (K.MOVED, K.RECEIVED) else "",
                erased=bool(written and written.erased_at),
            )
        )


def staff_names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of staff by number; who left the city is named so."""
    wanted = {pk for pk in user_ids if pk}
    if not wanted:
        return {}
    found = {u.pk: u.get_full_name() or u.get_username() for u in User.objects.filter(pk__in=wanted)}
    return {pk: found.get(pk, _("früheres Konto")) for pk in wanted}


def entry_words(entry: Entry, catalogue: Catalogue) -> str:
    """What happened, in a few words."""
    kind = entry.kind
    if kind in (K.MOVED, K.RECEIVED):
        return str(State(entry.new).label)
    if kind == K.DECIDED:
        office = catalogue.offices.get(entry.new)
        return _("Zuständig ist jetzt: %(office)s") % {"office": office.name if office else entry.new}
    if kind == K.RECATEGORISED:
        category = catalogue.categories.get(entry.new)
        return _("Kategorie ist jetzt: %(category)s") % {"category": category.name if category else entry.new}
    if kind == K.NOTED:
        return _("Nachricht, öffentlich") if entry.public else _("Notiz, nur intern")
    if kind == K.VISIBILITY:
        return _("Sichtbarkeit ist jetzt: %(visibility)s") % {"visibility": Visibility(entry.new).label}
    if kind == K.MERGED:
        return _("Zusammengelegt mit %(number)s") % {"number": entry.new}
    if kind == K.ABSORBED:
        return _("Meldung %(number)s aufgenommen") % {"number": entry.new}
    return str(K(kind).label)


def add_double(sight: Sight, user: User) -> None:
    """The report this one may repeat, with a photo to compare."""
    if not sight.report.possible_duplicate_of_id or not sight.is_open:
        return
    double = (
        Report.objects.visible_to(user)
        .select_related("category")
        .filter(pk=sight.report.possible_duplicate_of_id)
        .first()
    )
    if double is None or double.merged_into_id:
        return
    sight.double = double
    photo = (
        Photo.objects.ready()
        .filter(thing=double.thing_id)
        .exclude(check_state=Check.WITHHELD)
        .order_by("position")
        .first()
    )
    sight.double_picture = picture(photo) if photo else None


def map_of(report: Report) -> dict[str, Any]:
    """The small map with the report's pin (none is drawn without a place), and the zones that decide."""
    drawn = ground() | {"label": _("Karte mit der Stelle der Meldung; Nadel mit den Pfeiltasten verschieben")}
    if report.point is None:
        return drawn
    here = [report.point.x, report.point.y]
    return drawn | {"pin": {"lon": here[0], "lat": here[1], "state": report.state}, "centre": here, "zoom": 16}
