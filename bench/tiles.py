"""Map tiles, lists and the catalogue in towns of 10⁴, 10⁵ and 10⁶ reports: processor time, bytes, SQL."""

import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from bench import _figures as figures
from bench._cost import backends
from bench._requests import Answer, ask
from bench._town import densest, grow_to
from mangel.catalogue import Catalogue
from mangel.models import Report

SIZES = (10_000, 100_000, 1_000_000)
RUNS = 9
ZOOMS = range(8, 17)
FILTER_ZOOMS = (8, 10, 11, 12, 13, 14, 15, 16)
FILTERS = {
    "default (open, or finished in 30 days)": "",
    "one group of matters": "category={group}",
    "everything ever done": "state=resolved",
    "everything since spring eight years ago": "since={spring}",
    "one group, done since then": "category={group}&state=resolved&since={spring}",
    "one district since then": "district={district}&since={spring}",
    "one group, done in one district": "category={group}&state=resolved&district={district}",
}


def main() -> None:
    figures.begin()
    sizes = (4_000, 10_000) if "--small" in sys.argv else SIZES
    tiles: dict[int, list[list[Any]]] = {}
    lists: dict[str, list[str]] = {}
    curves: dict[str, list[tuple[float, float]]] = {}
    growth = []
    for size in sizes:
        seconds = grow_to(size)
        growth.append(f"{size:,} reports in {seconds:.0f} s")
        print(growth[-1], flush=True)
        ask("/healthz")
        pids = backends()
        tiles[size] = [tile_row(z, pids) for z in ZOOMS]
        for z in (8, 12, 14, 16):
            curves.setdefault(f"tile z{z}", []).append((size, tiles[size][z - ZOOMS[0]][0]))
        for name, path in list_pages():
            ms, sql = cost(path, pids)
            lists.setdefault(name, []).append(f"{figures.number(ms)} ms, {sql} SQL")
            if name == "list of 100, default":
                curves.setdefault("list of 100", []).append((size, ms))
    told = f"Processor time of web and database together, uncached, median of {RUNS}; the densest tile of each zoom."
    body = [f"Made with `bench/_town.py`: {'; '.join(growth)}. {told}"]
    body += [tile_table(sizes, tiles), filters_table(sizes[-1]), list_table(sizes, lists)]
    body.append("![Tiles and lists against number of reports](pictures/tiles.svg)")
    figures.picture("tiles", curves, across="reports", up="ms of processor time", log="xy", target=(60, "60 ms"))
    figures.tell("tiles", "\n\n".join(body))


def cost(path: str, pids: list[int], **more: Any) -> tuple[float, int]:
    """(median ms of web and database, SQL) of a page that was asked for once before."""
    answers = [checked(ask(path, pids=pids, **more)) for _ in range(RUNS + 1)][1:]
    return figures.median(answer.cost.cpu_ms for answer in answers), max(answer.cost.sql for answer in answers)


def checked(answer: Answer) -> Answer:
    assert answer.status == 200, (answer.status, answer.body[:200])
    return answer


def tile_row(z: int, pids: list[int], query: str = "", *, fresh: bool = True) -> list[Any]:
    """[ms, bytes, bytes zipped] of the densest tile."""
    x, y = densest(z, fresh=fresh)
    path = f"/tiles/reports/{z}/{x}/{y}.mvt" + (f"?{query}" if query else "")
    ms, _sql = cost(path, pids)
    answer = ask(path, pids=pids, headers={"Accept-Encoding": "identity"})
    return [ms, len(answer.body), answer.zipped]


def tile_table(sizes: Iterable[int], tiles: dict[int, list[list[Any]]]) -> str:
    head = ["tile, default filter"] + [f"{size:,}" for size in sizes]
    rows = []
    for number, z in enumerate(ZOOMS):
        cells = [tiles[size][number] for size in sizes]
        rows.append([f"z{z}"] + [f"{figures.number(ms)} ms, {zipped / 1000:.1f} kB" for ms, _plain, zipped in cells])
    return "Target: ≤ 30 ms, z14 ≤ 60 ms at 10⁶. Size as sent (gzip).\n\n" + figures.table(head, rows)


def filters_table(size: int) -> str:
    """What a reader may filter by, at the largest size."""
    pids, rows = backends(), []
    values = {
        "group": Catalogue.current().groups()[0].code,
        "district": Report.objects.exclude(district_code="").values_list("district_code", flat=True)[0],
        "spring": f"{timezone.localdate().year - 8}-03",
    }
    for name, query in FILTERS.items():
        told = [tile_row(z, pids, query.format(**values), fresh=not query) for z in FILTER_ZOOMS]
        rows.append([name] + [f"{figures.number(ms)} ms, {zipped / 1000:.0f} kB" for ms, _plain, zipped in told])
    return figures.table([f"filters at {size:,}", *(f"z{z}" for z in FILTER_ZOOMS)], rows)


def list_pages() -> Iterable[tuple[str, str]]:
    first = ask("/api/v1/reports/?limit=100").json()
    box = "11.30,50.96,11.36,51.0"
    yield "list of 100, default", "/api/v1/reports/?limit=100"
    if first["next"]:
        parts = urlsplit(first["next"])
        yield "its second page", f"{parts.path}?{parts.query}"
    yield "… in a box", f"/api/v1/reports/?limit=100&bbox={box}"
    yield "… of all time, done", "/api/v1/reports/?limit=100&state=resolved"
    yield "… of one category", f"/api/v1/reports/?limit=100&category={Catalogue.current().leaves()[0].code}"
    yield "… with a word", "/api/v1/reports/?limit=100&q=abc"
    yield "one report", f"/api/v1/reports/{first['features'][0]['properties']['public_id']}/"
    yield "category tree", "/api/v1/categories/"
    yield "changes, first", "/api/v1/changes/"
    yield "page /meldungen/", "/meldungen/"
    yield "page /", "/"
    yield "page of a report", f"/meldungen/{first['features'][0]['properties']['public_id']}/"


def list_table(sizes: Iterable[int], lists: dict[str, list[str]]) -> str:
    tree = ask("/api/v1/categories/")
    again = ask("/api/v1/categories/", headers={"If-None-Match": tree.headers["ETag"]})
    assert again.status == 304, "the category tree has an ETag that does nothing"
    told = f"The category tree asked again with its ETag: {again.status}, {figures.number(again.cost.cpu_ms)} ms."
    rows = [[name, *cells] for name, cells in lists.items()]
    return f"Target: list ≤ 60 ms and ≤ 10 SQL, flat; category tree ≤ 3 SQL with ETag. {told}\n\n" + figures.table(
        ["list or page", *(f"{size:,}" for size in sizes)], rows
    )


if __name__ == "__main__":
    main()
