"""manage.py routing_report [--days N]: which rules send reports to the wrong desk?"""

import datetime as dt
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from mangel.models import Decision


class Command(BaseCommand):
    help = "List the rule x category pairs that staff re-routed most often by hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=365)
        parser.add_argument("--most", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        since = timezone.now() - dt.timedelta(days=options["days"])
        pairs = rerouted_pairs(since)
        if not pairs:
            self.stdout.write("Nothing was re-routed by hand in this time.")
        for (rule, category, old, new), number in pairs.most_common(options["most"]):
            self.stdout.write(f"{number:>5} × rule {rule or '–'}, {category}: {old} → {new}")


def rerouted_pairs(since: dt.datetime) -> Counter[tuple[int | None, str, str, str]]:
    """(rule of the first decision, category, its office, the office staff chose) → how often since `since`."""
    by_hand = Decision.objects.filter(made_by=Decision.MadeBy.USER, at__gte=since)
    firsts = {
        first.report_id: first
        for first in Decision.objects.filter(seq=1, report__in=by_hand.values("report")).select_related("office")
    }
    pairs: Counter[tuple[int | None, str, str, str]] = Counter()
    for decision in by_hand.select_related("office", "report__category"):
        first = firsts[decision.report_id]
        pairs[first.rule_id_plain, decision.report.category.code, first.office.code, decision.office.code] += 1
    return pairs
