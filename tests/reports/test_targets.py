"""Until when: working days of Thuringia, both clock changes included."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from mangel.catalogue import Catalogue
from mangel.targets import add_working_days, due_dates, is_open_now

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-02T10:00", 0, "2026-11-02T15:00"),
        ("2026-11-02T10:00", 2, "2026-11-04T15:00"),
        ("2026-11-02T15:01", 0, "2026-11-03T15:00"),  # after 15:00 counts as the next day
        ("2026-11-06T16:00", 1, "2026-11-10T15:00"),  # Friday evening counts as Monday
        ("2026-10-29T09:00", 2, "2026-11-02T15:00"),  # 31 October is a holiday in Thuringia (a Saturday), then weekend
        ("2026-09-18T09:00", 1, "2026-09-21T15:00"),  # 20 September: Weltkindertag falls on Sunday
        ("2024-09-19T09:00", 1, "2024-09-23T15:00"),  # Friday 20 September 2024 was a holiday in Thuringia
        ("2026-12-23T09:00", 2, "2026-12-28T15:00"),  # Christmas
        ("2026-03-27T12:00", 1, "2026-03-30T15:00"),  # the clock goes forward in between
        ("2026-10-23T12:00", 1, "2026-10-26T15:00"),  # the clock goes back in between
    ],
)
def test_working_days_skip_weekends_and_thuringian_holidays(city, received, days, due):
    assert add_working_days(at(received), days, city) == at(due)


def test_a_hazard_has_clock_hours_also_at_night(city):
    pothole = Catalogue.current().categories["STR1"]
    night = at("2026-11-07T23:30")
    react, done = due_dates(pothole, hazard=True, received_at=night, city=city)
    assert (react - night, done - night) == (dt.timedelta(hours=1), dt.timedelta(hours=4))


def test_praise_has_no_target(city):
    assert due_dates(
        Catalogue.current().categories["BAR3"], hazard=False, received_at=at("2026-11-02T10:00"), city=city
    ) == (None, None)


@pytest.mark.parametrize(
    ("when", "is_open"),
    [("2026-11-02T08:00", True), ("2026-11-02T14:59", True), ("2026-11-02T15:00", False), ("2026-11-07T10:00", False)],
)
def test_the_city_says_when_somebody_reads(city, when, is_open):
    assert is_open_now(city, at(when)) is is_open
