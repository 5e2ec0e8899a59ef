"""R2, R3: 30 posts of one key at once, answers lost after the commit, crashes in between: exactly one report each."""

import json
import random
import signal
import socket
import struct
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from bench._pictures import photo_of
from bench._requests import multipart
from bench._server import Reply, Server, json_headers
from bench.drills._record import is_full, record
from mangel import tasks
from mangel.models import Entry, Report, Submission
from notifications.models import Event
from photos.models import Photo

AT_ONCE = 30
REPORT = {
    "category": "STR2",
    "lon": 11.3295,
    "lat": 50.9795,
    "place_source": "gps",
    "accuracy_m": 6,
    "description": "Platte gebrochen",
}
dice = random.Random(7)


def main() -> None:
    full = is_full()
    with Server() as server:
        at_once(server, rounds=40 if full else 3)
        with_photo(server, rounds=10 if full else 1)
        other_content(server)
        after_29_days(server)
        lost_answers(server, times=200 if full else 12)
        crashes(server, times=5 if full else 1, posts=AT_ONCE)


def post(server: Server, key: str, data: dict[str, Any] | None = None) -> Reply:
    return server.ask("POST", "/api/v1/reports/", body=json.dumps(data or REPORT).encode(), headers=json_headers(key))


def until_known(server: Server, send: Any) -> Reply:
    """As the app does it: wait while the first one runs, then ask again."""
    for _ in range(100):
        reply = send()
        if reply.status != 409:
            return reply
        time.sleep(float(reply.headers["retry-after"]) / 10)
    raise AssertionError("still 409 after a hundred tries")


def check_one(key: str, replies: list[Reply], *, photos: int = 0) -> None:
    """One 201, the same number and code in every 2xx, the rest 409 with Retry-After; one row of everything."""
    told = Counter(reply.status for reply in replies)
    assert told[201] == 1, told
    assert set(told) <= {200, 201, 409}, told
    good = [json.loads(reply.body)["properties"] for reply in replies if reply.status in (200, 201)]
    assert len({(one["public_id"], one["tracking_code"]) for one in good}) == 1, good
    assert all("retry-after" in reply.headers for reply in replies if reply.status == 409)
    check_rows(key, good[0]["public_id"], photos=photos)


def check_rows(key: str, public_id: str, *, photos: int = 0) -> None:
    report = Submission.objects.get(key=key).report
    assert report.public_id == public_id
    assert Report.objects.filter(thing_id=report.thing_id).count() == 1
    assert Event.objects.filter(thing_id=report.thing_id).count() == 1, "one event: one mail later"
    assert Entry.objects.filter(report=report).count() == 1
    kept = Photo.objects.filter(thing_id=report.thing_id)
    assert kept.count() == photos
    assert all((Path(settings.MEDIA_ROOT) / photo.original).is_file() for photo in kept)


def at_once(server: Server, *, rounds: int) -> None:
    before = Report.objects.count()
    for _ in range(rounds):
        key = str(uuid.uuid4())
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            replies = list(crowd.map(lambda _n: post(server, key), range(AT_ONCE)))  # noqa: B023
        check_one(key, replies)
        assert until_known(server, lambda: post(server, key)).status == 200  # noqa: B023
    assert Report.objects.count() == before + rounds
    record(
        "R2", f"{rounds} of {rounds} keys, each posted {AT_ONCE} times at once: 1 row, one 201", "the rest 200 or 409"
    )


def with_photo(server: Server, *, rounds: int) -> None:
    originals = count_originals()
    for number in range(rounds):
        key, photo = str(uuid.uuid4()), photo_of(300_000, seed=number, side=(1600, 1200))
        fields = {name: str(value) for name, value in REPORT.items()}
        body, media_type = multipart(fields, {"photos": ("foto.jpg", photo)})
        headers = {"Content-Type": media_type, "Idempotency-Key": key}

        def send(_n: int, body: bytes = body, headers: dict[str, str] = headers) -> Reply:
            return server.ask("POST", "/api/v1/reports/", body=body, headers=headers)

        with ThreadPoolExecutor(AT_ONCE) as crowd:
            replies = list(crowd.map(send, range(AT_ONCE)))
        check_one(key, replies, photos=1)
    assert count_originals() == originals + rounds, "a file nobody knows was left behind"


