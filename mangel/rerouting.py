"""Who is responsible now: new Decisions by hand, by a moved pin, by another matter, by an owner outside."""

from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geo.lookup import ZoneIndex
from mangel import events, routing, timeline
from mangel.answers import is_hazard, is_private, read_answers
from mangel.catalogue import Catalogue
from mangel.intake import record_decision
from mangel.models import Category, Decision, Entry, Office, Report
from mangel.places import near_words
from mangel.states import REROUTABLE, IllegalTransition, NoteRequired, State, Visibility, find_move
from mangel.timeline import Actor
from mangel.workflow import WORK, apply_move, lock, require, touch
from photos import release as photo_release
from pwa.errors import DomainError, DomainErrors


@transaction.atomic
def reroute(*, report: Report, office: Office, user: User, why: str, seen_seq: int | None = None) -> Report:
    """Umleiten: a new Decision by hand, with why. Out of accepted, in progress or forwarded it is received again."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    if not why.strip():
        raise NoteRequired(_("Bitte kurz sagen, warum diese Stelle zuständig ist."), field="why")
    check_reroutable(report)
    if office.pk == report.office_id:
        raise DomainError(_("Diese Stelle ist schon zuständig. Bitte eine andere wählen."), field="office")
    decide_by_hand(report, office, actor, why.strip())
    came_back(report, actor)
    return report


def check_reroutable(report: Report) -> None:
    if State(report.state) not in REROUTABLE:
        raise IllegalTransition(_("Diese Meldung ist abgeschlossen. Bitte zuerst wieder öffnen."), field="state")


def decide_by_hand(report: Report, office: Office, actor: Actor, why: str) -> Decision:
    if not office.active:
        raise DomainError(_("Diese Stelle ist nicht mehr aktiv. Bitte eine andere wählen."), field="office")
    newest = report.decisions.order_by("-seq").first()
    decision = Decision.objects.create(
        report=report,
        seq=(newest.seq if newest else 0) + 1,
        office=office,
        reason_code="by_hand",
        zone_versions=newest.zone_versions if newest else [],
        made_by=Decision.MadeBy.USER,
        user_id_plain=actor.user_id,
        why=why,
    )
    change_office(report, office, actor)
    return decision


def change_office(report: Report, office: Office, actor: Actor) -> None:
    """The report's office is the newest decision's; the timeline says from whom to whom."""
    old = report.office
    report.office = office
    entry = timeline.add(report=report, kind=Entry.Kind.DECIDED, actor=actor, old=old.code, new=office.code)
    touch(report, "office")
    events.report_news.send(sender=Report, kind=events.DECIDED, report=report, entry=entry)


def came_back(report: Report, actor: Actor) -> None:
    """A new office starts anew: the move to received follows in the same transaction."""
    if State(report.state) != State.RECEIVED:
        apply_move(report, State.RECEIVED, actor)


def decide_again(report: Report, actor: Actor, *, accuracy_m: float | None = None) -> None:
    """A new system Decision after place or matter changed."""
    newest = report.decisions.order_by("-seq").first()
    lon, lat = (report.point.x, report.point.y) if report.point else (None, None)
    decided = routing.decide(category=report.category, lon=lon, lat=lat, accuracy_m=accuracy_m, answers=report.answers)
    record_decision(report, decided, seq=(newest.seq if newest else 0) + 1)
    if decided.office.pk != report.office_id:
        change_office(report, decided.office, actor)
        came_back(report, actor)


@transaction.atomic
def relocate(*, report: Report, lon: float, lat: float, user: User, seen_seq: int | None = None) -> Report:
    """Move the pin (WGS 84 degrees): the place is certain now, and decides again."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    check_reroutable(report)
    zones = ZoneIndex.current().at(lon, lat)
    if not zones.in_service_area:
        raise DomainError(
            _("Dieser Ort liegt weit außerhalb des Stadtgebiets. Bitte die Nadel neu setzen."), field="lon"
        )
    report.point = Point(lon, lat, srid=4326)
    report.accuracy_m = None
    report.near_address = near_words(lon, lat)
    report.district_id = zones.district.id if zones.district else None
    report.district_code = zones.district.code if zones.district else ""
    report.place_source = Report.PlaceSource.MAP
    report.answers = {code: value for code, value in report.answers.items() if code != "place"}
    timeline.add(report=report, kind=Entry.Kind.RELOCATED, actor=actor)
    touch(report, "point", "accuracy_m", "near_address", "district", "district_code", "place_source", "answers")
    decide_again(report, actor)
    return report


@transaction.atomic
def recategorise(
    *,
    report: Report,
    category: Category,
    user: User,
    answers: dict[str, Any] | None = None,
    seen_seq: int | None = None,
) -> Report:
    """Change the matter: answers that the new category does not ask fall away, and the rules decide again."""
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    check_reroutable(report)
    if not category.active or category.parent_id is None:
        raise DomainError(_("Diese Kategorie gibt es nicht mehr. Bitte eine andere wählen."), field="category")
    catalogue = Catalogue.current()
    asked = {q.code for q in catalogue.asked(category)} | {"place"}
    kept = {code: value for code, value in (answers or report.answers).items() if code in asked}
    clean, errors = read_answers(catalogue.asked(category), kept)
    if errors and answers is not None:
        raise DomainErrors(errors)
    old = report.category
    closes = is_private(category, catalogue.asked(category), clean) and (
        category.privacy == Category.Privacy.NEVER_PUBLIC
        # What was private before and is public now, somebody of the staff has opened.
        or not is_private(old, catalogue.asked(old), report.answers)
    )
    report.category, report.answers = category, clean
    report.hazard = report.hazard or is_hazard(category, catalogue.asked(category), clean)
    if closes and report.visibility == Visibility.PUBLIC:
        report.visibility = Visibility.PRIVATE
        timeline.add(report=report, kind=Entry.Kind.VISIBILITY, actor=actor, public=False, old="public", new="private")
        photo_release.renew(report.thing)
    timeline.add(report=report, kind=Entry.Kind.RECATEGORISED, actor=actor, old=old.code, new=category.code)
    touch(report, "category", "answers", "hazard", "visibility")
    decide_again(report, actor)
    return report


@transaction.atomic
def forward(
    *,
    report: Report,
    user: User,
    office: Office | None = None,
    note: str = "",
    why: str = "",
    seen_seq: int | None = None,
) -> Report:
    """Weiterleiten to an owner outside: recorded here; sending by mail or Open311 comes with its channel.

    `office`: another owner than the one decided (a new Decision by hand, with why).
    """
    report = lock(report, seen_seq=seen_seq)
    actor = require(user, WORK, report)
    find_move(State(report.state), State.FORWARDED)
    if office and office.pk != report.office_id:
        if not why.strip():
            raise NoteRequired(_("Bitte kurz sagen, warum diese Stelle zuständig ist."), field="why")
        if not office.is_outside:
            raise IllegalTransition(
                _("Weitergeleitet wird nur an Stellen außerhalb der Stadt. Bitte „Umleiten“ nehmen."), field="office"
            )
        decide_by_hand(report, office, actor, why.strip())
    elif report.state == State.FORWARDED:
        raise IllegalTransition(_("Diese Meldung liegt schon bei dieser Stelle."), field="office")
    if not report.office.is_outside:
        raise IllegalTransition(
            _("Weitergeleitet wird nur an Stellen außerhalb der Stadt. Bitte zuerst umleiten."), field="office"
        )
    # The right was checked before the new decision: with it the report may have left this desk.
    apply_move(report, State.FORWARDED, actor, note.strip())
    return report
