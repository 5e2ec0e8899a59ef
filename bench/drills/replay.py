"""Real reports of Zürich and Boston through our intake rules, in databases of their own (small: 1,000 rows each)."""

import json
import os
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F, OuterRef, Subquery, Sum

from bench.drills._record import is_full, record
from fixtures.replay import Source, Summary, lay_town, replay
from mangel import tasks
from mangel.models import Decision, Entry, Report, TileCount
from mangel.timeline import state_from
from tests.routing import reference

ROWS = {"zuerich": 55_999, "boston": 55_497}
SMALL = 1_000
OPTION = "--city="


def main() -> None:
    for argument in sys.argv:
        if argument.startswith(OPTION):
            return one_city(argument.removeprefix(OPTION))
    for pack, rows in ROWS.items():
        if not (settings.MANGEL_TEST_DATA / Source.of(pack).told["file"]).exists():
            print(f"{pack}: no test data (MANGEL_TEST_DATA), nothing was replayed")
            continue
        told = in_its_own_database(pack)
        wanted = rows if is_full() else SMALL
        assert told["read"] == told["imported"] == wanted, told
        record(
            f"Replay {pack}",
            f"{told['imported']:,} of {wanted:,} reports imported; state and office derivable for all",
            f"{told['resolved']:,} resolved, {told['doubles']:,} possible doubles, {told['outside']} outside the city, "
            f"{told['seconds']} s",
        )
    return None


def in_its_own_database(pack: str) -> dict:
    """Run this drill for one city in a process and a database of its own."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = f"{address.path.strip('/')}_{pack}"
    options = connection.get_connection_params()
    with psycopg.connect(
        host=options.get("host"), user=options.get("user"), password=options.get("password"),
        dbname=options["dbname"], port=options.get("port"), autocommit=True,
    ) as admin:  # fmt: skip
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        admin.execute(f'CREATE DATABASE "{name}"')
    env = {
        **os.environ,
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{name}")),
        "MANGEL_STATEMENT_TIMEOUT_MS": "600000",
    }
    command = [sys.executable, "-m", "bench.drills.replay", f"{OPTION}{pack}", *(["--full"] if is_full() else [])]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    *lines, told = done.stdout.strip().splitlines()
    print(*lines, sep="\n")
    return json.loads(told)


def one_city(pack: str) -> None:
    call_command("migrate", verbosity=0, skip_checks=True)
    source, data, began = Source.of(pack), settings.MANGEL_TEST_DATA, time.monotonic()
    lay_town(source, data / source.told["zones"]["file"])
    summary = replay(source, data / source.told["file"], limit=None if is_full() else SMALL)
    seconds = round(time.monotonic() - began)
    print(*summary.lines(), sep="\n")
    assert summary.accounted_for, "rows were lost"
    check(summary)
    again = replay(source, data / source.told["file"], limit=None if is_full() else SMALL)
    assert (again.imported, again.here_already) == (0, summary.imported), "a second run brought something"
    told = {"read": summary.read, "imported": summary.imported, "resolved": summary.closed, "doubles": summary.doubles}
    print(json.dumps(told | {"outside": summary.outside_city, "seconds": seconds}))


def check(summary: Summary) -> None:
    """What was written says what was read."""
    reports = Report.objects.count()
    assert reports == summary.imported == Decision.objects.count()
    assert Report.objects.filter(state="resolved").count() == summary.closed
    last_move = Entry.objects.filter(report=OuterRef("pk"), kind__in=["received", "moved"]).order_by("-seq")
    newest = Decision.objects.filter(report=OuterRef("pk")).order_by("-seq")
    odd = Report.objects.annotate(
        moved_to=Subquery(last_move.values("new")[:1]), by=Subquery(newest.values("office")[:1])
    )
    assert not odd.exclude(moved_to=F("state"), by=F("office")).exists(), "state or office is not what history says"
    for report in Report.objects.order_by("?")[:50]:
        assert state_from(list(report.entries.order_by("seq"))) == report.state
    counted = per_office()
    assert counted == dict(summary.offices), (counted, summary.offices)
    same_as_sql()
    tasks.fold_tile_counts()
    on_map = Report.objects.published().filter(point__isnull=False).count()
    for cut, z in TileCount.objects.values_list("cut", "z").distinct():
        total = TileCount.objects.filter(cut=cut, z=z).aggregate(n=Sum("n"))["n"]
        assert total == on_map, (cut, z, total, on_map)


def per_office() -> dict[str, int]:
    rows = Report.objects.values("office__code").annotate(n=Count("pk"))
    return {row["office__code"]: row["n"] for row in rows}


def same_as_sql() -> None:
    """The office of each report is the one that SQL names for its zones and category."""
    from mangel.catalogue import Catalogue

    categories = Catalogue.current().category_by_id
    decided = Decision.objects.values_list("report__category", "zone_versions", "office", "rule_id_plain")
    cases, theirs = [], []
    inside = {city.pk for city in city_zones()}
    for category, zones, office, rule in {(c, tuple(z), o, r) for c, z, o, r in decided}:
        cases.append(reference.Case(categories[category], {}, None, frozenset(zones), bool(inside & set(zones))))
        theirs.append((office, rule))
    assert reference.sql_decides(cases) == theirs, "the rules said something else than SQL"


def city_zones():
    from geo.models import Zone

    return Zone.objects.valid_now().filter(layer__key="city")


if __name__ == "__main__":
    main()
