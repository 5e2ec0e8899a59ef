"""Who is responsible: every zone set × matter × answer as SQL says it; 10⁵ random, 10⁴ border points (small: 10⁴)."""

from django.db import transaction

from bench.drills._record import is_full, record
from geo.lookup import ZoneIndex
from geo.models import Zone
from geo.zones import change_zone
from mangel import routing_check
from mangel.models import Decision, Report, RuleSet
from tests.factories import PARK_BENCH, report_in
from tests.geo.reference import border_points, disagreements, random_points, zone_sets
from tests.routing import reference

LAYERS = ("city", "district", "owner", "road", "water")
AT_ONCE = 5_000
Points = list[tuple[float, float]]


def main() -> None:
    many, near = (100_000, 10_000) if is_full() else (9_000, 1_000)
    points = places(many, near)
    wrong = sum(len(disagreements(points[start : start + AT_ONCE])) for start in range(0, len(points), AT_ONCE))
    assert wrong == 0, f"{wrong} points lie in other zones than SQL says"
    sets, cases = decisions(points)
    record(
        "Routing",
        f"{many:,} random points and {near:,} within 1 m of borders: the zone sets of SQL; "
        f"{cases:,} decisions ({sets} zone sets × all matters × all routing answers): the office and rule of SQL",
        "0 differences",
    )
    cut_anew()


def places(many: int, near: int) -> Points:
    each = near // len(LAYERS)
    return random_points("city", many, seed=23) + [
        point for n, layer in enumerate(LAYERS) for point in border_points(layer, each, seed=100 + n)
    ]


def decisions(points: Points) -> tuple[int, int]:
    """Compare every case; (zone sets, cases)."""
    cells = [cell for cell in routing_check.cells(list(LAYERS)) if cell.spot]
    spots: dict[frozenset[int], tuple[float, float]] = {}
    everywhere = points + [cell.spot for cell in cells if cell.spot]
    for start in range(0, len(everywhere), AT_ONCE):
        for zones, spot in reference.spots_of_zone_sets(everywhere[start : start + AT_ONCE]).items():
            spots.setdefault(zones, spot)
    missing = {frozenset(zone.id for zone in cell.zones) for cell in cells} - set(spots)
    assert not missing, f"{len(missing)} grounds that the rules tell apart were not asked"
    cases = list(reference.every_case(spots))
    wrong = reference.disagreements(cases)
    assert not wrong, wrong[:3]
    return len(spots), len(cases)


def cut_anew() -> None:
    """Every zone is made smaller, one after the other: old reports keep what was decided, rules go on."""
    with transaction.atomic():
        old = [report_in(code, at=spot) for code, spot in (("GRU4", PARK_BENCH), ("VKE3", (11.342, 50.9755)))]
        before = snapshot()
        zones = list(Zone.objects.valid_now().exclude(layer__key="city").select_related("layer"))
        for zone in zones:
            smaller = zone.geometry.simplify(0.0004, preserve_topology=True).intersection(zone.geometry)
            change_zone(zone, geometry=smaller)
        assert snapshot() == before, "an old report changed"
        assert all(Report.objects.get(pk=report.pk).office_id == report.office_id for report in old)
        result = routing_check.check(RuleSet.objects.get(status="active"))
        assert (result["blocking"], result["ended"]) == ([], []), result["ended"]
        points = places(2_000, 1_000)
        sql = zone_sets(points)
        ours = ZoneIndex.current().at_many(*map(list, zip(*points, strict=True)))
        assert [frozenset(hit.id for hit in found) for found in ours] == sql
        decisions(points)
        record("Zones cut anew", f"{len(zones)} zones: 0 old decisions changed, 0 rules broken")
        transaction.set_rollback(True)


def snapshot() -> list[tuple]:
    told = ("report", "seq", "office", "rule_snapshot", "zone_versions", "reason_code", "reason_params", "candidates")
    reports = Report.objects.order_by("pk").values_list("pk", "office", "state", "district", "district_code")
    return [*Decision.objects.order_by("pk").values_list(*told), *reports]


if __name__ == "__main__":
    main()
