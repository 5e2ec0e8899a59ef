"""Hand a job to the workers without ever making a resident wait for the broker.

A thread of our own talks to Redis: whether it is away, slow or hanging, the request does not notice. What could not be
handed over, or is still in this thread's hands when the process dies, is found by the sweep, for the row says so.
"""

import atexit
import logging
import os
import queue
import threading
import time
from typing import Any

from celery import Task
from django.db import transaction

WAITING_AT_MOST = 10_000
log = logging.getLogger(__name__)
_jobs: "queue.Queue[tuple[Task, tuple[Any, ...]]]" = queue.Queue(WAITING_AT_MOST)
_lock = threading.Lock()
_thread_of_process: int | None = None


def after_commit(task: Task, *args: Any) -> None:
    """Once the transaction is committed, enqueue `task(*args)`. Never raises, never waits."""
    transaction.on_commit(lambda: enqueue(task, *args), robust=True)


def enqueue(task: Task, *args: Any) -> None:
    """Enqueue `task(*args)` from a background thread; at once and here if Celery is set to run tasks eagerly."""
    if task.app.conf.task_always_eager:
        task.delay(*args)
        return
    start_thread()
    try:
        _jobs.put_nowait((task, args))
    except queue.Full:
        log.warning("%s%s left to the sweep: the broker is behind", task.name, args)


def start_thread() -> None:
    """One thread per process; a forked child starts its own."""
    global _thread_of_process, _jobs
    with _lock:
        if _thread_of_process == os.getpid():
            return
        if _thread_of_process is not None:  # forked: the parent's jobs are the parent's
            _jobs = queue.Queue(WAITING_AT_MOST)
        threading.Thread(target=work, args=(_jobs,), name="enqueue", daemon=True).start()
        _thread_of_process = os.getpid()


def flush(timeout_s: float) -> None:
    """Wait until everything is handed over, at most so long: for commands that end at once."""
    end = time.monotonic() + timeout_s
    while _jobs.unfinished_tasks and time.monotonic() < end:
        time.sleep(0.01)


atexit.register(flush, 1.0)


def work(jobs: "queue.Queue[tuple[Task, tuple[Any, ...]]]") -> None:
    """Publish one job after the other, for as long as the process lives."""
    while True:
        task, args = jobs.get()
        try:
            task.apply_async(args, retry=False)
        except Exception as error:  # the broker is away: the sweep finds the row
            log.warning("%s%s left to the sweep: %s", task.name, args, type(error).__name__)
        finally:
            jobs.task_done()
