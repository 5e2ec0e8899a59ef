"""Until when, as people say it: "heute 16:00", "morgen", "25. Nov."."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Case, F, When
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mangel.states import FINISHED, State

# Until somebody took it over the first reaction is due, after that the repair.
DUE = Case(
    When(state=State.RECEIVED, then=Coalesce("react_due_at", "done_due_at")),
    default=F("done_due_at"),
)
DAYS_IN_WORDS = 6


@dataclass(frozen=True)
class Due:
    """A moment in words. `late`: in red; `at` for the exact time on hover and for screen readers."""

    words: str
    at: dt.datetime
    late: bool = False


def day_words(day: dt.date, today: dt.date) -> str:
    """25. Nov. · 25. Nov. 2027, in the reader's language."""
    # Translators: day and short month, Django's date format letters
    this_year, other_year = _("j. N"), _("j. N Y")
    return date_format(day, this_year if day.year == today.year else other_year, use_l10n=False)


def due_words(at: dt.datetime, now: dt.datetime, tz: ZoneInfo) -> Due:
    """How a deadline reads now."""
    day, today = at.astimezone(tz).date(), now.astimezone(tz).date()
    days, late = (day - today).days, at < now
    if days == 0:
        words = _("heute %(time)s") % {"time": at.astimezone(tz).strftime("%H:%M")}
    elif days == 1:
        words = _("morgen")
    elif days == -1:
        words = _("seit gestern")
    elif -DAYS_IN_WORDS <= days < 0:
        words = ngettext("seit %(n)s Tag", "seit %(n)s Tagen", -days) % {"n": -days}
    else:
        words = day_words(day, today)
    return Due(words=words, at=at, late=late)


def report_due(report: object, now: dt.datetime, tz: ZoneInfo) -> Due | None:
    """What a row says under "Fällig": the deadline, "bis …" for somebody outside, or when it was finished."""
    state = State(report.state)  # type: ignore[attr-defined]
    if state in FINISHED:
        at = report.resolved_at  # type: ignore[attr-defined]
        return Due(words=day_words(at.astimezone(tz).date(), now.astimezone(tz).date()), at=at) if at else None
    at = report.done_due_at  # type: ignore[attr-defined]
    if state == State.RECEIVED:
        at = report.react_due_at or at  # type: ignore[attr-defined]
    if at is None:
        return None
    due = due_words(at, now, tz)
    if state == State.FORWARDED:  # others are at it: nothing of ours is late
        return Due(
            words=_("bis %(day)s") % {"day": day_words(at.astimezone(tz).date(), now.astimezone(tz).date())}, at=at
        )
    return due
