"""The way of a report into the house: one transaction, exactly once (DESIGN 3, 5.6; GOALS R1–R3)."""

import datetime as dt
import hashlib
import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from geo import revisions
from geo.models import City
from mangel import doubles, events, routing, targets, timeline, tracking
from mangel.answers import is_hazard, is_private
from mangel.catalogue import Catalogue
from mangel.drafts import Draft
from mangel.hazards import CALM, names_danger
from mangel.inserting import insert
from mangel.models import Decision, Entry, Report, Submission
from mangel.places import near_words
from mangel.states import State, Visibility
from photos import uploads
from pwa.errors import DomainError
from pwa.prepared import prepared
from threads.models import Thing
from threads.services import new_thing
from threads.states import Kind

KEY_MAX = 128
FIRST = 1


class StillRunning(DomainError):
    """The same key is being worked on right now; the client waits and asks again."""

    status = 409
    code = "still_running"
    retry_after_s = 1


class KeyReused(DomainError):
    """The same key with other content: a client's mistake that must not become a second report."""

    code = "key_reused"


class BadKey(DomainError):
    code = "bad_key"


@dataclass(frozen=True)
class Submitted:
    """What became of a submission. `created` is False for a replay, which leaves `decision` to be read."""

    report: Report
    created: bool
    decision: Decision | None = None

    @property
    def tracking_code(self) -> str:
        return tracking.code_for(
            self.report.public_id, kid=self.report.tracking_kid, version=self.report.tracking_version
        )


def submit(draft: Draft, *, key: str) -> Submitted:
    """Take a report in: decide the office, write report, decision, photos, timeline, key; announce. One commit.

    The same `key` with the same content gives the same report again, for at least 30 days. Raises StillRunning
    (another request holds the key), KeyReused (same key, other content), BadKey, StorageFull (disk; nothing
    was written).
    """
    check_key(key)
    fingerprint = fingerprint_of(draft)
    # The files go again if the transaction fails: the stack is left after it.
    with revisions.held(), ExitStack() as files, transaction.atomic():
        if known := lock_key(key):
            return replay(*known, fingerprint)
        stored = []
        for file, found, alt in draft.photos:
            photo = uploads.store(file, found)
            files.enter_context(uploads.kept(photo))
            stored.append((photo, alt))
        report, decision = create_report(draft, stored)
        try:
            insert(Submission(key=key, fingerprint=fingerprint, report=report))
        except IntegrityError as error:  # the first one committed between our look at the table and our lock
            raise still_running() from error
        return Submitted(report=report, created=True, decision=decision)


def check_key(key: str) -> None:
    if not 8 <= len(key) <= KEY_MAX or not key.isascii() or not key.isprintable():
        raise BadKey(
            _("Bitte einen Schlüssel von 8 bis 128 Zeichen mitsenden, zum Beispiel eine UUID."), field="Idempotency-Key"
        )


def lock_key(key: str) -> tuple[str, int] | None:
    """Lock a key and look it up, in one statement: (fingerprint, report id) of what came with it before.

    One request per key at a time; the lock ends with the transaction, so none outlives a crash. Raises StillRunning.
    """
    with prepared() as cursor:
        cursor.execute(LOCK_AND_LOOK, {"lock": f"submission:{key}", "key": key})
        locked, fingerprint, report_id = cursor.fetchone()
    if not locked:
        raise still_running()
    return (fingerprint, report_id) if report_id else None


LOCK_AND_LOOK = """
SELECT taken.locked, known.fingerprint, known.report_id
  FROM (SELECT pg_try_advisory_xact_lock(hashtextextended(%(lock)s, 0)) AS locked) taken
  LEFT JOIN mangel_submission known ON known.key = %(key)s
"""


def still_running() -> StillRunning:
    return StillRunning(_("Ihre Meldung wird gerade aufgenommen. Bitte einen Augenblick warten."))


def replay(kept: str, report_id: int, fingerprint: str) -> Submitted:
    """The answer of the first time. `kept`: the fingerprint that came with the key then."""
    if kept != fingerprint:
        raise KeyReused(
            _("Unter diesem Schlüssel ist schon eine andere Meldung angekommen. Bitte mit neuem Schlüssel senden."),
            field="Idempotency-Key",
        )
    return Submitted(report=Report.objects.get(pk=report_id), created=False)


