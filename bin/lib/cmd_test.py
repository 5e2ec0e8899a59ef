"""bin/test: every check there is, each named in plain words, a summary at the end."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cmd_drill import all_drills, drill_environment, run_drills
from daemons import only_one
from environment import environment
from frontend import FRONTEND
from layout import LOGS, ROOT, VAR, Trouble, main, person, say, tool
from redis_server import Redis
from town import build, prepare, servers

SCREENFUL = 40
# Two at a time, a file never in both: the machine has two cores, and much of a browser test is waiting.
IN_PARALLEL = ["-n", "2", "--dist", "loadfile"]
REAL_DATA = ("geo", "osm", "photos", "reports")
SUMMARY = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected)")


@dataclass(frozen=True)
class Check:
    what: str
    argv: Sequence[str | Path]
    cwd: Path = ROOT
    extra_env: tuple[tuple[str, str], ...] = ()


CHECKS = [
    Check("Code is formatted (ruff format)", [tool("ruff"), "format", "--check", "."]),
    Check("Code has no known faults (ruff check)", [tool("ruff"), "check", "."]),
    Check("Types fit (mypy)", [tool("mypy"), "."]),
    Check("Rooms import downward only (lint-imports)", [tool("lint-imports")]),
    Check("Every model has its migration", [tool("python"), "manage.py", "makemigrations", "--check", "--dry-run"]),
    Check(
        "Settings are fit for a public site (check --deploy)",
        [tool("python"), "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        extra_env=(("MANGEL_HTTPS", "1"), ("MANGEL_DEBUG", "")),
    ),
    Check("TypeScript types fit (tsc)", ["npm", "run", "--silent", "check"], FRONTEND),
    Check("Front end tests (vitest)", ["npm", "run", "--silent", "test"], FRONTEND),
    Check("Front end stays small (budget)", ["npm", "run", "--silent", "budget"], FRONTEND),
]


@dataclass(frozen=True)
class Result:
    what: str
    passed: bool
    seconds: float


def run_check(check: Check, env: dict[str, str]) -> Result:
    began = time.monotonic()
    print(f"{check.what} … ", end="", flush=True)
    done = subprocess.run(
        check.argv,
        cwd=check.cwd,
        env={**env, **dict(check.extra_env)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    seconds = time.monotonic() - began
    say(f"{'ok' if done.returncode == 0 else 'FAILED'}, {seconds:.1f} s")
    if done.returncode:
        say_beginning(done.stdout.decode(errors="replace").rstrip().splitlines(), check.what)
    return Result(check.what, done.returncode == 0, seconds)


def say_beginning(lines: list[str], what: str) -> None:
    """What a failed check said, up to a screenful; all of it in var/log/."""
    for line in lines[:SCREENFUL]:
        say(f"  {line}")
    if len(lines) > SCREENFUL:
        LOGS.mkdir(exist_ok=True)
        log = LOGS / f"{re.sub(r'[^a-z]+', '-', what.lower()).strip('-')}.log"
        log.write_text("\n".join(lines) + "\n")
        say(f"  … {len(lines) - SCREENFUL} more lines in {log}")


def run_pytest(arguments: list[str], env: dict[str, str]) -> tuple[Result, str]:
    """Run pytest, passing on what it prints; return also its closing line."""
    began = time.monotonic()
    say(f"Tests (pytest{''.join(f' {word}' for word in arguments)}) …")
    closing = ""
    command = [tool("python"), "-m", "pytest", "-q", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        for raw in process.stdout or ():
            line = raw.decode(errors="replace").rstrip("\n")
            say(line)
            closing = line if SUMMARY.search(line) and re.search(r" in [\d.:]+", line) else closing
    return Result("Tests (pytest)", process.returncode == 0, time.monotonic() - began), closing.strip("= ")


def run_small_drills(env: dict[str, str]) -> list[Result]:
    results = []
    for name in all_drills():
        began = time.monotonic()
        failed = run_drills([name], env, full=False, extra=[])
        results.append(Result(f"Drill {name}, small", not failed, time.monotonic() - began))
    return results


def say_real_data() -> None:
    """Whether the real data is there: tests that need it are skipped without, and that must be seen."""
    place = Path(os.environ.get("MANGEL_TEST_DATA") or ROOT.parent / "shared" / "data").resolve()
    missing = [name for name in REAL_DATA if not (place / name).is_dir() or not any((place / name).iterdir())]
    if not missing:
        say(f"Real data: found in full at {place}")
    elif len(missing) == len(REAL_DATA):
        say(f"Real data: none at {place}; tests that need it are skipped (set MANGEL_TEST_DATA)")
    else:
        say(f"Real data: incomplete at {place}, missing: {', '.join(missing)}; tests that need it are skipped")


def summarise(results: list[Result], closing: str, began: float) -> int:
    say("")
    for result in results:
        say(f"{'ok    ' if result.passed else 'FAILED'} {result.seconds:7.1f} s  {result.what}")
    failed = [result.what for result in results if not result.passed]
    minutes, seconds = divmod(int(time.monotonic() - began), 60)
    say(f"bin/test took {minutes} min {seconds} s; checks failed: {', '.join(failed) or 'none'}")
    say(closing or f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def check_all(arguments: list[str], *, fast: bool) -> int:
    began = time.monotonic()
    build(for_tests=True)
    only_pytest = bool(arguments)
    results: list[Result] = []
    with servers(Redis("test-redis")) as cluster:
        cluster.ensure_database("mangel")
        env = environment(database="mangel", redis="test-redis", data=VAR / "test-data")
        env.pop("MANGEL_DEBUG", None)
        (VAR / "test-data").mkdir(exist_ok=True)
        say_real_data()
        if not only_pytest:
            results += [run_check(check, env) for check in CHECKS]
        result, closing = run_pytest(arguments or IN_PARALLEL + (["-m", "not browser"] if fast else []), env)
        results.append(result)
        if not only_pytest and not fast and all_drills():
            with only_one("drill", sorry=Trouble("A drill is running in this directory. Wait for it, or stop it.")):
                cluster.ensure_database("mangel_drill", fresh=True)
                with Redis("drill-redis"):
                    prepare(drill_environment(), who=person(os.geteuid()))
                    results += run_small_drills(drill_environment())
    return summarise(results, closing, began)


def test(arguments: list[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        say(
            "bin/test: everything · bin/test --fast: without browser tests and drills · bin/test ARGUMENTS: only pytest"
        )
        return 0
    fast = "--fast" in arguments
    running = Trouble("bin/test is already running in this directory. Wait for it, or stop it.")
    with only_one("test", sorry=running):
        return check_all([word for word in arguments if word != "--fast"], fast=fast)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main(test)
