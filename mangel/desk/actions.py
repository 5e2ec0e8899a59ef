"""What can be done at the desk, as one table: address, form, service. Adding an action is adding a row."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mangel import merging, repair, rerouting, workflow
from mangel.desk import forms
from mangel.models import Entry, Report
from mangel.states import State

# Two clicks of one hand arrive within this time; the second one changes nothing.
DOUBLE_CLICK_S = 10


@dataclass
class Case:
    """One click: which report, by whom, what was typed. `look`: what was seen and released on the way."""

    report: Report
    user: User
    seen_seq: int | None
    data: dict[str, Any] = field(default_factory=dict)
    look: dict[str, Any] | None = None

    @property
    def service(self) -> dict[str, Any]:
        """What every service takes."""
        return {"report": self.report, "user": self.user, "seen_seq": self.seen_seq}


@dataclass(frozen=True)
class Said:
    """What to tell the clerk: a sentence with {number} and the other words to fill in, escaped by the view."""

    sentence: str
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """`run` calls one service and returns what to say; `kind` and `new` tell the entry it leaves behind."""

    slug: str
    run: Callable[[Case], "Said"]
    kind: Entry.Kind
    form: type[forms.DeskForm] | None = None
    new: State | None = None
    # Whether text and photos beside it count as looked at.
    looks: bool = False

    def was_done_by(self, user: User, report: Report, *, since_seq: int) -> bool:
        """Whether the entries after `since_seq` are this very action of this very person, a moment ago."""
        entries = list(Entry.objects.filter(report=report, seq__gt=since_seq).order_by("seq"))
        moment = timezone.now() - dt.timedelta(seconds=DOUBLE_CLICK_S)
        if not entries or any(entry.actor_id != user.pk or entry.at < moment for entry in entries):
            return False
        return any(entry.kind == self.kind and (self.new is None or entry.new == self.new) for entry in entries)


def looked(case: Case) -> None:
    """Release what was looked at on the way to another move; the row stays locked until the move is written."""
    if case.look is not None:
        workflow.release(**case.service, **case.look)
        case.seen_seq = None  # checked, and the lock is ours


def accept(case: Case) -> Said:
    workflow.accept(**case.service, **(case.look or {}))
    return Said(_("{number} übernommen und freigegeben."))


def release(case: Case) -> Said:
    workflow.release(**case.service, **(case.look or {}))
    return Said(_("{number}: Text und Fotos sind gespeichert."))


@transaction.atomic
def forward(case: Case) -> Said:
    looked(case)
    office = case.data["office"]
    rerouting.forward(**case.service, office=office, why=case.data["why"], note=case.data["note"])
    text = _("{number} weitergeleitet. Bitte sagen Sie der Stelle selbst Bescheid: {office}.")
    return Said(text, {"office": reachable(office)})


def reachable(office: Any) -> str:
    """An office with how it is reached, in one line."""
    contact = ", ".join(str(value) for value in (office.contact or {}).values() if value)
    return f"{office.name} ({contact})" if contact else str(office.name)


def reroute(case: Case) -> Said:
    rerouting.reroute(**case.service, office=case.data["office"], why=case.data["why"])
    return Said(_("{number} umgeleitet an {office}."), {"office": case.data["office"].name})


def merge(case: Case) -> Said:
    with transaction.atomic():
        workflow.lock(case.report, seen_seq=case.seen_seq)
        into = merging.merge(report=case.report, into=case.data["into"], user=case.user)
    return Said(_("{number} ist jetzt Teil von {other}."), {"other": into.spoken_id})


@transaction.atomic
def decline(case: Case) -> Said:
    looked(case)
    data = case.data
    workflow.move_report(**case.service, to=State.DECLINED, declined_reason=data["declined_reason"], note=data["note"])
    return Said(_("{number}: keine Maßnahme."))


def resolve(case: Case) -> Said:
    data = case.data
    with transaction.atomic():
        looked(case)
        repair.resolve(**case.service, note=data["note"], files=data["photos"], alt=data["alt"], show=data["show"])
    return Said(_("{number} ist erledigt."))


def start(case: Case) -> Said:
    workflow.move_report(**case.service, to=State.IN_PROGRESS)
    return Said(_("{number} ist in Arbeit."))


def pause(case: Case) -> Said:
    workflow.move_report(**case.service, to=State.ACCEPTED)
    return Said(_("{number}: Arbeit unterbrochen."))


def come_back(case: Case) -> Said:
    workflow.move_report(**case.service, to=State.RECEIVED, note=case.data["note"])
    return Said(_("{number} ist zurück und wird neu gesichtet."))


def reopen(case: Case) -> Said:
    workflow.move_report(**case.service, to=State.ACCEPTED, note=case.data["note"])
    return Said(_("{number} ist wieder offen."))


def note(case: Case) -> Said:
    workflow.write_note(**case.service, text=case.data["text"], public=case.data["public"])
    return Said(_("{number}: Notiz gespeichert."))


def relocate(case: Case) -> Said:
    rerouting.relocate(**case.service, lon=case.data["lon"], lat=case.data["lat"])
    return Said(_("{number}: Ort berichtigt, Zuständigkeit neu geprüft."))


def recategorise(case: Case) -> Said:
    rerouting.recategorise(**case.service, category=case.data["category"])
    return Said(_("{number}: Kategorie geändert, Zuständigkeit neu geprüft."))


def set_visibility(case: Case) -> Said:
    workflow.set_visibility(**case.service, visibility=case.data["visibility"])
    return Said(_("{number}: Sichtbarkeit geändert."))


K = Entry.Kind
ACTIONS = {
    action.slug: action
    for action in (
        Action("uebernehmen", accept, K.MOVED, new=State.ACCEPTED, looks=True),
        Action("freigeben", release, K.RELEASED, looks=True),
        Action("weiterleiten", forward, K.MOVED, forms.ForwardForm, new=State.FORWARDED, looks=True),
        Action("umleiten", reroute, K.DECIDED, forms.RerouteForm),
        Action("zusammenlegen", merge, K.MERGED, forms.MergeForm),
        Action("keine-massnahme", decline, K.MOVED, forms.DeclineForm, new=State.DECLINED, looks=True),
        Action("erledigt", resolve, K.MOVED, forms.ResolveForm, new=State.RESOLVED, looks=True),
        Action("in-arbeit", start, K.MOVED, new=State.IN_PROGRESS),
        Action("unterbrechen", pause, K.MOVED, new=State.ACCEPTED),
        Action("zurueck", come_back, K.MOVED, forms.NoteRequiredForm, new=State.RECEIVED),
        Action("wieder-oeffnen", reopen, K.MOVED, forms.NoteRequiredForm, new=State.ACCEPTED),
        Action("notiz", note, K.NOTED, forms.NoteForm),
        Action("ort", relocate, K.RELOCATED, forms.PinForm),
        Action("kategorie", recategorise, K.RECATEGORISED, forms.RecategoriseForm),
        Action("sichtbarkeit", set_visibility, K.VISIBILITY, forms.VisibilityForm),
    )
}

# Which actions a page offers in which state, the first one filled. Whether a move exists is the table's word
# (`mangel.states`); this is only the order of the buttons.
OFFERED: dict[State, tuple[str, ...]] = {
    State.RECEIVED: ("uebernehmen", "umleiten", "weiterleiten", "zusammenlegen", "keine-massnahme", "erledigt"),
    State.ACCEPTED: ("in-arbeit", "erledigt", "umleiten", "weiterleiten", "zusammenlegen", "keine-massnahme"),
    State.IN_PROGRESS: ("erledigt", "unterbrechen", "umleiten", "weiterleiten", "zusammenlegen", "keine-massnahme"),
    State.FORWARDED: (
        "erledigt",
        "zurueck",
        "uebernehmen",
        "umleiten",
        "weiterleiten",
        "zusammenlegen",
        "keine-massnahme",
    ),
    State.RESOLVED: ("wieder-oeffnen",),
    State.DECLINED: ("wieder-oeffnen",),
}
NAMES = {
    "uebernehmen": gettext_lazy("Übernehmen & freigeben"),
    "freigeben": gettext_lazy("Text und Fotos speichern"),
    "weiterleiten": gettext_lazy("Weiterleiten"),
    "umleiten": gettext_lazy("Umleiten"),
    "zusammenlegen": gettext_lazy("Zusammenlegen"),
    "keine-massnahme": gettext_lazy("Keine Maßnahme"),
    "erledigt": gettext_lazy("Erledigt"),
    "in-arbeit": gettext_lazy("In Arbeit nehmen"),
    "unterbrechen": gettext_lazy("Arbeit unterbrechen"),
    "zurueck": gettext_lazy("Kommt zurück"),
    "wieder-oeffnen": gettext_lazy("Wieder öffnen"),
    "notiz": gettext_lazy("Notiz"),
    "ort": gettext_lazy("Ort berichtigen"),
    "kategorie": gettext_lazy("Kategorie ändern"),
    "sichtbarkeit": gettext_lazy("Sichtbarkeit"),
}


def offered(state: State, *, outside: bool) -> list[str]:
    """Actions of a state in the order of their buttons. What lies with an owner outside is forwarded first."""
    slugs = list(OFFERED[state])
    if outside and state == State.RECEIVED:
        slugs.remove("weiterleiten")
        slugs.insert(0, "weiterleiten")
    return slugs
