"""Which rules point at a zone's code: geo asks before it ends one."""

from geo.zones import register_users
from mangel.models import RoutingRule, RuleSet

NO_LONGER_COUNTS = (RuleSet.Status.RETIRED,)


def rules_on(layer: str, codes: list[str]) -> list[str]:
    """A line per active rule, of rule sets that count or may come to count, that names one of the codes."""
    rules = RoutingRule.objects.filter(layer=layer, zone_code__in=codes, active=True)
    rules = rules.exclude(rule_set__status__in=NO_LONGER_COUNTS).select_related("category", "office", "rule_set")
    return [f"{rule.rule_set.name}: {rule}" for rule in rules.order_by("rule_set", "pk")]


def listen() -> None:
    register_users(rules_on)
