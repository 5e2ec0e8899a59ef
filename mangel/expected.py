"""How long it usually takes: the only promise the public sees (DESIGN 5.3, targets).

"Üblich" is the median of the last twelve months in working days, from 20 done reports of a category on; "Ziel der
Stadt" only where the city confirmed it; "geplant" replaces both.
"""

import datetime as dt
import threading
import time
from itertools import accumulate

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.models import City
from mangel.models import Category, Report
from mangel.states import FINISHED, State
from mangel.targets import is_working_day

ENOUGH = 20
WINDOW = dt.timedelta(days=365)
# Reports that waited longer count as this long; a median does not mind.
LONGEST = dt.timedelta(days=5 * 365)
CACHED_S = 7200
REMEMBERED_S = 300
_remembered: tuple[float, str, dict[int, int]] | None = None
_lock = threading.Lock()


def expected(*, category: Category, state: str, waiting: str = "", waiting_until: dt.date | None = None) -> str | None:
    """One short line for the public in the reader's language; None for what is finished or has no figure yet."""
    if state in FINISHED:
        return None
    if waiting == Report.Waiting.SCHEDULED and waiting_until:
        return planned(waiting_until)
    days = category.done_days
    if category.target_confirmed and days is not None and state != State.FORWARDED:
        if days == 0:
            return _("Ziel der Stadt: am selben Arbeitstag")
        return ngettext("Ziel der Stadt: %(n)s Arbeitstag", "Ziel der Stadt: %(n)s Arbeitstage", days) % {"n": days}
    usual = usual_days().get(category.pk)
    if usual is None:
        return None
    if usual == 0:
        return _("Üblich: am selben Arbeitstag")
    return ngettext("Üblich: etwa %(n)s Arbeitstag", "Üblich: etwa %(n)s Arbeitstage", usual) % {"n": usual}


def planned(until: dt.date) -> str:
    """The ISO week, with its year unless it is this one's."""
    year, week, _day = until.isocalendar()
    if year == timezone.localdate().isocalendar().year:
        return _("geplant für KW %(week)s") % {"week": week}
    return _("geplant für KW %(week)s/%(year)s") % {"week": week, "year": year}


def usual_days() -> dict[int, int]:
    """Median working days by category number. From this process's memory, else Redis, else counted."""
    global _remembered
    key = cache_key()
    held = _remembered
    if held and held[0] > time.monotonic() and held[1] == key:
        return held[2]
    with _lock:
        held = _remembered
        if not (held and held[0] > time.monotonic() and held[1] == key):
            known = cache.get(key)
            found = refresh() if known is None else known
            _remembered = held = (time.monotonic() + REMEMBERED_S, key, found)
    return held[2]


def refresh() -> dict[int, int]:
    """Count anew and put it where every process finds it."""
    found = count(City.current())
    cache.set(cache_key(), found, CACHED_S)
    return found


def forget() -> None:
    """Drop what is remembered."""
    global _remembered
    _remembered = None
    cache.delete(cache_key())


def cache_key() -> str:
    # Several databases may share one Redis: tests, a copy for training.
    return f"usual-days:{connection.settings_dict['NAME']}"


def count(city: City, now: dt.datetime | None = None) -> dict[int, int]:
    """Median working days from receipt to Erledigt in the last twelve months, for categories with at least 20."""
    now = now or timezone.now()
    first = (now - WINDOW - LONGEST).astimezone(city.tz).date()
    days = (now.astimezone(city.tz).date() - first).days + 2
    worked = list(accumulate(int(is_working_day(first + dt.timedelta(days=n), city)) for n in range(days)))
    with connection.cursor() as cursor:
        cursor.execute(
            MEDIANS,
            {
                "zone": city.time_zone,
                "first": first,
                "worked": worked,
                "since": now - WINDOW,
                "now": now,
                "enough": ENOUGH,
            },
        )
        return dict(cursor.fetchall())


# worked[n] is the number of working days up to the n-th day: the difference of two is how many lie between.
MEDIANS = """
SELECT category_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY days)
  FROM (SELECT category_id,
               (%(worked)s::int[])[(resolved_at AT TIME ZONE %(zone)s)::date - %(first)s::date + 1]
             - (%(worked)s::int[])[greatest((created_at AT TIME ZONE %(zone)s)::date, %(first)s::date)
                                   - %(first)s::date + 1] AS days
          FROM mangel_report
         WHERE state = 'resolved' AND merged_into_id IS NULL AND resolved_at BETWEEN %(since)s AND %(now)s) done
 GROUP BY category_id HAVING count(*) >= %(enough)s
"""
