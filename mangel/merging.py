"""Doubles become one report: supports move along, the old number leads to the new one (DESIGN 5.3)."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, User
from mangel import events, timeline
from mangel.models import Entry, Report, Support
from mangel.states import Visibility
from mangel.workflow import WORK, require, touch
from pwa.errors import DomainError


@transaction.atomic
def merge(*, report: Report, into: Report, user: User) -> Report:
    """Merge `report` into `into`; returns the one that stays.

    Chains flatten, loops are refused, the union of supports moves; a private report merges only into a
    private one. Both rows are locked in number order, so that two clerks merging crosswise do not wait for ever.
    """
    if report.pk == into.pk:
        raise DomainError(_("Das ist dieselbe Meldung. Bitte die andere Nummer eingeben."), field="into")
    rows = {
        r.pk: r
        for r in Report.objects.select_for_update(of=("self",)).filter(pk__in=[report.pk, into.pk]).order_by("pk")
    }
    report, into = rows[report.pk], rows[into.pk]
    if report.merged_into_id:
        raise DomainError(_("Diese Meldung ist schon zusammengelegt."), field="into")
    if into.merged_into_id:
        into = Report.objects.select_for_update(of=("self",)).get(pk=into.merged_into_id)
        if into.pk == report.pk:
            raise DomainError(_("Die andere Meldung liegt schon in dieser. Bitte die Richtung prüfen."), field="into")
    if report.visibility == Visibility.PRIVATE and into.visibility != Visibility.PRIVATE:
        raise DomainError(_("Eine nicht öffentliche Meldung geht nur in eine nicht öffentliche."), field="into")
    actor = require(user, WORK, report)
    write_merge(report, into, actor)
    return into


def write_merge(report: Report, into: Report, actor: timeline.Actor) -> None:
    now = timezone.now()
    # Whoever was merged into this one before now leads straight to the one that stays.
    Report.objects.filter(merged_into=report).update(merged_into=into, updated_at=now)
    known = Support.objects.filter(report=into).values("supporter_key_hash")
    Support.objects.filter(report=report).exclude(supporter_key_hash__in=known).update(report=into)
    entry = timeline.add(report=report, kind=Entry.Kind.MERGED, actor=actor, new=into.public_id)
    timeline.add(
        report=into,
        kind=Entry.Kind.ABSORBED,
        actor=actor,
        new=report.public_id,
        public=report.visibility == Visibility.PUBLIC,
    )
    report.merged_into, report.merged_at = into, now
    touch(report, "merged_into", "merged_at")
    # Everybody who reported it is affected by it, supporter or not.
    into.support_count = Support.objects.filter(report=into).count() + Report.objects.filter(merged_into=into).count()
    touch(into, "support_count")
    events.report_news.send(sender=Report, kind=events.MERGED, report=report, entry=entry)


@transaction.atomic
def support(*, report: Report, key_hash: str, contact: Contact | None = None) -> bool:
    """ "Betrifft mich auch". True if counted now, False if this supporter was counted before."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    try:
        with transaction.atomic():
            Support.objects.create(report=report, supporter_key_hash=key_hash, contact=contact)
    except IntegrityError:
        return False
    report.support_count += 1
    touch(report, "support_count")
    events.report_news.send(sender=Report, kind=events.SUPPORTED, report=report, entry=None)
    return True
