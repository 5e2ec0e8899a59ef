"""What one report costs: POST without and with a photo of 1 MB, processor time of web and database, SQL."""

import json
import random
import sys
import uuid
from collections import Counter
from typing import Any

from bench import _figures as figures
from bench._cost import backends
from bench._pictures import photo_of
from bench._requests import Answer, ask, multipart
from bench._town import grow_to

TOWN = 100_000
RUNS, WITH_PHOTO, WARM_UP = 300, 60, 15
CASES = [("STR1", {"tiefe": "tief"}), ("STR2", {}), ("GRU4", {"teil": "bank"}), ("MUE2", {"zustand": "voll"})]


def main() -> None:
    figures.begin()
    small = "--small" in sys.argv
    grow_to(2_000 if small else TOWN)
    dice = random.Random(3)
    photo = photo_of(1_000_000)
    ask("/healthz")
    pids = backends()
    bare = [ask("/healthz", pids=pids).cost for _ in range(200)]
    rows = []
    for name, runs, photos in (
        ("without photo", RUNS, []),
        (f"with a photo of {len(photo) / 1e6:.1f} MB", WITH_PHOTO, [photo]),
    ):
        answers = [post(dice, photos, pids) for _ in range(WARM_UP + (runs // 6 if small else runs))][WARM_UP:]
        assert {answer.status for answer in answers} == {201}, Counter(answer.status for answer in answers)
        rows.append(row(name, answers))
        if "--sql" in sys.argv:
            print(*answers[-1].cost.statements, sep="\n")
    body = figures.table(
        ["POST /api/v1/reports/", "web ms", "database ms", "together ms", "p95 ms", "SQL", "target"], rows
    )
    body += f"\n\nMedian processor time of one request in a town of {2_000 if small else TOWN:,} reports; the "
    body += "office is decided inside. Starting and ending the transaction is not counted as SQL.\n\n"
    alone = figures.number(figures.median(cost.cpu_ms for cost in bare))
    body += f"In the same minute `/healthz`, which only passes every middleware, took {alone} ms."
    figures.tell("submit", body)


def post(dice: random.Random, photos: list[bytes], pids: list[int]) -> Answer:
    code, answers = dice.choice(CASES)
    fields: dict[str, Any] = {
        "category": code,
        "lon": round(dice.uniform(11.30, 11.36), 6),
        "lat": round(dice.uniform(50.965, 50.995), 6),
        "accuracy_m": 8,
        "place_source": "gps",
        "description": "Hier ist etwas kaputt, bitte ansehen.",
        "channel": "app",
    }
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    if not photos:
        body, media_type = json.dumps(fields | {"answers": answers}).encode(), "application/json"
    else:
        told = {name: str(value) for name, value in fields.items()} | {"answers": json.dumps(answers)}
        body, media_type = multipart(told, {"photos": ("foto.jpg", photos[0])})
    return ask("/api/v1/reports/", method="POST", body=body, media_type=media_type, headers=headers, pids=pids)


def row(name: str, answers: list[Answer]) -> list[str]:
    costs = [answer.cost for answer in answers]
    together = [cost.cpu_ms for cost in costs]
    return [
        name,
        figures.number(figures.median(cost.web_ms for cost in costs)),
        figures.number(figures.median(cost.database_ms for cost in costs)),
        figures.number(figures.median(together)),
        figures.number(figures.p95(together)),
        str(max(cost.sql for cost in costs)),
        "≤ 12 ms, ≤ 12 SQL" if "without" in name else "–",
    ]


if __name__ == "__main__":
    main()
