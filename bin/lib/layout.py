"""Where things live, who runs them, and how we speak to the operator."""

import errno
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
VENV = VAR / "venv"
LOGS = VAR / "log"
NODE = VAR / "node"
DISK_FULL = "The disk is full. Free 1.5 GB and start again."


class Trouble(Exception):
    """One plain sentence for the operator: what is wrong and what to do. Ends the command with exit code 1."""


@dataclass(frozen=True)
class Person:
    """A user of this machine that our processes run as."""

    name: str
    uid: int
    gid: int
    home: str

    @property
    def becoming(self) -> dict[str, object]:
        """Arguments for `subprocess` that make the child this person; nothing to do if we are them."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def person(key: str | int) -> Person:
    row = pwd.getpwnam(key) if isinstance(key, str) else pwd.getpwuid(key)
    return Person(row.pw_name, row.pw_uid, row.pw_gid, row.pw_dir)


@cache
def cluster_user() -> Person:
    """Who PostgreSQL and Redis run as: PostgreSQL refuses root."""
    return person("postgres") if os.geteuid() == 0 else person(os.geteuid())


@cache
def service_user() -> Person:
    """Who web and workers run as: the cluster's user, or root where that user cannot enter the checkout."""
    needed = (ROOT / "manage.py", VENV / "bin" / "python")
    mine = person(os.geteuid())
    return cluster_user() if all(can_use(cluster_user(), path) for path in needed) else mine


def can_use(who: Person, path: Path) -> bool:
    """May that user read this file (and run it, if it is a program)?"""
    if not who.becoming:
        return True
    test = "-x" if os.access(path, os.X_OK) else "-r"
    done = subprocess.run(["/usr/bin/test", test, path], cwd="/", **who.becoming)  # type: ignore[call-overload]
    return bool(done.returncode == 0)


@cache
def state_dir() -> Path:
    """Where the database lives: under var/, or outside where its user cannot enter the checkout (a 0700 home)."""
    if can_use(cluster_user(), ROOT / "manage.py"):
        return VAR
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    return Path("/var/lib") / f"mangel-{digest}"


@cache
def socket_dir() -> Path:
    """A private directory for sockets. Their whole path must fit into 107 bytes, else it moves to /tmp."""
    inside = state_dir() / "run"
    if len(os.fsencode(inside)) <= 80:
        return inside
    return Path("/tmp") / f"mangel-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"  # noqa: S108 (checked below)


def own_dir(path: Path, who: Person, mode: int = 0o755) -> Path:
    """Make sure the directory exists, belongs to that user and has that mode."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    found = path.lstat()
    if os.geteuid() == 0 and found.st_uid == 0:
        os.chown(path, who.uid, who.gid)
    elif found.st_uid != who.uid or path.is_symlink():
        raise Trouble(f"{path} belongs to somebody else than {who.name}. Remove it and start again.")
    path.chmod(mode)
    return path


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done before, and how long it took after."""
    print(f"{what} …", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def run_logged(
    argv: Sequence[str | Path],
    *,
    log: str,
    trouble: str,
    env: dict[str, str] | None = None,
    cwd: Path = ROOT,
    who: Person | None = None,
) -> None:
    """Run a program, its output into var/log/. Raises Trouble with the sentence given and the last lines of output."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("wb") as output:
        done = subprocess.run(  # type: ignore[call-overload]
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **(who.becoming if who else {}),
        )
    if done.returncode == 0:
        return
    text = path.read_text(errors="replace")
    if "No space left on device" in text or "ENOSPC" in text:
        raise Trouble(DISK_FULL)
    tail = "\n".join("  " + line for line in text.strip().splitlines()[-15:])
    raise Trouble(f"{tail}\n{trouble} The whole output: {path}")


# --- What was done before is not done again -------------------------------------------------------------------------
def digest_of(paths: Sequence[Path], *, salt: str = "") -> str:
    """One hash over names and contents of these files; directories count with all they hold."""
    total = hashlib.sha256(salt.encode())
    for start in paths:
        files = sorted(path for path in start.rglob("*") if path.is_file()) if start.is_dir() else [start]
        for path in files:
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(f"{path.relative_to(ROOT)}\0".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def stamped(name: str, digest: str) -> bool:
    path = VAR / "stamps" / name
    return path.exists() and path.read_text() == digest


def stamp(name: str, digest: str) -> None:
    path = VAR / "stamps" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(digest)


def unstamp(name: str) -> None:
    (VAR / "stamps" / name).unlink(missing_ok=True)


def tool(name: str) -> str:
    """A program of our virtual environment."""
    return str(VENV / "bin" / name)


def executable(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin:/usr/sbin")


# --- How a command ends ---------------------------------------------------------------------------------------------
class Stopped(BaseException):
    """SIGTERM or SIGHUP: leave through every `finally`."""


def main(command: Callable[[list[str]], int]) -> NoReturn:
    def stop(number: int, frame: object) -> None:
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's "&" leaves it ignored
    try:
        sys.exit(command(sys.argv[1:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        sys.exit(1)
    except (KeyboardInterrupt, Stopped):
        print("Stopped.", file=sys.stderr, flush=True)
        sys.exit(130)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print(DISK_FULL, file=sys.stderr, flush=True)
        sys.exit(1)
