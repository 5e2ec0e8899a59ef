"""The process that decodes: `python -m photos.decoder`, one per worker, fed through its standard input.

It knows no database, no keys and no secrets; it cannot write a file, and its memory and processor time end where the
limits below say. A picture that kills it costs this process, never the worker. Plain Python: importing Django would
cost a second at every restart.
"""

import ctypes
import os
import resource
import signal
import sys
from io import BytesIO
from typing import Any

import cv2

from photos import formats, wire
from photos.detecting import Detector, all_detectors, names
from photos.rendering import render

CPU_S = 7  # for one picture; the worker's clock ends it sooner or later all the same
DATA_BYTES = 600 * 1024 * 1024
MAX_JOB_BYTES = formats.MAX_BYTES + (1 << 16)
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 1, 38, 4


def main() -> None:
    """Answer one job after the other until the worker closes the pipe."""
    jobs = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into the answer
    confine()
    formats.register()
    detectors = all_detectors()
    while job := wire.read_message(jobs, max_bytes=MAX_JOB_BYTES):
        answers.write(answer(*job, detectors))
        answers.flush()


def confine() -> None:
    """No file is written, no memory taken, no right gained beyond what decoding needs; we end with the worker."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_BYTES, DATA_BYTES))


def limit_time() -> None:
    """From now on CPU_S seconds of processor time, then the kernel ends us (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + 1 + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def answer(head: dict[str, Any], blobs: dict[str, bytes], detectors: list[Detector]) -> bytes:
    """The renditions of one picture, or why there are none."""
    limit_time()
    looking = detectors if head["detect"] else []
    try:
        done = render(BytesIO(blobs["original"]), head["media_type"], detectors=looking, regions=head["regions"])
    except Exception as error:  # decoders raise many types on broken files
        if is_lack_of_memory(error):
            return wire.pack({"error": "needs more memory than we give", "memory": True, **usage()}, {})
        return wire.pack({"error": f"{type(error).__name__}: {error}"[:180], **usage()}, {})
    told = {"regions": done.regions, "detectors": names(looking), **usage()}
    return wire.pack(told, {**done.files, "upright": done.upright})


def is_lack_of_memory(error: Exception) -> bool:
    """OpenCV has an error of its own for it."""
    return isinstance(error, MemoryError) or (isinstance(error, cv2.error) and error.code == cv2.Error.StsNoMem)


def usage() -> dict[str, Any]:
    """The highest memory so far, in bytes. (`ru_maxrss` would count the worker we were forked from.)"""
    with open("/proc/self/status") as status:
        found = [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
    return {"peak_bytes": found[0] * 1024}


if __name__ == "__main__":
    main()
