"""What changed for the public since a cursor; nothing is skipped, nothing told twice (DESIGN 5.6).

A transaction may commit rows long after a later one did. So rows carry their transaction's id, and a cursor is a
snapshot: what that snapshot did not see, and today's sees, is news. A long import elsewhere in the cluster holds
nobody up (docs/decisions/0009-change-feed.md).
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import DataError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from mangel.models import ReportChange
from pwa.errors import DomainError

AT_MOST = 500
KEPT = dt.timedelta(days=8)
# A cursor is good for a week; one that is asked with but unmoved for a day is renewed.
GOOD_FOR_H = 7 * 24
RENEWED_AFTER_H = 24
# xmin-xmax-running.running…_upto_xid.id_hour: the snapshot seen; where a page was cut, up to which one and after what.
SNAPSHOT = r"[0-9]{1,18}-[0-9]{1,18}-(?:[0-9]{1,18}(?:\.[0-9]{1,18}){0,199})?"
CURSOR = re.compile(rf"({SNAPSHOT})_((?:{SNAPSHOT})?)_([0-9]{{1,18}})\.([0-9]{{1,18}})_([0-9]{{1,8}})", re.ASCII)


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
    """What snapshot `seen` saw was told. `upto`, `xid`, `id`: in the middle of telling what `upto` saw beyond it.
    Snapshots in PostgreSQL's form, xmin:xmax:running,…; `hour`: since the epoch, when it was handed out."""

    seen: str
    upto: str = ""
    xid: int = 0
    id: int = 0
    hour: int = 0

    def __str__(self) -> str:
        seen, upto = (text.replace(":", "-").replace(",", ".") for text in (self.seen, self.upto))
        return f"{seen}_{upto}_{self.xid}.{self.id}_{self.hour or this_hour()}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises BadCursor."""
        found = CURSOR.fullmatch(text)
        if not found:
            raise bad_cursor()
        seen, upto = (part.replace("-", ":").replace(".", ",") for part in found.group(1, 2))
        cursor = cls(seen, upto, *(int(part) for part in found.group(3, 4, 5)))
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
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(Cursor(cursor.fetchone()[0]))


def news_since(since: str, *, at_most: int = AT_MOST) -> News:
    """What changed since a cursor. One SQL. Raises BadCursor."""
    start = Cursor.parse(since)
    wanted: dict[str, str | int] = {"seen": start.seen, "upto": start.upto, "xid": start.xid, "id": start.id}
    with connection.cursor() as cursor:
        try:
            cursor.execute(NEWS, wanted | {"at_most": at_most})
        except DataError as error:  # numbers that are no snapshot: running ones out of order, xmin after xmax
            raise bad_cursor() from error
        rows = cursor.fetchall()
    upto, from_the_future = rows[0][:2]
    if from_the_future:  # a cursor from before the database was restored
        raise bad_cursor()
    told = [row[2:] for row in rows if row[3] is not None]
    changes = {public_id: Change(public_id, state) for _xid, _id, public_id, state in told}
    if len(told) == at_most:
        end = Cursor(start.seen, upto, told[-1][0], told[-1][1])
    elif told or start.upto or start.hour <= this_hour() - RENEWED_AFTER_H:
        end = Cursor(upto)
    else:
        end = start  # unmoved: the same answer again, so that it is a 304
    return News(cursor=str(end), more=len(told) == at_most, changes=list(changes.values()))


def sweep() -> int:
    """Forget changes that no cursor can ask for any more; returns how many."""
    return ReportChange.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


# The state is read from the report as it is now: what was hidden a moment ago is told as gone, whatever a row says.
NEWS = """
WITH snapshot AS MATERIALIZED (
    SELECT %(seen)s::pg_snapshot AS seen,
           coalesce(nullif(%(upto)s, '')::pg_snapshot, pg_current_snapshot()) AS upto
), news AS (
    SELECT change.xid, change.id, change.public_id FROM mangel_reportchange change, snapshot
     WHERE change.xid >= pg_snapshot_xmin(snapshot.seen)::text::bigint
       AND (change.xid, change.id) > (%(xid)s::bigint, %(id)s::bigint)
       AND NOT pg_visible_in_snapshot(change.xid::text::xid8, snapshot.seen)
       AND pg_visible_in_snapshot(change.xid::text::xid8, snapshot.upto)
     ORDER BY change.xid, change.id LIMIT %(at_most)s
)
SELECT snapshot.upto::text, pg_snapshot_xmax(snapshot.seen) > pg_snapshot_xmax(pg_current_snapshot()),
       news.xid, news.id, news.public_id, report.state
  FROM snapshot
  LEFT JOIN news ON true
  LEFT JOIN mangel_report report
         ON report.public_id = news.public_id AND report.visibility = 'public' AND report.merged_into_id IS NULL
 ORDER BY news.xid, news.id
"""
