"""The worker's side of the decoder: hand it a picture, get renditions or a reason; never be dragged down by it."""

import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photos import wire
from photos.regions import Region, clean
from photos.sizes import SIDES_PX

TIME_S = 50  # by the clock, however busy the machine is; processor time is limited in the decoder, and much lower
START_S = 30
MAX_ANSWER_BYTES = 16 << 20
# A process that decoded something huge keeps some of it; one that decoded much may have leaked.
TIRED_BYTES = 560 << 20
TIRED_PICTURES = 200
HOME = Path(__file__).resolve().parent.parent
FILES = {f"{side}.{kind}" for side in SIDES_PX for kind in ("webp", "jpg")}
log = logging.getLogger(__name__)


class NotReadable(Exception):
    """The picture is at fault: broken, or it wanted more time or memory than we give. The message is for staff."""


class DecoderUnavailable(Exception):
    """The decoder is at fault: it does not start, or somebody else ended it. The picture may be tried again."""


@dataclass(frozen=True)
class Decoded:
    """What the decoder made of a picture."""

    files: dict[str, bytes]
    upright: bytes
    regions: list[Region]
    detectors: str
    peak_bytes: int


def decode(
    original: bytes, media_type: str, *, regions: Sequence[Region] = (), detect: bool = True, time_s: float = TIME_S
) -> Decoded:
    """Renditions of a picture with `regions` blurred, and, with `detect`, what the machine finds in addition.

    Raises NotReadable, DecoderUnavailable. Takes at most `time_s` seconds, twice that if the first decoder was ended by
    somebody else.
    """
    job = wire.pack({"media_type": media_type, "regions": list(regions), "detect": detect}, {"original": original})
    decoder = Decoder.current()
    fresh = decoder.pictures == 0
    try:
        return decoder.ask(job, time_s)
    except OutOfMemory as error:
        if fresh:
            raise NotReadable(str(error)) from error
    except Died as error:
        if not error.outside:
            raise NotReadable(str(error)) from error
    # Maybe not the picture's fault: the process was full of earlier ones, or ended by somebody. Again, in a new one.
    try:
        return Decoder.current().ask(job, time_s)
    except Died as error:
        raise (DecoderUnavailable if error.outside else NotReadable)(str(error)) from error
    except OutOfMemory as error:
        raise NotReadable(str(error)) from error


class OutOfMemory(Exception):
    """The decoder refused for lack of memory."""


class Died(Exception):
    """The decoder ended in the middle of a picture. `outside`: not by its own doing."""

    def __init__(self, message: str, *, outside: bool) -> None:
        super().__init__(message)
        self.outside = outside


