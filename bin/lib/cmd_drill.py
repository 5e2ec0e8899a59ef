"""bin/drill: run the drills of bench/drills/ against a database, a Redis and a data directory of their own."""

import argparse
import ast
import os
import subprocess
from pathlib import Path

from daemons import only_one
from environment import environment
from layout import ROOT, VAR, Trouble, main, person, say, tool
from redis_server import Redis
from town import build, prepare, servers

DRILLS = ROOT / "bench" / "drills"


def all_drills() -> dict[str, Path]:
    return {path.stem: path for path in sorted(DRILLS.glob("[a-z]*.py"))}


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n", 1)[0]


def list_drills() -> int:
    for name, path in all_drills().items():
        say(f"{name:<20} {first_line(path)}")
    say("Run one: bin/drill NAME [--full]; all small: bin/drill all")
    return 0


def drill_environment() -> dict[str, str]:
    return environment(database="mangel_drill", redis="drill-redis", data=VAR / "drill")


def run_drills(names: list[str], env: dict[str, str], *, full: bool, extra: list[str]) -> list[str]:
    """Run one after the other and return the names of those that failed."""
    failed = []
    for name in names:
        say(f"Drill {name}: {first_line(all_drills()[name])}")
        env = {**env, "MANGEL_DRILL_NAME": name, "MANGEL_DRILL_FULL": "1" if full else ""}
        command = [tool("python"), "-m", f"bench.drills.{name}", *(["--full"] if full else []), *extra]
        code = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode
        say(f"Drill {name}: {'passed' if code == 0 else f'FAILED (exit code {code})'}")
        failed += [name] if code else []
    return failed


def drill(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/drill", description="Run drills; without a name, list them.")
    parser.add_argument("name", nargs="?")
    parser.add_argument("--full", action="store_true", help="the size of the goal; writes docs/goals.md")
    options, extra = parser.parse_known_args(arguments)
    if not options.name:
        return list_drills()
    names = list(all_drills()) if options.name == "all" else [options.name]
    unknown = [name for name in names if name not in all_drills()]
    if unknown:
        raise Trouble(f"There is no drill {unknown[0]}. There are: {', '.join(all_drills()) or 'none'}.")
    with only_one("drill", sorry=Trouble("A drill is already running in this directory. Wait for it, or stop it.")):
        build(for_tests=True)
        with servers(Redis("drill-redis")) as cluster:
            cluster.ensure_database("mangel_drill", fresh=True)
            env = drill_environment()
            prepare(env, who=person(os.geteuid()))
            failed = run_drills(names, env, full=options.full, extra=extra)
    say(f"{len(names) - len(failed)} passed, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    main(drill)
