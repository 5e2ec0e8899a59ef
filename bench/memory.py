"""How much memory a web worker takes: RSS after a mixed load of pages, tiles, lists and reports with photos."""

import json
import random
import re
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import _figures as figures
from bench._pictures import photo_of
from bench._requests import multipart
from bench._server import Server
from bench._town import densest, grow_to

TOWN, AT_ONCE, ROUNDS = 100_000, 8, 60
PAGES = ["/", "/meldungen/", "/melden/", "/zustaendig/", "/api/v1/reports/?limit=100", "/api/v1/categories/"]
PAGES += [
    "/api/v1/reports/?state=resolved&limit=100",
    "/api/v1/changes/",
    "/api/v1/responsibility/?lon=11.33&lat=50.98",
]
dice = random.Random(9)


def main() -> None:
    figures.begin()
    small = "--small" in sys.argv
    grow_to(2_000 if small else TOWN)
    tiles = [f"/tiles/reports/{z}/{x}/{y}.mvt" for z in range(8, 17) for x, y in [densest(z)]]
    photo = photo_of(1_000_000)
    with Server(workers=1) as server:
        (worker,) = server.worker_pids()
        rows = [["just started", *memory(worker)]]
        for name, work in (
            ("after pages and lists", lambda n: server.ask("GET", PAGES[n % len(PAGES)]).status),
            ("after tiles", lambda n: server.ask("GET", f"{tiles[n % len(tiles)]}?v={n}").status),
            ("after reports with a photo of 1 MB", lambda n: post(server, photo)),
            ("after reports with five photos", lambda n: post(server, *[photo] * 5)),
        ):
            rounds = ROUNDS // 6 if small or "five" in name else ROUNDS
            with ThreadPoolExecutor(AT_ONCE) as crowd:
                told = list(crowd.map(work, range(AT_ONCE * rounds // 2)))
            assert set(told) <= {200, 201}, (name, set(told))
            rows.append([name, *memory(worker)])
    body = figures.table(["one web worker, four threads", "RSS MB", "of it its own (PSS) MB", "highest MB"], rows)
    body += f"\n\nTarget: ≤ 250 MB. {AT_ONCE} requests at once, kind after kind, in a town of "
    body += f"{2_000 if small else TOWN:,} reports."
    figures.tell("memory", body)


def post(server: Server, *photos: bytes) -> int:
    fields = {
        "category": "GRU4",
        "lon": str(round(dice.uniform(11.30, 11.36), 6)),
        "lat": str(round(dice.uniform(50.965, 50.995), 6)),
        "place_source": "gps",
        "answers": json.dumps({"teil": "bank"}),
    }
    body, media_type = multipart(fields, {f"photos{n}": ("foto.jpg", photo) for n, photo in enumerate(photos)})
    body = re.sub(rb'name="photos\d"', b'name="photos"', body)
    headers = {"Content-Type": media_type, "Idempotency-Key": str(uuid.uuid4())}
    return server.ask("POST", "/api/v1/reports/", body=body, headers=headers).status


def memory(pid: int) -> list[str]:
    """Resident, proportional and highest resident memory in MB."""
    status, shares = Path(f"/proc/{pid}/status").read_text(), Path(f"/proc/{pid}/smaps_rollup").read_text()
    wanted = (("VmRSS", status), ("Pss", shares), ("VmHWM", status))
    found = [re.search(rf"^{name}:\s+(\d+) kB", text, re.M) for name, text in wanted]
    return [f"{int(match[1]) / 1024:.0f}" if match else "–" for match in found]


if __name__ == "__main__":
    main()