def fingerprint_of(draft: Draft) -> str:
    """SHA-256 over the normalised fields and the photos' checksums."""
    content = {
        "category": draft.category.code,
        "place": [draft.lon, draft.lat, draft.accuracy_m, draft.place_source, draft.place_hint, draft.address],
        "asset": draft.asset.pk if draft.asset else None,
        "description": draft.description,
        "answers": draft.answers,
        "photos": [found.sha256 for _file, found, _alt in draft.photos] + draft.photos_expected,
        "contact": [draft.name, draft.email, draft.phone],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def create_report(draft: Draft, stored: list[Any]) -> tuple[Report, Decision]:
    """All rows of a new report, inside the caller's transaction."""
    decided = routing.decide(
        category=draft.category, lon=draft.lon, lat=draft.lat, accuracy_m=draft.accuracy_m, answers=draft.answers
    )
    thing = new_thing(Kind.REPORT)
    report = report_row(draft, decided, thing=thing, at=timezone.now())
    report.near_address = near_words(draft.lon, draft.lat)
    report.possible_duplicate_of_id = doubles.first_like_this(
        category=draft.category,
        point=draft.point,
        accuracy_m=draft.accuracy_m,
        asset_id=draft.asset.pk if draft.asset else None,
    )
    report.contact = contact_of(draft)
    insert(report)
    decision = record_decision(report, decided, seq=FIRST)
    for position, (photo, alt) in enumerate(stored):
        uploads.add(thing=thing, stored=photo, role="before", source="reporter", alt_text=alt, position=position)
    if draft.photos_expected:
        uploads.expect(
            thing=thing,
            sha256s=draft.photos_expected,
            alt_texts=draft.expected_alts,
            first_position=len(stored),
        )
    entry = timeline.add(
        report=report,
        kind=Entry.Kind.RECEIVED,
        actor=timeline.REPORTER,
        new=State.RECEIVED,
        seq=FIRST,
        at=report.created_at,
    )
    events.report_news.send(sender=Report, kind=events.SUBMITTED, report=report, entry=entry)
    return report, decision


def report_row(draft: Draft, decided: routing.Outcome, *, thing: Thing, at: dt.datetime) -> Report:
    """What the rules make of a draft received at `at`, not saved yet. A bulk import writes many of them at once."""
    questions = Catalogue.current().asked(draft.category)
    hazard = is_hazard(draft.category, questions, draft.answers) or (
        # A word is weaker than an answer: who says that there is no danger is believed.
        draft.danger != CALM and names_danger(draft.description, Catalogue.current().hazard_words)
    )
    react_due, done_due = targets.due_dates(draft.category, hazard=hazard, received_at=at, city=City.current())
    private = is_private(draft.category, questions, draft.answers)
    district = decided.zones.district if decided.zones else None
    return Report(
        thing=thing,
        public_id=thing.public_id,
        category=draft.category,
        description=draft.description,
        place_hint=draft.place_hint,
        answers=draft.answers,
        language=draft.language,
        point=draft.point,
        accuracy_m=draft.accuracy_m,
        place_source=draft.place_source,
        address=draft.address,
        asset=draft.asset,
        district_id=district.id if district else None,
        district_code=district.code if district else "",
        office=decided.office,
        visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
        hazard=hazard,
        created_at=at,
        updated_at=at,
        react_due_at=react_due,
        done_due_at=done_due,
        channel=draft.channel,
        tracking_kid=tracking.newest_kid(),
    )


def record_decision(report: Report, decided: routing.Outcome, *, seq: int) -> Decision:
    """Keep what the rules said, with the rule as it was."""
    return insert(decision_row(report, decided, seq=seq))


def decision_row(report: Report, decided: routing.Outcome, *, seq: int) -> Decision:
    """A decision of the rules, not saved yet."""
    return Decision(
        report=report,
        seq=seq,
        office=decided.office,
        rule_id_plain=decided.rule.pk if decided.rule else None,
        rule_snapshot=decided.rule.snapshot() if decided.rule else {},
        zone_versions=[hit.id for hit in decided.zones] if decided.zones else [],
        reason_code=decided.reason_code,
        reason_params=decided.reason_params,
        candidates=decided.candidates,
    )


def contact_of(draft: Draft) -> Contact | None:
    """A contact where a foreign client sent one; nothing is sent to it before it is confirmed."""
    if not (draft.email or draft.phone):
        return None
    return Contact.objects.create(
        purpose="report",
        channel=Contact.Channel.MAIL if draft.email else Contact.Channel.CALL,
        mail=draft.email,
        phone=draft.phone,
        name=draft.name,
        language=draft.language,
    )
