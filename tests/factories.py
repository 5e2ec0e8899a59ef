"""People and reports for tests. Reports come in through the real intake."""

import itertools
import uuid
from typing import Any

from accounts.models import CityRole, User
from mangel.drafts import read_draft
from mangel.intake import submit
from mangel.models import Membership, Office, Report

_numbers = itertools.count(1)

# Spots of the town, lon/lat.
PARK_BENCH = (11.3352, 50.9740)  # in the Park an der Ilm
FOOTWAY = (11.3295, 50.9795)  # city ground
B7_IN_PARK = (11.3388, 50.97643)  # carriageway of the B 7
MARKET = (11.3290, 50.9795)
JENA = (11.586, 50.928)  # inside 20 km, outside the city


def make_user(name: str = "", **values: Any) -> User:
    """Somebody with an account and no rights."""
    name = name or f"person-{next(_numbers)}"
    return User.objects.create_user(username=name, password="ein-langes-passwort-9", **values)


def make_clerk(office: str = "tiefbau", role: str = Membership.Role.CLERK) -> User:
    """Somebody who works in an office from today on."""
    user = make_user(f"{office}-{next(_numbers)}")
    Membership.objects.create(user=user, office=Office.objects.get(code=office), role=role)
    return user


def make_administrator() -> User:
    """Somebody who may edit zones, rules and texts."""
    user = make_user(f"admin-{next(_numbers)}")
    CityRole.objects.create(user=user, role=CityRole.Role.ADMINISTRATOR)
    return user


def report_in(category: str = "STR2", at: tuple[float, float] | None = FOOTWAY, **fields: Any) -> Report:
    """A report that came in the usual way. `at` is lon/lat; None: without a place."""
    body: dict[str, Any] = {"category": category, **fields}
    if at is None:
        body.setdefault("place_source", "none")
    else:
        body |= {"lon": at[0], "lat": at[1]}
    photos = body.pop("photos", ())
    return submit(read_draft(body, photos), key=str(uuid.uuid4())).report


def stored(report: Report) -> Report:
    """The report as the database has it now."""
    return Report.objects.select_related("office", "category").get(pk=report.pk)
