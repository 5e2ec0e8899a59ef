"""Until when: working days in city time without public holidays; clock hours for hazards."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone

from geo.models import City
from mangel.models import Category

# Received after 15:00 counts as the next working day (weimar/decisions.md).
DAY_ENDS = dt.time(15, 0)
HAZARD_ACKNOWLEDGED = dt.timedelta(hours=1)
HAZARD_SECURED = dt.timedelta(hours=4)
WEEKEND = 5


@lru_cache(maxsize=32)
def public_holidays(country: str, subdivision: str) -> holidays.HolidayBase:
    """The holidays of a Land; years are added as they are asked for."""
    return holidays.country_holidays(country, subdiv=subdivision or None)


def is_working_day(day: dt.date, city: City) -> bool:
    """Monday to Friday and no public holiday of the city's Land."""
    return is_working_day_in(day, city.country, city.subdivision)


@lru_cache(maxsize=4096)
def is_working_day_in(day: dt.date, country: str, subdivision: str) -> bool:
    return day.weekday() < WEEKEND and day not in public_holidays(country, subdivision)


def add_working_days(start: dt.datetime, days: int, city: City) -> dt.datetime:
    """The end (15:00 city time, as UTC) of the `days`-th working day after the day `start` counts as.

    0 days: the day of receipt itself. Both daylight saving changes are right, for we count days, not hours.
    """
    zone = ZoneInfo(city.time_zone)
    local = start.astimezone(zone)
    day = local.date()
    if local.time() > DAY_ENDS:
        day += dt.timedelta(days=1)
    last = working_day(day, days, city.country, city.subdivision)
    return dt.datetime.combine(last, DAY_ENDS, tzinfo=zone).astimezone(dt.UTC)


@lru_cache(maxsize=1024)  # all reports of a day ask the same
def working_day(day: dt.date, days: int, country: str, subdivision: str) -> dt.date:
    """The `days`-th working day after the first one from `day` on."""
    while not is_working_day_in(day, country, subdivision):
        day += dt.timedelta(days=1)
    for _ in range(days):
        day += dt.timedelta(days=1)
        while not is_working_day_in(day, country, subdivision):
            day += dt.timedelta(days=1)
    return day


def due_dates(
    category: Category, *, hazard: bool, received_at: dt.datetime, city: City
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """(first reaction, done) for a report received at `received_at`; None where the city set no target."""
    if hazard:
        return received_at + HAZARD_ACKNOWLEDGED, received_at + HAZARD_SECURED
    react, done = category.react_days, category.done_days
    return (
        None if react is None else add_working_days(received_at, react, city),
        None if done is None else add_working_days(received_at, done, city),
    )


def is_open_now(city: City, at: dt.datetime | None = None) -> bool:
    """Whether somebody reads reports at this moment, by the city's hours."""
    local = (at or timezone.now()).astimezone(ZoneInfo(city.time_zone))
    hours = city.hours or {}
    if local.weekday() not in hours.get("days", [0, 1, 2, 3, 4]) or not is_working_day(local.date(), city):
        return False
    return hours.get("from", "08:00") <= local.strftime("%H:%M") < hours.get("to", "15:00")