class Decoder:
    """One decoder process. It belongs to the process that started it: a forked child starts its own."""

    _current: "Decoder | None" = None

    @classmethod
    def current(cls) -> "Decoder":
        """The decoder of this process, started if need be. Raises DecoderUnavailable."""
        decoder = cls._current
        if decoder is None or decoder.owner != os.getpid() or decoder.process.poll() is not None or decoder.tired:
            cls.stop_current()
            cls._current = decoder = cls()
        return decoder

    @classmethod
    def stop_current(cls) -> None:
        """End this process's decoder, if there is one."""
        if cls._current is not None and cls._current.owner == os.getpid():
            cls._current.stop()
        cls._current = None

    def __init__(self) -> None:
        self.owner, self.pictures, self.peak_bytes = os.getpid(), 0, 0
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "photos.decoder"], cwd=HOME, env=environment(), bufsize=0,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise DecoderUnavailable(f"the decoder does not start: {error}") from error
        if self.process.stdin is None or self.process.stdout is None:
            raise DecoderUnavailable("the decoder has no pipes")
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.input, False)
        self.held = b""

    @property
    def tired(self) -> bool:
        return self.peak_bytes > TIRED_BYTES or self.pictures >= TIRED_PICTURES

    def ask(self, job: bytes, time_s: float) -> Decoded:
        """One picture. Raises NotReadable, Died, OutOfMemory; after the first two this process is gone."""
        # A process that has yet to wake up gets the time for it on top.
        end = time.monotonic() + time_s + (0 if self.pictures else START_S)
        self.pictures += 1
        try:
            self.send(job, end)
            head, blobs = self.receive(end)
        except TimeoutError as error:
            self.stop()
            raise NotReadable(f"took longer than {time_s:g} s") from error
        except (EOFError, BrokenPipeError, ConnectionError) as error:
            raise self.death() from error
        except ValueError as error:
            self.stop()
            raise NotReadable(f"the decoder answered nonsense: {error}") from error
        except BaseException:  # the worker is told to stop: nobody knows what is in the pipe
            self.stop()
            raise
        if isinstance(head.get("peak_bytes"), int):
            self.peak_bytes = head["peak_bytes"]
        if head.get("memory"):
            self.stop()
            raise OutOfMemory(str(head["error"]))
        if "error" in head:
            raise NotReadable(str(head["error"]))
        return self.decoded(head, blobs)

    def decoded(self, head: dict[str, Any], blobs: dict[str, bytes]) -> Decoded:
        """The answer, looked at as if a stranger had written it: a picture may have taken over its decoder."""
        upright = blobs.pop("upright", b"")
        try:
            if blobs.keys() != FILES or not upright.startswith(b"\xff\xd8"):
                raise ValueError("not the files we asked for")
            for name, content in blobs.items():
                if not content.startswith(b"\xff\xd8" if name.endswith("jpg") else b"RIFF"):
                    raise ValueError(f"{name} is no picture")
            return Decoded(blobs, upright, clean(head["regions"]), str(head["detectors"])[:80], self.peak_bytes)
        except (ValueError, KeyError, TypeError) as error:
            self.stop()
            raise NotReadable(f"the decoder answered nonsense: {error}") from error

    def send(self, data: bytes, end: float) -> None:
        view = memoryview(data)
        while view:
            wait(self.input, select.POLLOUT, end)
            view = view[os.write(self.input, view[: 1 << 20]) :]

    def receive(self, end: float) -> tuple[dict[str, Any], dict[str, bytes]]:
        while b"\n" not in self.held and len(self.held) < wire.MAX_HEAD:
            self.held += self.more(end)
        line, _, rest = self.held.partition(b"\n")
        head, sizes = wire.unpack_head(line, max_bytes=MAX_ANSWER_BYTES)
        body = bytearray(rest)
        while len(body) < sum(size for _, size in sizes):
            body += self.more(end)
        self.held, blobs, position = b"", {}, 0
        for name, size in sizes:
            blobs[name] = bytes(body[position : position + size])
            position += size
        return head, blobs

    def more(self, end: float) -> bytes:
        wait(self.output, select.POLLIN, end)
        piece = os.read(self.output, 1 << 18)
        if not piece:
            raise EOFError
        return piece

    def death(self) -> Died:
        """How the process ended."""
        try:
            code = self.process.wait(5)
        except subprocess.TimeoutExpired:
            code = None
        self.stop()
        if code is not None and code < 0:
            # SIGKILL and SIGTERM come from somebody else: an operator, or the kernel short of memory.
            return Died(f"the decoder was ended by signal {-code}", outside=code in (-9, -15))
        return Died(f"the decoder ended with exit code {code}", outside=True)

    def stop(self) -> None:
        """End the process at once."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait()


def wait(handle: int, event: int, end: float) -> None:
    """Until the pipe is ready. Raises TimeoutError."""
    poll = select.poll()
    poll.register(handle, event)
    if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
        raise TimeoutError


def environment() -> dict[str, str]:
    """Nothing of ours: no secret, no key, no database. And few threads, each of which would take memory of its own."""
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**keep, **threads, "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
