"""A server several of our commands may share: the first one starts it, the last one stops it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from layout import VAR


def works_in(pid: int, home: Path) -> bool:
    """Is this a living process whose working directory is `home`? A zombie has none, a stranger with a reused number
    another one; both PostgreSQL and Redis sit in their data directory."""
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(home)
    except OSError:
        return False


def pid_in(path: Path, *, home: Path) -> int | None:
    """The process id in the first line of a pid file, if that process is alive and works in `home`."""
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if works_in(pid, home) else None


def all_working_in(home: Path) -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if works_in(int(entry.name), home)]


def open_lock(name: str) -> IO[str]:
    path = VAR / "locks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+")


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    with open_lock(name) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def only_one(name: str, *, sorry: Exception) -> Iterator[None]:
    """Raise `sorry` if another process is inside; tell those who come later who we are."""
    with open_lock(name) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise sorry from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Daemon:
    """Subclasses say how to start, stop and recognise theirs. Used as a context manager, it is up inside."""

    name = ""

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def alive(self) -> bool:
        raise NotImplementedError

    def prepare(self) -> None:
        """Bring what others left running up to date; called once with the server up."""

    def ensure(self) -> None:
        with one_at_a_time(f"{self.name}.start"):
            if not self.alive():
                self.start()

    def __enter__(self) -> Self:
        # A shared lock says "I use it"; the system drops it when we die, however we die.
        self._in_use = open_lock(f"{self.name}.use")
        fcntl.flock(self._in_use, fcntl.LOCK_SH)
        try:
            self.ensure()
            with one_at_a_time(f"{self.name}.start"):
                self.prepare()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        with one_at_a_time(f"{self.name}.start"):
            try:
                fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still works with it
            else:
                if self.alive():
                    self.stop()
            self._in_use.close()
