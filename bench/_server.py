"""A real web server for drills and benches: granian as `bin/start` runs it, on a port of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from bench.drills._record import ROOT

GRANIAN = Path(sys.executable).parent / "granian"
OPTIONS = (
    "--interface=wsgi --no-ws --blocking-threads=4 --backlog=1024 --log-level=warning --respawn-failed-workers"
    " --respawn-interval=1 --workers-kill-timeout=10"
)
READY_S = 60


class Reply(NamedTuple):
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Server:
    """Use as a context manager. `prepare` runs in the child before granian starts (limits)."""

    def __init__(
        self, *, workers: int = 2, env: Mapping[str, str] | None = None, prepare: Callable[[], None] | None = None
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.workers, self.env, self.prepare = workers, dict(env or {}), prepare
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        command = [GRANIAN, *OPTIONS.split(), f"--workers={self.workers}", "--host=127.0.0.1", f"--port={self.port}"]
        self.process = subprocess.Popen(
            [*map(str, command), "config.wsgi:application"],
            cwd=ROOT,
            env={**os.environ, "MANGEL_ALLOWED_HOSTS": "localhost,127.0.0.1", **self.env},
            start_new_session=True,
            preexec_fn=self.prepare,  # no thread runs yet
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            try:
                if self.ask("GET", "/healthz", timeout=5).status == 200:
                    return
            except OSError:
                time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"the web server did not answer within {READY_S} s")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End it and its workers; with SIGKILL as a crash would."""
        if self.process is None:
            return
        # The session is ours alone: granian and the workers it made.
        os.killpg(self.process.pid, how)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def worker_pids(self) -> list[int]:
        """The processes that answer requests."""
        assert self.process is not None
        found = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid:
                found.append(int(entry.parent.name))
        # Python's own helper for child processes answers nothing.
        return [pid for pid in found if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> Reply:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body or None, headers=dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


def json_headers(key: str, **more: Any) -> dict[str, str]:
    return {"Content-Type": "application/json", "Idempotency-Key": key, **more}
