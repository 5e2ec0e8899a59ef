"""manage.py check_routing [--draft ID] [--json]: do the rules answer every question?"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mangel.models import RuleSet
from mangel.routing_check import check

LISTS = {
    "blocking": "cases without an active office (these block a draft)",
    "equal": "rules with equal conditions: only their number decides",
    "never_win": "rules that never win",
    "ended": "rules on zone codes that no version valid today carries",
    "inactive_offices": "inactive offices that rules still name",
    "unreached_offices": "offices that no rule names: reached by hand only",
    "gaps_and_overlaps": "gaps and overlaps of the districts",
}


class Command(BaseCommand):
    help = "Decide every spot x matter x answer and report open cases, idle rules, gaps and what changes office."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--draft", type=int, metavar="ID", help="check this rule set instead of the active one")
        parser.add_argument("--json", action="store_true", help="the whole result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = RuleSet.objects.filter(pk=options["draft"]) if options["draft"] else active()
        rule_set = found.first()
        if rule_set is None:
            raise CommandError("There is no such rule set. Load a city pack, or see the numbers in the administration.")
        result = check(rule_set)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self.tell(rule_set, result)
        if result["blocking"]:
            raise CommandError(f"{result['blocking_count']} cases are left without an office.")

    def tell(self, rule_set: RuleSet, result: dict[str, Any]) -> None:
        self.stdout.write(f"{rule_set}: {result['cases']} cases decided over {result['cells']} cells of ground")
        for key, title in LISTS.items():
            self.stdout.write(f"{title}: {len(result[key]) or 'none'}")
            for line in result[key]:
                self.stdout.write(f"  {line}")
        self.stdout.write(f"cases that end at central intake, by matter: {len(result['central']) or 'none'}")
        for code, number in result["central"].items():
            self.stdout.write(f"  {code}: {number}")
        if result["changes"]:
            self.stdout.write("ground that changes office against the active rules:")
        for row in result["changes"]:
            self.stdout.write(f"  {row['category']}: {row['old']} → {row['new']}, {row['area_m2']:,} m²")


def active() -> Any:
    return RuleSet.objects.filter(status=RuleSet.Status.ACTIVE)
