"""What runs beside the requests. Each may run twice, and finds its work in the rows, not in the message."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from mangel import expected, feed, routing_check, tile_counts
from mangel.models import Report, Submission
from threads import notices

FRESH_FOR = dt.timedelta(days=30)
# A replay is answered for at least 30 days (GOALS R2).
KEYS_KEPT = dt.timedelta(days=60)
BATCH = 1_000


@shared_task
def fold_tile_counts() -> int:
    """Fold what writers appended into the map's cells; returns how many rows."""
    return tile_counts.fold_all()


@shared_task
def end_freshness() -> int:
    """Let reports finished more than 30 days ago leave the default view; returns how many.

    In small batches: each row writes its map counts and its news, and locks are held for a moment only.
    """
    total = 0
    ended = Report.objects.filter(fresh=True, resolved_at__lt=timezone.now() - FRESH_FOR).order_by("resolved_at")
    while numbers := list(ended.values_list("pk", flat=True)[:BATCH]):
        # Asked again in the UPDATE: somebody may have opened it again meanwhile.
        total += Report.objects.filter(pk__in=numbers, fresh=True, resolved_at__lt=timezone.now() - FRESH_FOR).update(
            fresh=False
        )
    return total


@shared_task
def refresh_usual_times() -> int:
    """Count the medians behind "Üblich: etwa …", so that no request has to; returns for how many categories."""
    return len(expected.refresh())


@shared_task
def sweep() -> None:
    """Forget what nobody asks for any more: old news, old submission keys, who gave notice."""
    feed.sweep()
    notices.forget_senders()
    Submission.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT).delete()


@shared_task
def check_rule_set(rule_set_id: int) -> None:
    """Check a draft over every spot, matter and answer; the result is kept with it."""
    routing_check.check_rule_set(rule_set_id)