def count_originals() -> int:
    return sum(1 for path in (Path(settings.MEDIA_ROOT) / "originals").rglob("*") if path.is_file())


def other_content(server: Server) -> None:
    key = str(uuid.uuid4())
    first = json.loads(post(server, key).body)["properties"]["public_id"]
    for change in ({"description": "Etwas anderes"}, {"category": "MUE2"}, {"lon": 11.3296}):
        reply = post(server, key, REPORT | change)
        assert reply.status == 422, reply
        assert json.loads(reply.body)["errors"][0]["field"] == "Idempotency-Key", reply.body
    check_rows(key, first)


def after_29_days(server: Server) -> None:
    key = str(uuid.uuid4())
    first = json.loads(post(server, key).body)
    Submission.objects.filter(key=key).update(created_at=timezone.now() - timedelta(days=29))
    tasks.sweep()
    again = post(server, key)
    assert again.status == 200
    assert json.loads(again.body)["properties"] == first["properties"]
    assert (
        until_known(server, lambda: server.ask("GET", "/api/v1/submissions/", headers=json_headers(key))).status == 200
    )


def lost_answers(server: Server, *, times: int) -> None:
    """Send, hang up at some moment without reading, send again: the answer was lost, the report was not."""
    committed = 0
    for _ in range(times):
        key = str(uuid.uuid4())
        hang_up(server, key, after_s=dice.choice([0, 0.002, 0.01, 0.02, 0.04, 0.08]))
        reply = until_known(server, lambda: post(server, key))  # noqa: B023
        assert reply.status in (200, 201), reply
        committed += reply.status == 200
        check_rows(key, json.loads(reply.body)["properties"]["public_id"])
    # Certainly after the commit: hang up only when the row is there.
    for _ in range(max(3, times // 10)):
        key = str(uuid.uuid4())
        hang_up(server, key, after_s=0, wait_for_row=True)
        reply = post(server, key)
        assert reply.status == 200, reply
        committed += 1
        check_rows(key, json.loads(reply.body)["properties"]["public_id"])
    record(
        "R3", f"{times + max(3, times // 10)} lost answers: 1 row, 1 event each", f"{committed} lost after the commit"
    )


def hang_up(server: Server, key: str, *, after_s: float, wait_for_row: bool = False) -> None:
    """A client that dies: sends everything, then resets the connection."""
    body = json.dumps(REPORT).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in json_headers(key).items())
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(
            f"POST /api/v1/reports/ HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode()
        )
        line.sendall(body)
        end = time.monotonic() + 20
        while wait_for_row and not Submission.objects.filter(key=key).exists():
            assert time.monotonic() < end, "the report never came in"
            time.sleep(0.002)
        time.sleep(after_s)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def crashes(server: Server, *, times: int, posts: int) -> None:
    """The web server dies by SIGKILL under load; keys sent again after it find no lock in their way."""
    acknowledged = 0
    for _ in range(times):
        keys = [str(uuid.uuid4()) for _ in range(posts)]
        with ThreadPoolExecutor(posts) as crowd:
            sent = [crowd.submit(post, server, key) for key in keys]
            time.sleep(dice.uniform(0.02, 0.2))
            server.stop(signal.SIGKILL)
            answers = [future.result() if not future.exception() else None for future in sent]
        server.start()
        for key, answer in zip(keys, answers, strict=True):
            reply = until_known(server, lambda: post(server, key))  # noqa: B023
            assert reply.status in (200, 201), reply
            public_id = json.loads(reply.body)["properties"]["public_id"]
            if answer and answer.status == 201:
                acknowledged += 1
                assert reply.status == 200
                assert json.loads(answer.body)["properties"]["public_id"] == public_id
            check_rows(key, public_id)
    print(
        f"{times} × kill -9 among {posts} posts: every key 1 row, no lock left; {acknowledged} acknowledged, all kept"
    )


if __name__ == "__main__":
    main()
