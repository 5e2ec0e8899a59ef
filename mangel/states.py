"""What a report can be, and the only moves between it. Pure tables (DESIGN 5.3)."""

from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from pwa.errors import DomainError


class State(models.TextChoices):
    RECEIVED = "received", _("Eingegangen")
    ACCEPTED = "accepted", _("Übernommen")
    IN_PROGRESS = "in_progress", _("In Arbeit")
    FORWARDED = "forwarded", _("Weitergeleitet")
    RESOLVED = "resolved", _("Erledigt")
    DECLINED = "declined", _("Keine Maßnahme")


FINISHED = frozenset({State.RESOLVED, State.DECLINED})
OPEN = frozenset(State) - FINISHED


class Visibility(models.TextChoices):
    """Where a report may appear: `private` nowhere, `public` everywhere, `hidden` was public and answers 410."""

    PUBLIC = "public", _("öffentlich")
    PRIVATE = "private", _("nicht öffentlich")
    HIDDEN = "hidden", _("ausgeblendet")


class IllegalTransition(DomainError):
    """There is no such move in the table."""

    status = 409
    code = "illegal_transition"


class NoteRequired(DomainError):
    """The move needs a sentence for the public."""

    code = "note_required"


@dataclass(frozen=True)
class Move:
    """One allowed move: the right it takes, and what must come with it."""

    right: str
    note_required: bool = False
    reason_required: bool = False
    note_unless_photo: bool = False
    # Somebody else than the one who declined looks again (four eyes).
    other_person: bool = False
    # The reporter may make it, too, once, with their code (`mangel.reporters`).
    by_reporter: bool = False


WORK = "mangel.work_report"
WORK_MOVE = Move(WORK)
DECLINE = Move(WORK, note_required=True, reason_required=True)
RESOLVE = Move(WORK, note_unless_photo=True)

MOVES: dict[tuple[State, State], Move] = {
    (State.RECEIVED, State.ACCEPTED): WORK_MOVE,
    (State.RECEIVED, State.IN_PROGRESS): WORK_MOVE,
    (State.RECEIVED, State.FORWARDED): WORK_MOVE,
    # The reporter withdraws what nobody has begun with.
    (State.RECEIVED, State.DECLINED): replace(DECLINE, by_reporter=True),
    (State.RECEIVED, State.RESOLVED): RESOLVE,
    (State.ACCEPTED, State.RECEIVED): WORK_MOVE,  # re-routed
    (State.ACCEPTED, State.IN_PROGRESS): WORK_MOVE,
    (State.ACCEPTED, State.FORWARDED): WORK_MOVE,
    (State.ACCEPTED, State.DECLINED): DECLINE,
    (State.ACCEPTED, State.RESOLVED): RESOLVE,
    (State.IN_PROGRESS, State.RECEIVED): WORK_MOVE,  # re-routed
    (State.IN_PROGRESS, State.ACCEPTED): WORK_MOVE,
    (State.IN_PROGRESS, State.FORWARDED): WORK_MOVE,
    (State.IN_PROGRESS, State.DECLINED): DECLINE,
    (State.IN_PROGRESS, State.RESOLVED): RESOLVE,
    (State.FORWARDED, State.RECEIVED): Move(WORK, note_required=True),  # came back: not theirs
    (State.FORWARDED, State.FORWARDED): WORK_MOVE,  # another owner
    (State.FORWARDED, State.ACCEPTED): WORK_MOVE,  # the city takes it
    (State.FORWARDED, State.RESOLVED): RESOLVE,
    (State.FORWARDED, State.DECLINED): DECLINE,
    # Residents dispute "done": within 28 days the same number opens again.
    (State.RESOLVED, State.ACCEPTED): Move("mangel.reopen_report", note_required=True, by_reporter=True),
    (State.DECLINED, State.ACCEPTED): Move(
        "mangel.reopen_report", note_required=True, other_person=True, by_reporter=True
    ),
}

# A new Decision is not a move; it may be made in these states.
REROUTABLE = frozenset({State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS, State.FORWARDED})


def find_move(old: State, new: State) -> Move:
    """The move from `old` to `new`. Raises IllegalTransition."""
    try:
        return MOVES[old, new]
    except KeyError:
        raise IllegalTransition(
            _("Von „%(old)s“ geht es nicht nach „%(new)s“. Bitte laden Sie die Seite neu.")
            % {"old": State(old).label, "new": State(new).label},
            field="state",
        ) from None


def allowed_moves(old: State) -> list[State]:
    """The states one move away, in the order of the table."""
    return [new for (start, new) in MOVES if start == old]
