"""What changed for the public since a cursor, in commit order; nothing is skipped, nothing told twice (DESIGN 5.6).

A transaction may commit rows long after a later one did. So rows carry their transaction's id, and readers stop
before the oldest transaction that is still running.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from mangel.models import ReportChange
from pwa.errors import DomainError

AT_MOST = 500
KEPT = dt.timedelta(days=8)
# A cursor is good for a week; one that is asked with but unmoved for a day is renewed.
GOOD_FOR_H = 7 * 24
RENEWED_AFTER_H = 24
CURSOR = re.compile(r"([0-9a-f]{1,15})-([0-9a-f]{1,15})-([0-9a-f]{1,8})", re.ASCII)


class BadCursor(DomainError):
    """A cursor that was not ours, is too old, or of another database."""

    status = 400
    code = "bad_cursor"


@dataclass(frozen=True, slots=True)
class Change:
    """A report that is new or different, with its state now; `state` None: it is gone."""

    public_id: str
    state: str | None


@dataclass(frozen=True, slots=True)
class News:
    """Changes since a cursor, each report once, and the cursor to ask with next. `more`: ask again at once."""

    cursor: str
    more: bool
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to (xid, id) was told. `hour`: since the epoch, when it was handed out."""

    xid: int
    id: int
    hour: int

    def __str__(self) -> str:
        return f"{self.xid:x}-{self.id:x}-{self.hour:x}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises BadCursor."""
        found = CURSOR.fullmatch(text)
        if not found:
            raise bad_cursor()
        cursor = cls(*(int(part, 16) for part in found.groups()))
        if not this_hour() - GOOD_FOR_H <= cursor.hour <= this_hour() + 1:
            raise bad_cursor()
        return cursor


def bad_cursor() -> BadCursor:
    return BadCursor(_("Dieser Stand ist unbekannt oder zu alt. Bitte ohne „since“ neu beginnen."), field="since")


def this_hour() -> int:
    return int(timezone.now().timestamp() // 3600)


def current_cursor() -> str:
    """The cursor of this moment. A page asks for it *before* it reads its reports: better told twice than never."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return str(Cursor(cursor.fetchone()[0], 0, this_hour()))


def news_since(since: str, *, at_most: int = AT_MOST) -> News:
    """What changed since a cursor. One SQL. Raises BadCursor."""
    start = Cursor.parse(since)
    with connection.cursor() as cursor:
        cursor.execute(NEWS, {"xid": start.xid, "id": start.id, "at_most": at_most})
        rows = cursor.fetchall()
    oldest_running, next_xid = rows[0][:2]
    if start.xid > next_xid:  # a cursor from before the database was restored
        raise bad_cursor()
    told = [row[2:] for row in rows if row[3] is not None]
    changes = {public_id: Change(public_id, state) for _xid, _id, public_id, state in told}
    if told:
        end = Cursor(told[-1][0], told[-1][1], this_hour())
    elif start.hour <= this_hour() - RENEWED_AFTER_H:
        end = Cursor(max(oldest_running, start.xid), 0, this_hour())
    else:
        end = start  # unmoved: the same answer again, so that it is a 304
    return News(cursor=str(end), more=len(told) == at_most, changes=list(changes.values()))


def sweep() -> int:
    """Forget changes that no cursor can ask for any more; returns how many."""
    return ReportChange.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


# The state is read from the report as it is now: what was hidden a moment ago is told as gone, whatever a row says.
NEWS = """
WITH snapshot AS MATERIALIZED (
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_running,
           pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next_xid
), news AS (
    SELECT xid, id, public_id FROM mangel_reportchange
     WHERE (xid, id) > (%(xid)s::bigint, %(id)s::bigint) AND xid < (SELECT oldest_running FROM snapshot)
     ORDER BY xid, id LIMIT %(at_most)s
)
SELECT snapshot.oldest_running, snapshot.next_xid, news.xid, news.id, news.public_id, report.state
  FROM snapshot
  LEFT JOIN news ON true
  LEFT JOIN mangel_report report
         ON report.public_id = news.public_id AND report.visibility = 'public' AND report.merged_into_id IS NULL
 ORDER BY news.xid, news.id
"""
