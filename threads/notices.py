"""Notices about public pieces: who says so, how many of them independently, what a person decided."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import Contact
from threads.models import Notice, Thing

# Two who do not know of each other take a piece away until a person has looked; one alone could silence anybody.
ENOUGH = 2
SENDERS_KEPT = dt.timedelta(hours=48)
Outcome = Notice.Outcome


@transaction.atomic
def give(
    *, thing: Thing, piece: str, reason: str, words: str = "", sender_hash: str, mail: str = "", language: str = "de"
) -> tuple[Notice, bool]:
    """Keep a notice; (notice, whether it is new). A second one of the same sender about the same piece is the first."""
    Thing.objects.select_for_update().get(pk=thing.pk)  # two notices at once: one of them counts second
    mine = Notice.objects.filter(thing=thing, piece=piece, sender_hash=sender_hash, outcome=Outcome.OPEN).first()
    if mine:
        return mine, False
    contact = Contact.objects.create(purpose="notice", mail=mail, language=language) if mail else None
    notice = Notice.objects.create(
        thing=thing, piece=piece, reason=reason, words=words, sender_hash=sender_hash, contact=contact
    )
    return notice, True


def independent(thing: Thing, piece: str) -> int:
    """How many senders say so. Those whose hash was forgotten count as one: nobody can tell them apart any more."""
    open_ones = Notice.objects.filter(thing=thing, piece=piece, outcome=Outcome.OPEN)
    return open_ones.values("sender_hash").distinct().order_by().count()


def is_enough(thing: Thing, piece: str) -> bool:
    """Whether a piece must wait for a person. What a person has looked at and kept is not taken away by many."""
    if Notice.objects.filter(thing=thing, piece=piece, outcome=Outcome.REJECTED).exists():
        return False
    return independent(thing, piece) >= ENOUGH


@transaction.atomic
def decide(*, thing: Thing, piece: str, outcome: str, statement: str, user_id: int) -> list[Notice]:
    """Close all open notices about a piece, with reasons; returns them. Empty: somebody else was faster."""
    found = list(Notice.objects.select_for_update().filter(thing=thing, piece=piece, outcome=Outcome.OPEN))
    for notice in found:
        notice.outcome, notice.statement = outcome, statement
        notice.decided_at, notice.decided_by = timezone.now(), user_id
        notice.save(update_fields=["outcome", "statement", "decided_at", "decided_by"])
    return found


def forget_senders() -> int:
    """Blank the senders' hashes after 48 hours; returns how many."""
    old = Notice.objects.exclude(sender_hash="").filter(created_at__lt=timezone.now() - SENDERS_KEPT)
    return old.update(sender_hash="")
