"""S1, R13: hostile photos sent to a real server and a real worker: verdict, time, memory of all processes."""

import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from bench._hostile import FILES
from bench._requests import multipart
from bench._server import Server
from bench.drills._record import ROOT, is_full, record
from mangel.models import Submission
from photos.models import Photo

FIELDS = {"category": "GRU4", "lon": "11.33", "lat": "50.98", "place_source": "gps"}
VERDICT_S = 8
WORKER_MB, WEB_MB = 900, 400
COMMAND = (
    "worker --loglevel=ERROR --concurrency=1 --without-gossip --without-mingle --queues=images --hostname=drill@%h"
)


def main() -> None:
    photos = [(name, make()) for name, (make, _expected) in FILES.items()]
    for folder in ("hostile", "phone", "orientation"):
        found = sorted((settings.MANGEL_TEST_DATA / "photos" / folder).glob("*"))
        photos += [(path.name, path.read_bytes()) for path in (found if is_full() else found[:6])]
    told, slowest, web_peak, worker_peak = Counter[str](), 0.0, 0, 0
    with Server(workers=1) as server, images_worker() as worker:
        (web,) = server.worker_pids()
        for name, content in photos:
            key = str(uuid.uuid4())
            body, media_type = multipart(FIELDS, {"photos": ("foto.jpg", content)})
            began = time.monotonic()
            headers = {"Content-Type": media_type, "Idempotency-Key": key}
            reply = server.ask("POST", "/api/v1/reports/", body=body, headers=headers)
            took = time.monotonic() - began
            assert reply.status in (201, 422), (name, reply)
            assert took <= VERDICT_S, (name, took)
            slowest, verdict = max(slowest, took), str(reply.status)
            if reply.status == 201:
                verdict, peak = wait_for_worker(key, worker)
                worker_peak = max(worker_peak, peak)
                assert worker.poll() is None, f"{name} ended the worker"
            told[verdict] += 1
            web_peak = max(web_peak, resident_mb(web, "VmHWM"))
            print(
                f"{name}: {verdict}, {took:.2f} s, web {web_peak} MB, worker with decoder {worker_peak} MB", flush=True
            )
    assert web_peak <= WEB_MB, web_peak
    assert worker_peak <= WORKER_MB, worker_peak
    count = ", ".join(f"{number} × {verdict}" for verdict, number in sorted(told.items()))
    record("S1", f"{sum(told.values())} hostile and odd files, 0 × 5xx, slowest answer {slowest:.2f} s", count)
    record(
        "R13",
        f"web {web_peak} MB, image worker with its decoder {worker_peak} MB",
        "web: highest RSS; worker: highest PSS at one moment",
    )


@contextmanager
def images_worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker for photos as `bin/start` runs it."""
    celery = Path(sys.executable).parent / "celery"
    process = subprocess.Popen(
        [celery, "--app=config.celery:app", "--quiet", *COMMAND.split()], cwd=ROOT, env=os.environ
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def wait_for_worker(key: str, worker: subprocess.Popen[bytes]) -> tuple[str, int]:
    """(how the photo ended, the highest memory of the worker and all below it meanwhile)."""
    peak, end = 0, time.monotonic() + 120
    thing = Submission.objects.get(key=key).report.thing_id
    while time.monotonic() < end:
        peak = max(peak, sum(share_mb(pid) for pid in family(worker.pid)))
        status = Photo.objects.values_list("status", flat=True).get(thing=thing)
        if status != "stored":
            return status, peak
        time.sleep(0.05)
    close_old_connections()
    raise AssertionError("no verdict of the worker after 120 s")


def family(pid: int) -> list[int]:
    """A process and all it started."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def share_mb(pid: int) -> int:
    """Resident memory, what is shared with others counted once among them (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("Pss:")), 0)


def resident_mb(pid: int, what: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith(what)), 0)


if __name__ == "__main__":
    main()
