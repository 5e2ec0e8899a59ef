"""Who may do what with a report. Pure predicates; nobody asks for `is_staff`."""

from typing import Any

import rules

from mangel.catalogue import Catalogue
from mangel.models import Membership, Report
from mangel.querysets import offices_of

DESK_ROLES = {Membership.Role.CLERK, Membership.Role.LEAD}


def desk_offices(user: Any) -> set[int]:
    """Offices whose desk `user` works at today, as clerk or lead."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return set()
    mine = set(offices_of(user))
    return {m.office_id for m in user.memberships.all() if m.role in DESK_ROLES and m.office_id in mine}


def minded_offices(user: Any) -> set[int]:
    """Offices whose reports lie on `user`'s desk: their own, and the outside ones those mind."""
    mine = desk_offices(user)
    if not mine:
        return mine
    catalogue = Catalogue.current()
    return {o.pk for o in catalogue.office_by_id.values() if o.pk in mine or catalogue.in_charge(o).pk in mine}


@rules.predicate
def works_at_a_desk(user: Any) -> bool:
    return bool(desk_offices(user))


@rules.predicate
def works_on_report(user: Any, report: Report | None) -> bool:
    """The report lies with my office, or with an outside office that mine minds."""
    if report is None:
        return False
    catalogue = Catalogue.current()
    office = catalogue.office_by_id.get(report.office_id) or report.office
    return bool({office.pk, catalogue.in_charge(office).pk} & desk_offices(user))
