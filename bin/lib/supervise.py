"""Keep our processes running: start them, pass on what they print, restart what crashed, stop all of them together."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from daemons import Daemon
from layout import ROOT, Person, Trouble, say

LONGEST_PAUSE_S = 30
STABLE_AFTER_S = 60
HEAD_START_S = 15
GRACE_S = 20  # a worker may finish the job in hand
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


@dataclass
class Child:
    """One process in the foreground, and all it starts: they share a session and end together."""

    name: str
    argv: Sequence[str | Path]
    env: dict[str, str]
    who: Person
    nice: int = 0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    restart_at: float = 0
    pause_s: float = 0.5
    unfinished: bytes = field(default=b"")

    def start(self) -> None:
        def before_exec() -> None:
            # If this supervisor is killed, nobody is left to stop the child: the kernel does.
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            os.nice(self.nice)

        self.process = subprocess.Popen(  # type: ignore[call-overload]
            self.argv,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches only us, and we stop things in order
            preexec_fn=before_exec,  # safe: this process has no threads
            **self.who.becoming,
        )
        self.started_at = time.monotonic()

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def kill_family(self) -> None:
        """Whatever the process left behind in its session: a crashed web master leaves workers on the port."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def print_output(self, data: bytes) -> None:
        *lines, self.unfinished = (self.unfinished + data).split(b"\n")
        for line in lines:
            say(f"{self.name:<7}| {line.decode(errors='replace')}")


@dataclass
class Supervisor:
    children: Sequence[Child]
    daemons: Sequence[Daemon] = ()
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    retry_at: dict[str, float] = field(default_factory=dict)
    pauses_s: dict[str, float] = field(default_factory=dict)

    def run(self, when_started: Callable[[], bool]) -> None:
        """Until Ctrl-C or SIGTERM, which arrive as exceptions. `when_started` is asked until it says True."""
        announced = False
        try:
            # The first child is who people wait for: it gets the processors to itself for a moment.
            self.launch(self.children[0])
            for child in self.children[1:]:
                child.restart_at = time.monotonic() + HEAD_START_S
            while True:
                self.pass_on_output(timeout_s=0.3)
                self.look_after_children()
                self.look_after_daemons()
                if not announced and when_started():
                    announced = True
                    for child in self.children:
                        child.restart_at = 0
        finally:
            self.stop()

    def launch(self, child: Child) -> None:
        child.start()
        if child.process and child.process.stdout:
            os.set_blocking(child.process.stdout.fileno(), False)
            self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def pass_on_output(self, *, timeout_s: float) -> None:
        for key, _ in self.selector.select(timeout_s):
            data = os.read(key.fd, 65536)
            if data:
                key.data.print_output(data)
            else:
                self.selector.unregister(key.fileobj)

    def forget_output(self, child: Child) -> None:
        for key in list(self.selector.get_map().values()):
            if key.data is child:
                self.selector.unregister(key.fileobj)
        if child.process and child.process.stdout:
            child.process.stdout.close()

    def look_after_children(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process and child.process.poll() is not None:
                child.kill_family()
                if now - child.started_at > STABLE_AFTER_S:
                    child.pause_s = 0.5
                child.restart_at = now + child.pause_s
                say(f"{child.name:<7}| ended ({ending(child.process.returncode)}), again in {child.pause_s:g} s")
                child.pause_s = min(child.pause_s * 2, LONGEST_PAUSE_S)
                self.forget_output(child)
                child.process = None
            elif child.process is None and now >= child.restart_at:
                self.launch(child)

    def look_after_daemons(self) -> None:
        now = time.monotonic()
        for daemon in self.daemons:
            if daemon.alive():
                if now - self.retry_at.get(daemon.name, 0) > STABLE_AFTER_S:
                    self.pauses_s.pop(daemon.name, None)
            elif daemon.name not in self.pauses_s:
                # What is left of it needs a moment to notice that it is alone.
                self.pauses_s[daemon.name], self.retry_at[daemon.name] = 1.0, now + 1
                say(f"{daemon.name} is gone, starting it again")
            elif now >= self.retry_at[daemon.name]:
                pause_s = self.pauses_s[daemon.name]
                self.retry_at[daemon.name] = now + pause_s
                self.pauses_s[daemon.name] = min(pause_s * 2, LONGEST_PAUSE_S)
                try:
                    daemon.ensure()
                except Trouble as trouble:
                    say(f"{trouble} Next try in {pause_s:g} s.")

    def stop(self) -> None:
        """Ask politely, wait, then kill what is left. A second Ctrl-C shortens the wait."""
        say("Stopping …")
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        try:
            while time.monotonic() < deadline and any(c.process and c.process.poll() is None for c in self.children):
                self.pass_on_output(timeout_s=0.1)
        finally:
            for child in self.children:
                child.kill_family()


def ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
